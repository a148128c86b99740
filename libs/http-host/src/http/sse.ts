/**
 * Server-Sent Events on Fastify's raw response: ids, resumption, heartbeat, and an end for clients that do not read.
 */
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { serviceOf, type StandingChange, Standings } from '../auth/standings.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Problem } from './problem.js';

export interface LiveEvent {
  /** Comes back as `Last-Event-ID` when the client reconnects. No line breaks. */
  readonly id?: string;
  /** The event's name; `message` if not given. */
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
  /** How long a client waits before it comes back once this stream has ended, ms. */
  readonly retryMs?: number;
}

export interface LiveClient {
  /** What the client has seen, when it comes back. */
  readonly lastEventId?: string;
  /** Aborted when the client is gone or the host stops. */
  readonly signal: AbortSignal;
  /** @returns false if the client is gone, also for not having taken what was sent before. */
  send(...events: readonly LiveEvent[]): boolean;
  /** Whether so much of what was sent waits for the client that it should be told nothing more for now. */
  readonly isBusy: boolean;
  /** Resolves when the client has taken what was sent, or is gone. */
  drained(): Promise<void>;
  /** Ends the stream properly; the client will reconnect. */
  close(): void;
}

/** Begins to send; what it answers is called once when the client is gone. An event sent before it answers is fine. */
export type LiveSource = (client: LiveClient) => (() => void) | Promise<() => void>;

export interface LiveOptions {
  readonly heartbeatMs?: number;
  /**
   * A client for which more bytes than this wait is disconnected when there is more to send (it comes back with
   * Last-Event-ID).
   * What is sent at once may be larger: a long conversation is one event.
   */
  readonly maxBufferedBytes?: number;
  /** How long a client that is busy may take to become free again before it is disconnected. */
  readonly stalledMs?: number;
  /** Overrides the `Last-Event-ID` header, e.g. with a query parameter for clients that cannot set headers. */
  readonly lastEventId?: string;
}

export class LiveAnswer {
  constructor(
    readonly source: LiveSource,
    readonly options: LiveOptions,
  ) {}
}

/**
 * Returned by a GET handler, it opens a live stream: `return sse((client) => feed.subscribe((change) =>
 * client.send(...)))`.
 * Whatever the handler throws before is an ordinary problem answer.
 */
export const sse = (source: LiveSource, options: LiveOptions = {}): LiveAnswer => new LiveAnswer(source, options);

/** More bytes waiting than this: the client is busy. */
const busyBytes = 262_144;
/** setTimeout knows no longer time. */
const longestMs = 2_147_483_647;

/**
 * Why a stream is ended by the host. After `access-changed` and `token-expired` the client may ask again, with the
 * token it may have by then. After `restarting` it comes back with `Last-Event-ID`: another replica goes on.
 */
export type EndReason = 'access-changed' | 'restarting' | 'token-expired';

/** Streams that end one after the other may come back soon. */
const spreadRetryMs = 500;
/** Streams that end all at once come back one after the other: between so many milliseconds later. */
const allAtOnceRetryMs = [500, 2_500] as const;

const oneLine = (text: string): string => text.replace(/[\r\n\0]/g, '');

/** What goes to many clients is written out once. */
const frames = new WeakMap<LiveEvent, string>();

function frame(event: LiveEvent): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const text = write(event);
  frames.set(event, text);
  return text;
}

function write({ id, event, data, retryMs }: LiveEvent): string {
  const fields = [
    retryMs === undefined ? '' : `retry: ${Math.round(retryMs)}\n`,
    id === undefined ? '' : `id: ${oneLine(id)}\n`,
    event === undefined ? '' : `event: ${oneLine(event)}\n`,
  ];
  // JSON has no raw line breaks, so one data line is enough.
  return `${fields.join('')}data: ${JSON.stringify(data) ?? 'null'}\n\n`;
}

class LiveConnection implements LiveClient {
  readonly lastEventId?: string;
  private readonly gone = new AbortController();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly maxBufferedBytes: number;
  private readonly stalledMs: number;
  private draining: Promise<void> | undefined;

