/** Where access tokens come from. */
import type { Fetch } from './client.js';
import { NoAnswer, reasonOf, Refused } from './errors.js';

export interface TokenSource {
  /** @throws ApiError when there is none to be had */
  token(signal?: AbortSignal): Promise<string>;
  /** Forgets a token that was refused; the next call fetches another one where that is possible. */
  renew(refused: string): void;
}

/** A token that was given by hand. */
export const fixedToken = (token: string): TokenSource => ({ token: async () => token, renew: () => undefined });

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the token is wanted for; a service account has its own tenant and roles, and needs none of it. */
export interface Grant {
  readonly tenant?: string;
  readonly roles?: readonly string[];
  /** E-mail or id of the person whose token it is to be; in demo mode only. */
  readonly person?: string;
}

export interface ClientCredentialsOptions extends Credentials, Grant {
  /** Where Guichet listens: the issuer's public name may lead elsewhere. */
  readonly baseUrl: string;
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
  /** Renewed after so long at the latest; default shortly before the token's end. */
  readonly renewAfterMs?: number;
  /** Told when a token could not be renewed and the old one is used on. */
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds that only grow; default `performance.now`. */
  readonly clock?: () => number;
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** Renewed so long before its end, or after three quarters of a short life. */
const marginMs = 30_000;
/** While the issuer is away a token that is still good is used on, and the issuer is asked again so often. */
const askAgainMs = 2_000;

/**
 * Tokens by OAuth's client credentials: fetched when wanted, shared by all who ask, renewed before they end.
 * Retrying is left to whoever asks; a failure is never remembered.
 */
export function clientCredentials(options: ClientCredentialsOptions): TokenSource {
  const clock = options.clock ?? (() => performance.now());
  let held: Held | undefined;
  let asking: Promise<Held> | undefined;
  const ask = (): Promise<Held> =>
    (asking ??= issue(options, clock).finally(() => {
      asking = undefined;
    }));
  return {
    token: async (signal) => {
      if (held && clock() < held.renewAtMs) return held.token;
      const old = held;
      try {
        held = await unlessAborted(ask(), signal);
      } catch (error) {
        if (old === undefined || old !== held || clock() >= old.expiresAtMs || signal?.aborted === true) throw error;
        options.onFailure?.(error);
        held = { ...old, renewAtMs: Math.min(old.expiresAtMs, clock() + askAgainMs) };
      }
      return held.token;
    },
    renew: (refused) => {
      if (held?.token === refused) held = undefined;
    },
  };
}

/** One caller's impatience must not take the token from the others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function issue(options: ClientCredentialsOptions, clock: () => number): Promise<Held> {
  const { baseUrl, clientId, clientSecret, tenant, roles = [], person, timeoutMs = 10_000 } = options;
  const wishes = [
    ['grant_type', 'client_credentials'],
    ...(tenant === undefined ? [] : [['tenant', tenant]]),
    ...roles.map((role) => ['role', role]),
    ...(person === undefined ? [] : [['person', person]]),
  ];
  const asked = clock();
  const { status, text } = await post(options.fetch ?? fetch, `${baseUrl.replace(/\/$/, '')}/identity/token`, {
    body: new URLSearchParams(wishes).toString(),
    authorization: `Basic ${btoa([clientId, clientSecret].map(encodeURIComponent).join(':'))}`,
    timeoutMs,
  });
  if (status >= 400) throw new Refused('POST /identity/token', status, text);
  const { access_token: token, expires_in: seconds } = JSON.parse(text) as { access_token: string; expires_in: number };
  const lifeMs = seconds * 1000;
  const renewMs = Math.min(options.renewAfterMs ?? Infinity, Math.max(lifeMs - marginMs, lifeMs * 0.75));
  return { token, renewAtMs: asked + renewMs, expiresAtMs: asked + lifeMs };
}

async function post(
  send: Fetch,
  url: string,
  { body, authorization, timeoutMs }: { body: string; authorization: string; timeoutMs: number },
): Promise<{ status: number; text: string }> {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  try {
    const response = await send(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new NoAnswer(new URL(url).origin, reasonOf(error), { cause: error });
  }
}
