/** The importer's command. Exit code 0: done; 1: failed or interrupted; 2: the command or the mapping is wrong. */
import { parseArguments, usage, UsageError } from './arguments.js';
import { type Console, runImport } from './importer.js';
import { MappingError } from './mapping/mistakes.js';
import { ApiError } from './sending/api.js';
import { connect } from './sending/credentials.js';

const isTerminal = process.stderr.isTTY;
/** Without a terminal, a line of progress so often. */
const progressEveryMs = isTerminal ? 200 : 10_000;
let toldAt = performance.now();

const output: Console = {
  say: (text) => {
    if (isTerminal) process.stderr.write('\r\u001b[K');
    process.stdout.write(`${text}\n`);
  },
  progress: (text) => {
    if (performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
  },
};

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  if (!args) return output.say(usage);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('Interrupted. Run the same command again to go on.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  await runImport(args, (destination) => connect(destination, args, process.env), output, interrupted.signal);
}

try {
  await main();
} catch (error) {
  process.exitCode = error instanceof UsageError || error instanceof MappingError ? 2 : 1;
  const isExpected = process.exitCode === 2 || error instanceof ApiError;
  const message = error instanceof Error ? error.message : String(error);
  output.say(isExpected ? message : `The import failed: ${message}`);
  if (error instanceof ApiError) output.say('What was sent is safe. Run the same command again to go on.');
}