  constructor(
    private readonly reply: FastifyReply,
    lastEventId: string | undefined,
    { heartbeatMs = 15_000, maxBufferedBytes = 1_048_576, stalledMs = 60_000, ...options }: LiveOptions,
  ) {
    const seen = options.lastEventId ?? lastEventId;
    if (seen !== undefined) this.lastEventId = seen;
    this.maxBufferedBytes = maxBufferedBytes;
    this.stalledMs = stalledMs;
    const { raw } = reply;
    reply.hijack();
    raw.on('close', () => this.end());
    // A reset connection ends in 'close' too; without a listener the error would end the process.
    raw.on('error', () => this.end());
    const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined) as [string, string][];
    // The end of the stream is the end of the connection, and the client knows it from the beginning.
    raw.shouldKeepAlive = false;
    raw.writeHead(200, {
      ...Object.fromEntries(headers),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 2000\n: open\n\n');
    this.heartbeat = setInterval(() => this.write(': heartbeat\n\n'), heartbeatMs);
    if (raw.destroyed) this.end(); // it left before there was a stream: no 'close' comes any more
  }

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  send(...events: readonly LiveEvent[]): boolean {
    return this.write(events.map(frame).join(''));
  }

  get isBusy(): boolean {
    return !this.signal.aborted && this.reply.raw.writableLength > busyBytes;
  }

  drained(): Promise<void> {
    if (!this.isBusy) return Promise.resolve();
    this.draining ??= new Promise<void>((resolve) => {
      const stalled = setTimeout(() => this.drop(), this.stalledMs).unref();
      const done = (): void => {
        clearTimeout(stalled);
        this.draining = undefined;
        resolve();
      };
      this.reply.raw.once('drain', done);
      this.signal.addEventListener('abort', done, { once: true });
    });
    return this.draining;
  }

  close(): void {
    this.reply.raw.end();
    this.end();
  }

  /** Tells the client why, and ends the stream. */
  endFor(reason: EndReason, retryMs?: number): void {
    this.send({ event: 'ended', data: { reason }, ...(retryMs === undefined ? {} : { retryMs }) });
    this.close();
  }

  private write(text: string): boolean {
    if (this.signal.aborted) return false;
    const { raw } = this.reply;
    if (raw.writableLength > this.maxBufferedBytes) {
      this.drop();
      return false;
    }
    raw.write(text);
    return true;
  }

  private drop(): void {
    this.reply.raw.destroy();
    this.end();
  }

  private end(): void {
    clearInterval(this.heartbeat);
    this.gone.abort();
  }
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A stream says nothing more than its token would be told. */
function endWithToken(connection: LiveConnection, { principal }: FastifyRequest): NodeJS.Timeout | undefined {
  if (principal === undefined) return undefined;
  const leftMs = Math.max(0, principal.expiresAtMs - Date.now());
  return setTimeout(() => connection.endFor('token-expired'), Math.min(leftMs, longestMs)).unref();
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Opens the streams that handlers return, and ends them all when the host stops. */
@Injectable()
export class LiveStreams {
  private readonly log = new Logger(LiveStreams.name);
  private readonly open = new Map<LiveConnection, FastifyRequest>();
  private stopping = false;

  constructor(
    private readonly limits: RateLimits,
    private readonly standings: Standings,
  ) {
    standings.onChange((change) => void this.judgeAgain(change));
  }

  get count(): number {
    return this.open.size;
  }

  /** @throws Problem 503 if the host is stopping, 429 where the client or its tenant has enough of them. */
  begin(answer: LiveAnswer, reply: FastifyReply): void {
    if (this.stopping) throw new Problem(503, 'stopping', { headers: { 'retry-after': '2' } });
    const leave = this.limits.admitStream(reply.request.principal);
    void this.run(answer, reply).finally(leave);
  }

  /**
   * Ends the streams that are open one after the other, over the second half of this time. The first half is for
   * gateways: until they have heard that this replica leaves, they would send the clients back here. A client that
   * does come back here is let in: a refusal would end a browser's EventSource for good.
   */
  moveAway(ms: number): void {
    const connections = [...this.open.keys()];
    connections.forEach((connection, i) => {
      const afterMs = (ms / 2) * (1 + i / connections.length);
      const timer = setTimeout(() => connection.endFor('restarting', spreadRetryMs), afterMs);
      connection.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
  }

  /** Clients reconnect, to another replica if there is one. */
  closeAll(): void {
    this.stopping = true;
    const [least, most] = allAtOnceRetryMs;
    for (const connection of this.open.keys()) {
      connection.endFor('restarting', least + Math.random() * (most - least));
    }
  }

  /** Ends the streams of those who may do something else than when they began. */
  private async judgeAgain({ service, tenantId }: StandingChange): Promise<void> {
    for (const [connection, { url, verified, principal }] of [...this.open]) {
      if (verified === undefined || verified.tenantId !== tenantId || serviceOf(url) !== service) continue;
      const isAsBefore = await this.standings.judge(service, verified).then(
        ({ roles }) => roles.join() === principal?.roles.join(),
        // It cannot be said who that is now: whoever may go on comes back.
        () => false,
      );
      if (!isAsBefore) connection.endFor('access-changed');
    }
  }

  private async run({ source, options }: LiveAnswer, reply: FastifyReply): Promise<void> {
    const { request } = reply;
    const connection = new LiveConnection(reply, header(request, 'last-event-id'), options);
    this.open.set(connection, request);
    const gone = whenAborted(connection.signal);
    const expiring = endWithToken(connection, request);
    try {
      const stop = await source(connection);
      request.place?.leave(); // what is open only waits: it needs no place among the requests in progress
      await gone;
      stop();
    } catch (error) {
      this.log.error('a live stream failed', error);
      connection.close();
    } finally {
      clearTimeout(expiring);
      request.place?.leave();
      this.open.delete(connection);
    }
  }
}
