import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { ConfigurationError } from '@guichet/config';
import { NotReady } from '@guichet/observability';
import { freePort, until } from '@guichet/testing';
import { issuerCheck } from '../auth/issuer.js';
import { StartupError } from './bootstrap.js';
import type { StartCheck } from './start-check.js';
import { waitUntilReady } from './waiting-host.js';

const host = '127.0.0.1';
let port: number;
let lines: string[];
let gone: AbortController;
beforeEach(async () => {
  [port, lines, gone] = [await freePort(), [], new AbortController()];
});

const waiting = (...checks: StartCheck[]) => {
  const log = {
    warn: (_: object, text: string) => void lines.push(text),
    info: (text: string) => void lines.push(text),
  };
  return waitUntilReady(checks, { host, port, log, signal: gone.signal });
};
const get = (path: string) => fetch(`http://${host}:${port}${path}`);
/** Fails with the reason, until there is none. */
const checkOf = (setting: string, state: { reason?: string; asked?: number }): StartCheck => ({
  setting,
  check: async () => {
    state.asked = (state.asked ?? 0) + 1;
    if (state.reason !== undefined) throw new NotReady(state.reason);
  },
});

it('answers that it lives, and why it is not ready, until all it waits for is there', async () => {
  const state: { reason?: string } = { reason: 'PostgreSQL is away' };
  const done = waiting(checkOf('DATABASE_URL', state));
  await until('it says why', async () => (await get('/health/ready').catch(() => undefined)) !== undefined);
  await until('it has asked', () => lines.length > 0);
  expect((await get('/health/live')).status).toBe(200);
  const ready = await get('/health/ready');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ status: 'not-ready', checks: { DATABASE_URL: 'PostgreSQL is away' } });
  const other = await get('/routing/v1/queues');
  expect(other.status).toBe(503);
  expect(other.headers.get('content-type')).toContain('application/problem+json');
  expect(Number(other.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(other.headers.get('guichet-state')).toBe('starting');
  expect(await other.json()).toMatchObject({ status: 503, code: 'starting' });

  delete state.reason;
  await done;
  await expect(get('/health/live')).rejects.toThrow('fetch failed');
  const next = createServer().listen({ host, port, exclusive: true });
  await once(next, 'listening');
  next.close();
});

it('says a reason once, and another one when it changes', async () => {
  const state: { reason?: string; asked?: number } = { reason: 'the first' };
  const done = waiting(checkOf('DATABASE_URL', state));
  await until('it has asked three times', () => (state.asked ?? 0) > 2);
  expect(lines.filter((line) => line.includes('the first'))).toHaveLength(1);
  state.reason = 'the second';
  await until('it says the second', () => lines.some((line) => line.includes('the second')));
  delete state.reason;
  await done;
  expect(lines).toHaveLength(3);
});

it('asks again only what has not passed', async () => {
  const [fine, late]: [{ asked?: number }, { reason?: string; asked?: number }] = [{}, { reason: 'not yet' }];
  const done = waiting(checkOf('DATABASE_URL', fine), checkOf('OIDC_ISSUER', late));
  await until('it has asked twice', () => (late.asked ?? 0) > 1);
  delete late.reason;
  await done;
  expect(fine.asked).toBe(1);
});

it('ends with all that no waiting mends', async () => {
  const wrong = (setting: string): StartCheck => ({
    setting,
    check: () => Promise.reject(new ConfigurationError([`${setting} is wrong.`])),
  });
  const outcome = await waiting(wrong('DATABASE_URL'), checkOf('X', { reason: 'away' }), wrong('OIDC_ISSUER')).catch(
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ConfigurationError);
  expect((outcome as ConfigurationError).problems).toEqual(['DATABASE_URL is wrong.', 'OIDC_ISSUER is wrong.']);
  await expect(get('/health/live')).rejects.toThrow('fetch failed');
});

