/** The operations endpoints of all services, asked as an operator. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TokenSource } from './credentials.js';

/** A service refused, or does not answer. `status` is undefined for the latter. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface ApiOptions {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
}

/** Long enough for any answer that needs no folding of a log. */
const quickMs = 30_000;

export class Api {
  constructor(private readonly options: ApiOptions) {}

  /** @throws ApiError */
  get<T>(service: string, path: string): Promise<T> {
    return this.send<T>('GET', service, path, undefined, quickMs);
  }

  /** @param timeoutMs for what takes as long as a log is long. @throws ApiError */
  post<T>(service: string, path: string, body: object = {}, timeoutMs = quickMs): Promise<T> {
    return this.send<T>('POST', service, path, JSON.stringify(body), timeoutMs);
  }

  private async send<T>(
    method: string,
    service: string,
    path: string,
    body: string | undefined,
    timeoutMs: number,
  ): Promise<T> {
    const { baseUrl, tokens } = this.options;
    const url = new URL(`${service}/v1/operations/${path}`, `${baseUrl.replace(/\/$/, '')}/`);
    const headers = {
      authorization: `Bearer ${await tokens.token()}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const { status, text } = await exchange(url, { method, headers }, body, timeoutMs);
    if (status >= 200 && status < 300) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw new ApiError(refusal(`${method} ${url.pathname}`, status, text), status);
  }
}

/** Not `fetch`: it gives up on an answer after five minutes, and a log may take longer to fold. */
function exchange(
  url: URL,
  init: { method: string; headers: Record<string, string | number> },
  body: string | undefined,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const fail = (error: Error) => reject(new ApiError(`${url.origin} does not answer (${reasonOf(error)}).`));
    const request = send(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', fail);
    });
    request.on('error', fail);
    request.end(body);
  });
}

function reasonOf(error: Error & { code?: string; cause?: unknown }): string {
  if (error.name === 'AbortError') return 'no answer in time';
  return error.message || error.code || error.name;
}

function refusal(what: string, status: number, text: string): string {
  const { detail, title } = problemOf(text);
  const hint = {
    401: ' The access token is not (or no longer) valid.',
    403: ' The access token must have the role operator.',
  }[status];
  return `${what} → ${status} ${detail ?? title ?? text.slice(0, 300)}${hint ?? ''}`;
}

function problemOf(text: string): { detail?: string; title?: string } {
  try {
    return JSON.parse(text) as object;
  } catch {
    // A gateway's page rather than a problem: its text is shown as it is.
    return {};
  }
}
