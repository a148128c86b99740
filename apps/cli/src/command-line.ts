/**
 * What all commands have in common: options, mistakes in them, exit codes, interruption, and output that is cut off.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { build } from '@guichet/observability/version';
import { closest } from '@guichet/config';

/** A command line that cannot be followed; the message says what to change. */
export class UsageError extends Error {}

export const exitCodes = {
  fine: 0,
  /** It failed, or there is something that somebody has to look at. */
  failed: 1,
  /** The command line or a file that it names is wrong. */
  usage: 2,
  /** Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;

/** Ctrl-C or SIGTERM; the message says how to go on. */
export class Interrupted extends Error {}

/** How a command is called where this runs: `guichet ops` of the bundle is `npm run ops --` of a checkout. */
export const called = (command: string, npm = 'npm run'): string =>
  build.isBundle ? `guichet ${command}` : `${npm} ${command} --`;

export interface Command {
  /** The text of --help. */
  readonly usage: string;
  /** Answers the exit code. @throws UsageError, Interrupted */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}

export interface Terminal {
  readonly env: Env;
  /** Whether somebody watches. */
  readonly isInteractive: boolean;
  /** Aborted by Ctrl-C with an `Interrupted`. */
  readonly signal: AbortSignal;
  /** Results, one message each: standard output. */
  readonly say: (text: string) => void;
  /** Where a long work is; shown in place of the last one, on standard error. */
  readonly progress: (text: string) => void;
}

export type Env = Readonly<Record<string, string | undefined>>;
type Options = NonNullable<ParseArgsConfig['options']>;

/** Every command has `--help`, `-h`. @throws UsageError naming the option that was meant */
export function parseOptions<O extends Options>(argv: readonly string[], options: O) {
  const all = { ...options, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, strict: true, options: all });
  } catch (error) {
    throw new UsageError(withSuggestion(error, Object.keys(all)));
  }
}

function withSuggestion(error: unknown, names: readonly string[]): string {
  const { message } = error as Error;
  const [, written] = /^Unknown option '--?([^'=]+)/.exec(message) ?? [];
  if (written === undefined) return message;
  const meant = closest(written, names);
  return `There is no option --${written}${meant === undefined ? '; --help lists them' : `; did you mean --${meant}?`}`;
}

/** A whole number within limits, both included. @throws UsageError */
export function numberOption(
  name: string,
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < min || number > max)
    throw new UsageError(`--${name} ${text}: a number from ${min} to ${max}`);
  return number;
}

/** @throws UsageError */
export function urlOption(name: string, text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) return text;
  throw new UsageError(`--${name} ${text} is no address such as http://127.0.0.1:3000`);
}

/** Errors whose message is meant for the person at the terminal. */
export interface ErrorRules {
  /** The command line or a file that it names is wrong: exit code 2. */
  readonly isUsage?: (error: unknown) => boolean;
  /** Other errors that speak for themselves. */
  readonly isExpected?: (error: unknown) => boolean;
}

/** Runs a command as this process: its exit code, its errors as people want them. */
export async function runProcess(command: Command, argv: readonly string[], rules: ErrorRules = {}): Promise<void> {
  const terminal = terminalOf(process);
  try {
    process.exitCode = await command.run(argv, terminal);
  } catch (error) {
    process.exitCode = codeOf(error, rules);
    terminal.clear();
    process.stderr.write(`${textOf(error, rules)}\n`);
  } finally {
    terminal.clear();
  }
}

function codeOf(error: unknown, { isUsage }: ErrorRules): number {
  if (error instanceof Interrupted) return exitCodes.interrupted;
  return error instanceof UsageError || isUsage?.(error) === true ? exitCodes.usage : exitCodes.failed;
}

function textOf(error: unknown, { isUsage, isExpected }: ErrorRules): string {
  if (!(error instanceof Error)) return String(error);
  const speaks = error instanceof UsageError || error instanceof Interrupted || isUsage?.(error) || isExpected?.(error);
  return speaks ? error.message : (error.stack ?? error.message);
}

/** Without a terminal, a line of progress so often. */
const quietProgressMs = 10_000;
const progressMs = 200;

function terminalOf({ stdout, stderr, env }: NodeJS.Process): Terminal & { clear(): void } {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Interrupted('Interrupted.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // Whoever reads has read enough (`| head`): the work goes on, without a word.
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  const isInteractive = stderr.isTTY === true;
  let toldAt = performance.now() - progressMs;
  const clear = () => void (isInteractive && stderr.write('\r\u001b[K'));
  return {
    env,
    isInteractive,
    signal: interrupted.signal,
    clear,
    say: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    progress: (text) => {
      if (performance.now() - toldAt < (isInteractive ? progressMs : quietProgressMs)) return;
      toldAt = performance.now();
      stderr.write(isInteractive ? `\r\u001b[K${text}` : `${text}\n`);
    },
  };
}

const barWidth = 24;

/** `████████░░░░  33%`; `share` from 0 to 1. */
export function bar(share: number): string {
  const within = Math.min(1, Math.max(0, share));
  const full = Math.floor(within * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.floor(within * 100)).padStart(3)}%`;
}