it('ends when it is told to, in the middle of a check as well', async () => {
  const never = { setting: 'DATABASE_URL', check: () => new Promise<void>(() => undefined) };
  const done = waiting(never).catch((error: unknown) => error);
  await until('it answers', async () => (await get('/health/live').catch(() => undefined))?.ok);
  gone.abort();
  expect(await done).toBe(gone.signal.reason);
  await expect(get('/health/live')).rejects.toThrow('fetch failed');
});

it('ends when it is told to between two checks', async () => {
  const done = waiting(checkOf('DATABASE_URL', { reason: 'away' })).catch((error: unknown) => error);
  await until('it has asked', () => lines.length > 0);
  gone.abort();
  expect(await done).toBe(gone.signal.reason);
});

it('says that its port is taken', async () => {
  const other = createServer().listen({ host, port, exclusive: true });
  await once(other, 'listening');
  await expect(waiting(checkOf('DATABASE_URL', {}))).rejects.toBeInstanceOf(StartupError);
  other.close();
});

describe('the issuer', () => {
  let issuer: Server;
  let url: string;
  let answers: Record<string, { status?: number; body: string }>;
  beforeEach(async () => {
    issuer = createServer((request, response) => {
      const { status = 200, body } = answers[request.url ?? ''] ?? { status: 404, body: 'not here' };
      response.writeHead(status).end(body);
    });
    const own = await freePort();
    url = `http://${host}:${own}/identity`;
    issuer.listen(own, host);
    await once(issuer, 'listening');
    answers = {
      '/identity/.well-known/openid-configuration': { body: JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }) },
      '/identity/jwks': { body: JSON.stringify({ keys: [] }) },
    };
  });
  afterEach(() => {
    issuer.closeAllConnections();
    issuer.close();
  });

  const settings = {
    ...{ oidcAudience: 'guichet', oidcTokenType: 'at+jwt', oidcTenantClaim: 'tenant', oidcRolesClaim: 'roles' },
  };
  const look = (oidcIssuer = url, oidcJwksUrl?: string) =>
    issuerCheck({ ...settings, oidcIssuer, oidcJwksUrl })
      .check()
      .then(
        () => 'fine',
        (error: unknown) => error,
      );
  const discovery = (body: object | string, status = 200) =>
    (answers['/identity/.well-known/openid-configuration'] = {
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('that answers is fine', async () => expect(await look()).toBe('fine'));

  it.each([
    ['is misspelt', () => look(`${url}x`), 'answered 404'],
    ['calls itself otherwise', () => (discovery({ issuer: 'http://other', jwks_uri: url }), look()), 'http://other'],
    ['has a slash more than its tokens', () => look(`${url}/`), 'names another issuer'],
    ['answers a page', () => (discovery('<html>'), look()), 'no JSON'],
    ['redirects', () => (discovery('', 302), look()), 'answered 302'],
    ['names no keys', () => (discovery({ issuer: url }), look()), 'jwks_uri'],
    ['has no keys where it says', () => (discovery({ issuer: url, jwks_uri: `${url}/none` }), look()), '404'],
  ])('that %s ends the start', async (_, ask, words) => {
    const found = await ask();
    expect(found).toBeInstanceOf(ConfigurationError);
    expect((found as Error).message).toContain('OIDC_ISSUER');
    expect((found as Error).message).toContain(words);
  });

  it.each([
    ['is away', async () => look(`http://${host}:${await freePort()}/identity`), 'ECONNREFUSED'],
    ['is not there yet behind its gateway', () => (discovery('', 502), look()), '502'],
  ])('that %s is waited for', async (_, ask, words) => {
    const found = await ask();
    expect(found).toBeInstanceOf(NotReady);
    expect((found as Error).message).toContain(words);
  });

  it('is not asked where its keys have an address of their own, which is', async () => {
    discovery('', 500);
    expect(await look(url, `${url}/jwks`)).toBe('fine');
    expect(String(await look(url, `${url}/none`))).toContain('OIDC_JWKS_URL');
  });
});
