import { randomBytes } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as PinoLogger, type LoggerOptions, pino } from 'pino';
import { pretty } from './pretty.js';
import { currentCorrelation } from './correlation.js';
import { withoutPasswords } from './passwords.js';
import { build } from './version.js';

export interface LoggingSettings {
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly logFormat: 'json' | 'pretty';
}

/** Tells the replicas of a service apart: a container's name, or made up for this process. */
const replica = process.env['HOSTNAME'] || randomBytes(3).toString('hex');

/** What each line of a process carries. */
const originOf = (service: string): Readonly<Record<string, string>> => ({
  service,
  replica,
  version: build.version,
});

/** Never in a log, wherever an object that is logged has them. */
const redacted = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'clientSecret',
  'client_secret',
  'token',
  'access_token',
];

/** What is worth knowing of an error, and nothing else that hangs on it: drivers attach whole connections. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutPasswords(String(error)) };
  const { name, cause } = error;
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' || typeof code === 'number' ? { code } : {};
  const [message, stack] = [withoutPasswords(error.message), withoutPasswords(error.stack ?? '')];
  return { type: name, message, ...known, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

/**
 * Synchronous on purpose: the last lines before an end are the ones that matter.
 * @param service whose process it is; each line carries it.
 */
export function createLogger(
  service: string,
  { logLevel, logFormat }: LoggingSettings,
  out?: DestinationStream,
): PinoLogger {
  const options: LoggerOptions = {
    level: logLevel,
    base: originOf(service),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    mixin: () => ({ ...currentCorrelation() }),
    serializers: { err: describeError },
  };
  return pino(options, out ?? (logFormat === 'pretty' ? pretty() : pino.destination({ dest: 1, sync: true })));
}

/**
 * What Nest tells about itself: for its own debugging; an error at the start is thrown as well, and said by runHost.
 */
const nestsOwn = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'ExceptionHandler']);

type Level = 'debug' | 'error' | 'fatal' | 'info' | 'trace' | 'warn';

/**
 * Nest's Logger writes here, so services log with `new Logger(RoutingModule.name)`:
 * `log.warn('text')`, `log.warn({ msg: 'text', ticketId })`, `log.error('text', error)`.
 */
export class NestPinoLogger implements LoggerService {
  constructor(private readonly pino: PinoLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest appends the logger's name as the last argument, and calls error(message, stack, name). */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const [last] = rest.slice(-1);
    const shown = typeof last === 'string' && nestsOwn.has(last) ? 'debug' : level;
    const logger = typeof last === 'string' ? { logger: last } : {};
    const parts = [message, ...(typeof last === 'string' ? rest.slice(0, -1) : rest)].filter(
      (part) => part !== undefined,
    );
    const error = parts.find((part) => part instanceof Error);
    const fields = parts.filter((part) => typeof part === 'object' && part !== null && !(part instanceof Error));
    const texts = parts.filter((part) => typeof part === 'string');
    const err = error === undefined ? {} : { err: error };
    const text = texts.join(' ') || error?.message;
    const said = text === undefined ? undefined : withoutPasswords(text);
    this.pino[shown](Object.assign({}, logger, err, ...fields) as object, said);
  }
}
