/** What answers while a host cannot start yet: alive, not ready, and why. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from '@guichet/config';
import { correlationFrom, NotReady } from '@guichet/observability';
import { Problem } from '../http/problem.js';
import { portProblem } from './bootstrap.js';
import { strictHeaders } from './fastify-host.js';
import type { StartCheck } from './start-check.js';

export interface WaitingOptions {
  readonly host: string;
  readonly port: number;
  /** Told the reasons when they change, and once a minute while they stay. */
  readonly log: { warn(fields: object, text: string): void; info(text: string): void };
  /** Aborted: nobody waits any longer. */
  readonly signal: AbortSignal;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
const sayAgainMs = 60_000;
const retryAfterSeconds = 2;

/** Reasons by setting. */
type Reasons = ReadonlyMap<string, string>;

/**
 * Answers once every check has passed, and the port is free again. Checks that have passed are not asked again.
 * @throws ConfigurationError with what no waiting mends; StartupError if the port cannot be had; whatever else a check
 *   throws; the reason of the signal
 */
export async function waitUntilReady(checks: readonly StartCheck[], options: WaitingOptions): Promise<void> {
  const { log, signal } = options;
  signal.throwIfAborted();
  let reasons: Reasons = new Map(checks.map(({ setting }) => [setting, 'being checked']));
  const server = await listen(options, () => reasons);
  try {
    let said = { text: '', atMs: 0 };
    for (let left = checks, pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      reasons = await untilAborted(ask(left), signal);
      if (reasons.size === 0) break;
      left = left.filter(({ setting }) => reasons.has(setting));
      const text = [...reasons].map(([setting, reason]) => `${setting}: ${reason}`).join('; ');
      if (text !== said.text || Date.now() - said.atMs >= sayAgainMs) {
        log.warn({ waitingFor: Object.fromEntries(reasons) }, `Not started yet, and waiting. ${text}`);
        said = { text, atMs: Date.now() };
      }
      // Its own error is another one than the reason of the signal.
      await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    if (said.text !== '') log.info('What the start waited for is there now.');
  } finally {
    await close(server);
  }
}

/** Why those that have not passed have not. */
async function ask(checks: readonly StartCheck[]): Promise<Reasons> {
  const reasons = new Map<string, string>();
  const wrong: string[] = [];
  await Promise.all(
    checks.map(async (one) => {
      try {
        await one.check();
      } catch (error) {
        if (error instanceof NotReady) reasons.set(one.setting, error.message);
        else if (error instanceof ConfigurationError) wrong.push(...error.problems);
        else throw error;
      }
    }),
  );
  if (wrong.length > 0) throw new ConfigurationError(wrong);
  return reasons;
}

/** A check under way cannot be cut off; nobody waits for it any longer. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function listen({ host, port }: WaitingOptions, reasons: () => Reasons): Promise<Server> {
  const server = createServer((request, response) => answer(request, response, reasons()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, host, port)));
    server.listen({ host, port, exclusive: true }, resolve);
  });
  return server;
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse, reasons: Reasons): void {
  const [path] = url.split('?');
  if (path === '/health/live') {
    send(response, 200, 'application/json; charset=utf-8', { status: 'live', checks: {} });
  } else if (path === '/health/ready') {
    const checks = { started: 'starting or stopping', ...Object.fromEntries(reasons) };
    send(response, 503, 'application/json; charset=utf-8', { status: 'not-ready', checks });
  } else {
    const { correlationId } = correlationFrom(headers);
    const problem = new Problem(503, 'starting', { detail: 'This host is starting.' });
    response.setHeader('retry-after', retryAfterSeconds);
    // A balancer may send the request to another replica: this one has done nothing with it.
    response.setHeader('guichet-state', 'starting');
    response.setHeader('x-correlation-id', correlationId);
    send(response, 503, 'application/problem+json; charset=utf-8', problem.document(correlationId));
  }
}

/** Connections are not kept: the host that takes over begins with its own. */
function send(response: ServerResponse, status: number, type: string, body: object): void {
  const headers = { ...strictHeaders, 'content-type': type, connection: 'close' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  // Answers are written at once; whoever has not taken them in a moment does not take them.
  const overdue = setTimeout(() => server.closeAllConnections(), 200);
  await closed;
  clearTimeout(overdue);
}
