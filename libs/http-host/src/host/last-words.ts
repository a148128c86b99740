/** What a process says when it cannot start or go on: in the format of its log, also where its settings are wrong. */
import { ConfigurationError, platformSettings, readSetting } from '@guichet/config';
import { createLogger, withoutPasswords } from '@guichet/observability';
import { StartupError } from './bootstrap.js';

export interface ProcessOptions {
  /** On each line of its log. */
  readonly name: string;
  /** Where `LOG_FORMAT` is not set, or wrong itself. */
  readonly logFormat: LogFormat;
}

type LogFormat = 'json' | 'pretty';

/** What it was doing when it failed. */
export type FailedAt = 'start' | 'stop' | 'uncaught-exception' | 'unhandled-rejection';

export interface LastWords {
  /** One line of level `fatal`, or text for people; whatever `LOG_LEVEL` says. */
  fail(error: unknown, at: FailedAt): void;
  /** Why it ends without an error. */
  say(text: string): void;
}

interface Failure {
  readonly code: string;
  readonly msg: string;
  /** Each wrong setting, in a sentence. */
  readonly problems?: readonly string[];
  /** With its stack, where it was not made for people. */
  readonly err?: unknown;
}

function failureOf(error: unknown, at: FailedAt): Failure {
  if (error instanceof ConfigurationError) {
    return { code: 'wrong-settings', msg: 'The settings cannot be used.', problems: error.problems };
  }
  if (error instanceof StartupError)
    return { code: at === 'start' ? 'cannot-start' : 'cannot-go-on', msg: error.message };
  return { code: at === 'start' || at === 'stop' ? `${at}-failed` : at, msg: reasonOf(error), err: error };
}

/** An error of several attempts (a name with two addresses) has no message of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : error.name;
}

function textOf(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof StartupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function formatOf(env: NodeJS.ProcessEnv, fallback: LogFormat): LogFormat {
  try {
    return readSetting({ ...platformSettings.logFormat, default: fallback }, env) ?? fallback;
  } catch {
    return fallback; // a wrong one is among the settings' problems
  }
}

export function lastWords({ name, logFormat }: ProcessOptions, env: NodeJS.ProcessEnv = process.env): LastWords {
  const format = formatOf(env, logFormat);
  if (format === 'pretty') {
    const say = (text: string): void => void process.stderr.write(`${withoutPasswords(text)}\n`);
    return { say, fail: (error) => say(textOf(error)) };
  }
  const log = createLogger(name, { logLevel: 'info', logFormat: format });
  return {
    say: (text) => log.warn(text),
    fail: (error, at) => {
      const { msg, problems, ...fields } = failureOf(error, at);
      log.fatal({ ...fields, ...(problems && { problems: problems.map(withoutPasswords) }) }, withoutPasswords(msg));
    },
  };
}
