/** One client for all of Guichet's services: patient, repeatable, and told apart errors. */
import { ApiError, HostRestarts, NoAnswer, reasonOf, Refused } from './errors.js';
import { delayMs, isPassing, retryAfterMs, type RetryOptions } from './retry.js';
import { EventStreamParser, type LiveEvent } from './sse.js';
import type { TokenSource } from './tokens.js';

/** As the global `fetch`; another one may be given where that is not enough. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions extends RetryOptions {
  /** Where Guichet listens, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly fetch?: Fetch;
  /** Of one attempt; default 60 000. */
  readonly timeoutMs?: number;
  /** Told before a wait: why, and how long it is. */
  readonly onRetry?: (reason: ApiError, waitMs: number) => void;
}

export interface RequestOptions extends RetryOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Positions that the answer must have seen: the `Guichet-After` header. */
  readonly after?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Of one attempt, instead of the client's. */
  readonly timeoutMs?: number;
}

export interface SendOptions extends RequestOptions {
  /** One for each wish, the same for its repetitions; made up if not given. `false`: repeating does no harm anyway. */
  readonly idempotencyKey?: string | false;
  /** The version that must still be there, as an answer's `etag` gave it. */
  readonly ifMatch?: string;
}

export interface Answer<T> {
  readonly status: number;
  /** Parsed JSON; undefined when empty. */
  readonly body: T;
  /** `Guichet-Position`: to be given as `after` to a query that must see this. */
  readonly position: string | undefined;
  readonly etag: string | undefined;
  readonly headers: Headers;
}

export interface LiveOptions extends Omit<RequestOptions, 'timeoutMs'> {
  /** What has been seen already. */
  readonly lastEventId?: string;
  /** Silence after which the stream counts as lost; default 45 000 (the services' heartbeat comes every 15 s). */
  readonly silenceMs?: number;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly options: SendOptions;
  readonly isRepeatable: boolean;
}

