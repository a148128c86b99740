/** The issuer of access tokens, as OpenID discovery finds it. */
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from '@guichet/config';
import { NotReady, reasonOf } from '@guichet/observability';
import type { StartCheck } from '../host/start-check.js';
import type { AccessTokenSettings } from './access-tokens.js';

export const issuerTimeoutMs = 5_000;

/** Pauses before the issuer is asked again. */
const againAfterMs = [200, 500];

/**
 * Asks as `fetch` does, twice more where nobody answers or the answer is 5xx: a replica of the issuer may be going or
 * coming while another one answers. The signal bounds it all.
 */
export async function askAgain(url: string, init: RequestInit): Promise<Response> {
  for (const ms of againAfterMs) {
    const answer = await fetch(url, init).catch((error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      return undefined;
    });
    if (answer !== undefined && answer.status < 500) return answer;
    await answer?.body?.cancel();
    await pause(ms, undefined, { signal: init.signal ?? undefined });
  }
  return fetch(url, init);
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Where the issuer says that its keys are; it must call itself what we call it.
 * @throws ConfigurationError for what another setting mends, NotReady for an issuer that does not answer now
 */
export async function discoverKeys(issuer: string): Promise<URL> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { issuer: named, jwks_uri: keys } = await ask('OIDC_ISSUER', url);
  if (named !== issuer) wrong('OIDC_ISSUER', `${url} names another issuer (${String(named)}), and this is ${issuer}`);
  if (typeof keys !== 'string' || !URL.canParse(keys)) wrong('OIDC_ISSUER', `${url} names no jwks_uri`);
  return new URL(keys);
}

/** Whether access tokens can be checked: the issuer is who it should be, and its keys can be read. */
export function issuerCheck({ oidcIssuer, oidcJwksUrl }: AccessTokenSettings): StartCheck {
  const setting = oidcJwksUrl === undefined ? 'OIDC_ISSUER' : 'OIDC_JWKS_URL';
  const check = async (): Promise<void> => {
    const url = oidcJwksUrl ?? (await discoverKeys(oidcIssuer)).href;
    const { keys } = await ask(setting, url);
    if (!Array.isArray(keys)) wrong(setting, `${url} answers no set of keys`);
  };
  return { setting, check };
}

async function ask(setting: string, url: string): Promise<Json> {
  const { status, text } = await get(url);
  if (status >= 500 || status === 408 || status === 429) throw new NotReady(`${url} answered ${status}`);
  if (status !== 200) return wrong(setting, `${url} answered ${status}`);
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Json;
  } catch {
    // said below
  }
  return wrong(setting, `${url} answers no JSON object`);
}

/** A redirect is not followed: whoever stands before the issuer must not say where its keys are. */
async function get(url: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(issuerTimeoutMs), redirect: 'manual' });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new NotReady(`${url} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

function wrong(setting: string, what: string): never {
  throw new ConfigurationError([`${setting} cannot be used: ${what}.`]);
}
