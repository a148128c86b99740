/** What every command of this tool is. */
import { serviceNames } from '@guichet/contracts';
import { UsageError } from '../command-line.js';
import type { Api } from './api.js';
import type { Options } from './arguments.js';

export interface Context {
  readonly api: Api;
  readonly options: Options;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a long operation is; for people, not part of the result. */
  readonly progress: (text: string) => void;
}

export interface Outcome {
  /** For programs: printed with --json. */
  readonly data: unknown;
  /** For people. */
  readonly text: string;
  /** False: something was found or left that somebody has to look at; exit code 1. */
  readonly isFine: boolean;
}

export interface Command {
  /** What follows the command's name: `<service> <projection>`. */
  readonly takes: string;
  /** One line. */
  readonly does: string;
  run(context: Context, args: readonly string[]): Promise<Outcome>;
}

/** @throws UsageError */
export function knownService(name: string | undefined, among: readonly string[] = serviceNames): string {
  if (name !== undefined && among.includes(name)) return name;
  throw new UsageError(
    `${name === undefined ? 'Which service?' : `There is no service ${name}.`} One of ${among.join(', ')}.`,
  );
}

/** As many arguments as it takes, no more and no less. @throws UsageError */
export function exactly<N extends readonly string[]>(names: N, args: readonly string[]): { [K in keyof N]: string } {
  if (args.length === names.length) return args as unknown as { [K in keyof N]: string };
  const missing = names[args.length];
  throw new UsageError(missing === undefined ? `What is "${args[names.length]}"?` : `Which ${missing}?`);
}