export class GuichetClient {
  readonly baseUrl: string;
  private readonly fetch: Fetch;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.fetch = options.fetch ?? fetch;
  }

  /** @throws ApiError after the last attempt; the signal's reason when aborted */
  async get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.ask<T>('GET', path, options)).body;
  }

  /** As `get`, with what stands in the answer's headers. @throws ApiError */
  ask<T>(method: 'GET' | 'DELETE', path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    return this.request<T>({ method, path, options, isRepeatable: true });
  }

  /**
   * Sends a command or anything else with a body.
   * @param body is sent as JSON; text is sent as it is, for JSON that was written before
   * @throws ApiError after the last attempt; the signal's reason when aborted
   */
  send<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown = {},
    options: SendOptions = {},
  ): Promise<Answer<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    // The same key in every attempt: what was done already is answered, not done again.
    const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID();
    return this.request<T>({
      ...{ method, path, body: text },
      ...{ options: { ...options, idempotencyKey }, isRepeatable: true },
    });
  }

  async post<T>(path: string, body?: unknown, options?: SendOptions): Promise<T> {
    return (await this.send<T>('POST', path, body, options)).body;
  }

  /** Every item of a list, page by page; a page is asked for when it is wanted. @throws ApiError */
  async *pages<T>(path: string, options: RequestOptions = {}): AsyncGenerator<T, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get(path, { ...options, query: { ...options.query, cursor } });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * Follows a live stream (Server-Sent Events): when it breaks off it is taken up again after the last event seen. That
   * its host restarts is no event for the caller either. Leaving the loop ends the stream.
   * @throws ApiError when refused, or when so many attempts in a row bring nothing; the signal's reason when aborted
   */
  async *live(path: string, options: LiveOptions = {}): AsyncGenerator<LiveEvent, void, undefined> {
    const retry = { ...this.options, ...options };
    const parser = new EventStreamParser(options.lastEventId);
    for (let failures = 0; ;) {
      const before = parser.chunks;
      const failure = yield* this.stream(path, options, parser);
      options.signal?.throwIfAborted();
      const isMoved = failure instanceof HostRestarts;
      // More than the greeting (and the farewell) came: services end streams when they stop, and clients come back.
      failures = parser.chunks - before > (isMoved ? 2 : 1) ? 1 : failures + 1;
      if (
        !isPassing(failure.status, true, failure.status === 500 ? failures : 0) ||
        failures >= (retry.maxAttempts ?? defaultAttempts)
      )
        throw failure;
      parser.restart();
      const first =
        (failures === 1 || isMoved) && parser.retryMs !== undefined
          ? Math.min(parser.retryMs, retry.maxDelayMs ?? Infinity)
          : undefined;
      const wished = failure instanceof Refused ? failure.retryAfterMs : first;
      await this.pause(failure, failures, wished, options);
    }
  }

  /** One connection of a live stream; answers why it ended. */
  private async *stream(
    path: string,
    { silenceMs = 45_000, ...options }: LiveOptions,
    parser: EventStreamParser,
  ): AsyncGenerator<LiveEvent, ApiError, undefined> {
    const silence = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
    const watch = () => setTimeout(() => silence.abort(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
    let timer = watch();
    const seen: Record<string, string> =
      parser.lastEventId === undefined ? {} : { 'last-event-id': parser.lastEventId };
    const headers = { accept: 'text/event-stream', ...options.headers, ...seen };
    let isMoved = false;
    try {
      const wanted = { method: 'GET', path, options: { ...options, headers }, isRepeatable: true };
      const response = await this.withToken(wanted, signal);
      if (!response.ok) return await refusal(wanted, response);
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = watch();
        for (const event of parser.push(chunk)) {
          if (isFarewell(event)) isMoved = true;
          else yield event;
        }
      }
      if (isMoved) return new HostRestarts(this.baseUrl);
      return new NoAnswer(this.baseUrl, 'the live stream ended');
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ApiError) return error;
      return new NoAnswer(this.baseUrl, reasonOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  private async request<T>(wanted: Wanted): Promise<Answer<T>> {
    const { options } = wanted;
    const maxAttempts = options.maxAttempts ?? this.options.maxAttempts ?? defaultAttempts;
    let internalErrors = 0;
    for (let failures = 1; ; failures += 1) {
      const answer = await this.attempt<T>(wanted);
      if (!(answer instanceof ApiError)) return answer;
      if (answer.status === 500) internalErrors += 1;
      if (!isPassing(answer.status, wanted.isRepeatable, internalErrors) || failures >= maxAttempts) throw answer;
      await this.pause(answer, failures, answer instanceof Refused ? answer.retryAfterMs : undefined, options);
    }
  }

  private async attempt<T>(wanted: Wanted): Promise<Answer<T> | ApiError> {
    const { signal, timeoutMs = this.options.timeoutMs ?? 60_000 } = wanted.options;
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await this.withToken(wanted, signal ? AbortSignal.any([signal, timeout]) : timeout);
      if (!response.ok) return await refusal(wanted, response);
      return await answerOf<T>(response);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ApiError) return error;
      return new NoAnswer(this.baseUrl, reasonOf(error), { cause: error });
    }
  }

  /** A token that is refused is renewed once: it may have ended on the way, or its key may have been retired. */
  private async withToken(wanted: Wanted, signal: AbortSignal): Promise<Response> {
    const token = await this.options.tokens.token(signal);
    const response = await this.exchange(wanted, token, signal);
    if (response.status !== 401) return response;
    this.options.tokens.renew(token);
    const another = await this.options.tokens.token(signal);
    if (another === token) return response;
    await response.body?.cancel();
    return this.exchange(wanted, another, signal);
  }

  private exchange({ method, path, body, options }: Wanted, token: string, signal: AbortSignal): Promise<Response> {
    const { after, idempotencyKey, ifMatch } = options;
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(typeof idempotencyKey === 'string' ? { 'idempotency-key': idempotencyKey } : {}),
      ...(after === undefined || after === '' ? {} : { 'guichet-after': after }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...options.headers,
      authorization: `Bearer ${token}`,
    };
    const init = { method, headers, signal, ...(body === undefined ? {} : { body }) };
    return this.fetch(`${this.baseUrl}/${path.replace(/^\/+/, '')}${queryOf(options.query)}`, init);
  }

  private async pause(
    reason: ApiError,
    failures: number,
    wishedMs: number | undefined,
    { signal, ...own }: RequestOptions,
  ): Promise<void> {
    const waitMs = delayMs(failures, wishedMs, { ...this.options, ...own }, Math.random());
    this.options.onRetry?.(reason, waitMs);
    await sleep(waitMs, signal);
  }
}

const defaultAttempts = 10;

const isFarewell = ({ event, data }: LiveEvent): boolean =>
  event === 'ended' && (data as { reason?: unknown } | null)?.reason === 'restarting';

function queryOf(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const { status, headers } = response;
  const text = await response.text();
  return {
    status,
    body: (text === '' ? undefined : JSON.parse(text)) as T,
    position: headers.get('guichet-position') ?? undefined,
    etag: headers.get('etag') ?? undefined,
    headers,
  };
}

async function refusal({ method, path }: Wanted, response: Response): Promise<Refused> {
  const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
  const [pathname = ''] = path.split('?');
  return new Refused(`${method} /${pathname.replace(/^\/+/, '')}`, response.status, await response.text(), wait);
}

/** @throws the signal's reason when aborted */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
