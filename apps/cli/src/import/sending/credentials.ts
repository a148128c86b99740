/** Where the access tokens come from: given by hand, or fetched with the running demo's secrets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../arguments.js';
import type { Connection, Destination } from '../importer.js';
import { Api, ApiError, type TokenSource } from './api.js';

/** What the demo leaves in its data folder for the tools beside it. */
interface Demo {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}
type Env = Readonly<Record<string, string | undefined>>;
interface Given {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly tenant: string | undefined;
}

/** @throws UsageError saying what is missing */
export async function connect(
  { slug, timeZone }: Destination,
  { url, token = '', tenant }: Given,
  env: Env,
): Promise<Connection> {
  const given = token || env['GUICHET_TOKEN'];
  const demo = readDemo(env);
  const baseUrl = url ?? env['GUICHET_URL'] ?? demo?.url ?? `http://127.0.0.1:${env['PORT'] ?? 3000}`;
  if (given) return { baseUrl, tokens: fixedToken(given), tenant: tenantOf(given, tenant) };
  if (!demo) {
    throw new UsageError(
      'No access token. Start the demo (npm start) on this machine, or give --token or GUICHET_TOKEN. ' +
        'If the demo uses another data folder, set GUICHET_DATA_DIR to it.',
    );
  }
  const operator = demoTokens(demo, { role: 'operator' });
  await new Api({ baseUrl, tokens: operator, maxAttempts: 3 })
    .post('/identity/v1/tenants', JSON.stringify({ slug, name: slug, timeZone }))
    .catch(ignoreExisting);
  const tokens = demoTokens(demo, { role: 'importer', tenant: slug });
  return { baseUrl, tokens, tenant: tenantOf(await tokens.token(), slug) };
}

/** A tenant that is there already is what was wanted. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}

function readDemo(env: Env): Demo | undefined {
  const file = join(env['GUICHET_DATA_DIR'] ?? '.guichet', 'demo.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Demo;
  } catch {
    // No demo ran here: a token has to be given.
    return undefined;
  }
}

const fixedToken = (token: string): TokenSource => ({ token: async () => token, renew: () => undefined });

/** The token's own tenant. It is not verified here: the services do that. */
function tenantOf(token: string, wanted: string | undefined): { id: string; slug: string } {
  const { tenant, tenant_slug: slug = tenant } = claimsOf(token);
  if (!tenant)
    throw new UsageError(
      'The access token names no tenant: give one of a service account with the role importer (--token).',
    );
  if (wanted !== undefined && wanted !== slug && wanted !== tenant) {
    throw new UsageError(`The access token is for the tenant ${slug}, not for ${wanted}.`);
  }
  return { id: tenant, slug: slug ?? tenant };
}

function claimsOf(token: string): { tenant?: string; tenant_slug?: string } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as object;
  } catch (error) {
    throw new UsageError('The access token is no JWT.', { cause: error });
  }
}

interface Issued {
  readonly access_token: string;
  readonly expires_in: number;
}

/** Tokens are renewed half a minute before they expire. */
const marginMs = 30_000;

/** Asked where the demo listens, since the issuer's public name may lead elsewhere. */
function demoTokens({ url, clientId, clientSecret }: Demo, wanted: Readonly<Record<string, string>>): TokenSource {
  let current: { token: Promise<string>; until: number } | undefined;
  const fetchToken = async (): Promise<string> => {
    const issued = await fetchJson<Issued>(`${url}/identity/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(':')).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...wanted }),
    });
    if (current) current.until = performance.now() + issued.expires_in * 1000 - marginMs;
    return issued.access_token;
  };
  return {
    token: async () => {
      if (!current || performance.now() > current.until)
        current = { token: fetchToken(), until: Number.POSITIVE_INFINITY };
      try {
        return await current.token;
      } catch (error) {
        current = undefined;
        throw error;
      }
    },
    renew: () => {
      current = undefined;
    },
  };
}

async function fetchJson<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new UsageError(`${url} does not answer (${reason}). Is the demo running? Start it with npm start.`, {
      cause: error,
    });
  }
  const text = await response.text();
  if (!response.ok) throw new ApiError(`${url} → ${response.status} ${text.slice(0, 300)}`, response.status, undefined);
  return JSON.parse(text) as T;
}
