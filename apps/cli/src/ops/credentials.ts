/** Where the operator's access token comes from: given by hand, or fetched with what the running product left in its data folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './command.js';
import { ApiError } from './api.js';

export interface TokenSource {
  token(): Promise<string>;
}

/** What an all-in-one leaves in its data folder for the tools beside it. */
interface Address {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Given {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Nothing is asked, and nothing missed, before the first token is wanted. */
export function connection({ url, token, dataDir, env }: Given): { baseUrl: string; tokens: TokenSource } {
  const address = readAddress(dataDir);
  // Empty counts as not set, as in most scripts.
  const baseUrl = url ?? (env['GUICHET_URL'] || address?.url || `http://127.0.0.1:${env['PORT'] || 3000}`);
  const given = token ?? env['GUICHET_TOKEN'];
  if (given) return { baseUrl, tokens: { token: async () => given } };
  let current: { token: string; until: number } | undefined;
  return {
    baseUrl,
    tokens: {
      token: async () => {
        if (!address) throw noToken(dataDir);
        if (!current || performance.now() > current.until) current = await fetchToken(address);
        return current.token;
      },
    },
  };
}

function readAddress(dataDir: string): Address | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Address;
  } catch {
    // No all-in-one ran here: a token has to be given.
    return undefined;
  }
}

const noToken = (dataDir: string): UsageError =>
  new UsageError(
    `No access token. Give one with the role operator (--token or GUICHET_TOKEN, and --url or GUICHET_URL), or the data folder of ` +
      `an all-in-one that runs on this machine (--data or GUICHET_DATA_DIR; there is no demo.json in ${dataDir}).`,
  );

/** Renewed half a minute before it expires. */
const marginSeconds = 30;

/** Asked where the product listens, since the issuer's public name may lead elsewhere. */
async function fetchToken({ url, clientId, clientSecret }: Address): Promise<{ token: string; until: number }> {
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const response = await fetch(`${url}/identity/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', role: 'operator' }),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    const { message, cause } = error as Error;
    throw new ApiError(`${url} does not answer (${cause instanceof Error ? cause.message : message}). Is it running?`);
  });
  const text = await response.text();
  if (!response.ok)
    throw new ApiError(`No token from ${url}: ${response.status} ${text.slice(0, 300)}`, response.status);
  const { access_token: token, expires_in: lasts } = JSON.parse(text) as { access_token: string; expires_in: number };
  return { token, until: performance.now() + (lasts - marginSeconds) * 1000 };
}
