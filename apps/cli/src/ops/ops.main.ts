/** The operators' command. Exit code 0: fine; 1: something has to be looked at, or failed; 2: the command is wrong. */
import { resolve } from 'node:path';
import { Api, ApiError } from './api.js';
import { parseArguments } from './arguments.js';
import { type Context, type Outcome, UsageError } from './command.js';
import { commandNamed, usage } from './commands/index.js';
import { connection } from './credentials.js';

const isTerminal = process.stderr.isTTY;
const clearLine = isTerminal ? '\r\u001b[K' : '';

async function main(argv: readonly string[]): Promise<void> {
  const parsed = parseArguments(argv, process.env);
  if (!parsed) return void process.stdout.write(usage);
  const { command, args } = parsed;
  const options = { ...parsed.options, dataDir: resolve(parsed.options.dataDir) };
  const api = new Api(connection({ ...options, env: process.env }));
  const progress = (text: string) => void (isTerminal && process.stderr.write(`${clearLine}${text}`));
  const context: Context = { api, options, env: process.env, progress };
  const outcome: Outcome = await commandNamed(command).run(context, args);
  process.stderr.write(clearLine);
  process.stdout.write(`${options.json ? JSON.stringify(outcome.data, undefined, 2) : outcome.text}\n`);
  if (!outcome.isFine) process.exitCode = 1;
}

/** Errors whose message is meant for the person at the terminal. */
const isExpected = (error: unknown): error is Error =>
  error instanceof UsageError ||
  error instanceof ApiError ||
  (error instanceof Error && error.name === 'LocalPostgresError');

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  const unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${clearLine}${isExpected(error) ? error.message : unexpected}\n`);
}
