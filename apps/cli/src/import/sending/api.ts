/** Guichet's HTTP, asked patiently. */
import { setTimeout as delay } from 'node:timers/promises';

/** Gives access tokens; `renew` forgets the one that was refused. */
export interface TokenSource {
  token(): Promise<string>;
  renew(): void;
}

/** Guichet refused, or could not be reached although it was tried again and again. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number | undefined,
    readonly code: string | undefined,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface ApiOptions {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly maxAttempts?: number;
  /** Waited after the first failure; doubles with each further one, up to 15 s. */
  readonly firstDelayMs?: number;
  readonly timeoutMs?: number;
  readonly onRetry?: (reason: string) => void;
}

/** Answers that may be different the next time: overload, restarts, gateways. Imports are repeatable, so 500 is tried again too. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);
const maxDelayMs = 15_000;

interface Attempt {
  readonly body?: unknown;
  readonly failure?: ApiError;
  readonly isPassing?: boolean;
  readonly retryAfterMs?: number;
}

export class Api {
  constructor(private readonly options: ApiOptions) {}

  /** @throws ApiError when refused, or after the last attempt */
  async post(path: string, body: string): Promise<unknown> {
    const { maxAttempts = 10, firstDelayMs = 250, onRetry } = this.options;
    let isRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const { body: answer, failure, isPassing, retryAfterMs } = await this.attempt(path, body);
      if (!failure) return answer;
      if (failure.status === 401 && !isRenewed) {
        isRenewed = true;
        this.options.tokens.renew();
        continue;
      }
      if (!isPassing || attempt >= maxAttempts) throw failure;
      onRetry?.(failure.message);
      const backoff = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
      // Jitter: several requests that failed together do not come back together.
      await delay(Math.min(60_000, retryAfterMs ?? backoff * (0.5 + Math.random() / 2)));
    }
  }

  private async attempt(path: string, body: string): Promise<Attempt> {
    const { baseUrl, tokens, timeoutMs = 60_000 } = this.options;
    try {
      const token = await tokens.token();
      const response = await fetch(new URL(path.replace(/^\//, ''), `${baseUrl.replace(/\/$/, '')}/`), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok) return { body: text === '' ? undefined : JSON.parse(text) };
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
      const failure = problemOf(path, response.status, text);
      const wait = Number.isNaN(retryAfter) ? {} : { retryAfterMs: retryAfter * 1000 };
      return { failure, isPassing: passing.has(response.status), ...wait };
    } catch (error) {
      return { failure: new ApiError(`${baseUrl}${path}: ${reasonOf(error)}`, undefined, undefined), isPassing: true };
    }
  }
}

function problemOf(path: string, status: number, text: string): ApiError {
  const problem = parseProblem(text);
  const detail = problem.detail ?? problem.title ?? text.slice(0, 300);
  const fields = JSON.stringify(problem.errors ?? []);
  return new ApiError(
    `POST ${path} → ${status} ${detail}${fields === '[]' ? '' : ` ${fields.slice(0, 600)}`}`,
    status,
    problem.code,
  );
}

function parseProblem(text: string): { detail?: string; title?: string; code?: string; errors?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    // A proxy's page rather than Guichet's problem: its text is shown as it is.
    return {};
  }
}

/** fetch hides what happened in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
