/** The client against a real host: what it repeats, where it gives up, and what it takes up again. */
import { randomUUID } from 'node:crypto';
import {
  clientCredentials,
  claimsOf,
  fixedToken,
  GuichetClient,
  type LiveEvent,
  type TokenSource,
} from '@guichet/client';
import { patientFetch } from '@guichet/client/node';
import { loadConfig, platformSettings } from '@guichet/config';
import { bootstrap, Ctx, LiveStreams, Problem, RequestContext, Roles, type RunningHost, sse } from '@guichet/http-host';
import { EmbeddedFeed } from '@guichet/messaging';
import { IdentityModule } from '@guichet/identity';
import { createTestDatabase, freePort, type TestDatabase } from '@guichet/testing';
import { Controller, Get, Headers, HttpCode, Module, Post } from '@nestjs/common';

/** What the host has seen, and what it is to do. */
const host = {
  keys: [] as (string | undefined)[],
  failures: [] as number[],
  retryAfter: '0',
  opened: [] as (string | undefined)[],
  /** Events of the live stream, and how many of them a connection gets before it ends. */
  events: 5,
  perConnection: 5,
};

const failIfAsked = (): void => {
  const status = host.failures.shift();
  if (status !== undefined) throw new Problem(status, 'told-to', { headers: { 'retry-after': host.retryAfter } });
};

@Roles('agent')
@Controller('things/v1')
class ThingsHttp {
  @Post()
  @HttpCode(200)
  make(@Headers('idempotency-key') key: string | undefined): object {
    host.keys.push(key);
    failIfAsked();
    return { made: true };
  }

  @Get()
  things(@Ctx() ctx: RequestContext, @Headers('x-cursor') _: string | undefined): object {
    failIfAsked();
    return { after: ctx.after };
  }

  @Get('refused')
  refused(): never {
    const errors = [{ path: 'streams[0]', code: 'invalid', message: 'must be a list' }];
    throw new Problem(422, 'not-so', { detail: 'It is not so.', errors, extensions: { waitingFor: { intake: 7 } } });
  }

  @Get('live')
  live(): unknown {
    return sse((client) => {
      host.opened.push(client.lastEventId);
      const from = Number(client.lastEventId ?? 0) + 1;
      const to = Math.min(host.events, from + host.perConnection - 1);
      for (let n = from; n <= to; n += 1) client.send({ id: String(n), event: 'counted', data: { n } });
      if (to < host.events || host.perConnection === 0) client.close();
      return () => undefined;
    });
  }
}

@Module({ controllers: [ThingsHttp] })
class ThingsModule {}

const demo = { clientId: 'demo', clientSecret: 'a-demo-secret-of-this-test-alone+/&%' };
let database: TestDatabase;
let running: RunningHost;
let tokens: TokenSource;

beforeAll(async () => {
  database = await createTestDatabase('client');
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/identity`;
  const module = IdentityModule.register({
    feed: new EmbeddedFeed(),
    ...{ databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, issuer, mode: 'demo' },
    ...{ secret: 'a secret that seals the keys of this test', demo: { clientSecret: demo.clientSecret } },
  });
  const environment = { OIDC_ISSUER: issuer, CURSOR_SECRET: randomUUID(), PORT: String(port), LOG_LEVEL: 'silent' };
  const services = [
    { name: 'identity', module },
    { name: 'things', module: ThingsModule },
  ];
  running = await bootstrap({ services, settings: loadConfig(platformSettings, environment) });
  tokens = clientCredentials({ ...demo, baseUrl: running.url, tenant: 'demo', roles: ['agent'] });
});
afterAll(async () => {
  await running.stop({ atOnce: true });
  await database.drop();
});
beforeEach(() => {
  Object.assign(host, { keys: [], failures: [], retryAfter: '0', opened: [], events: 5, perConnection: 5 });
});

const client = (change: Partial<ConstructorParameters<typeof GuichetClient>[0]> = {}) =>
  new GuichetClient({ baseUrl: running.url, tokens, firstDelayMs: 1, maxDelayMs: 20, maxAttempts: 3, ...change });
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe('a request', () => {
  it('is repeated with the key it had, until it is answered', async () => {
    host.failures = [503, 502];
    expect(await client().post('/things/v1')).toEqual({ made: true });
    expect(host.keys).toHaveLength(3);
    expect(host.keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(host.keys).size).toBe(1);
    await client().post('/things/v1', {}, { idempotencyKey: 'my-own' });
    expect(host.keys[3]).toBe('my-own');
  });
  it('goes without a key where none is wanted', async () => {
    await client().post('/things/v1', {}, { idempotencyKey: false });
    expect(host.keys).toEqual([undefined]);
  });
  it('is given up after so many attempts', async () => {
    host.failures = times(9, 503);
    await expect(client().get('/things/v1')).rejects.toMatchObject({ status: 503, code: 'told-to' });
    expect(host.failures).toHaveLength(6);
    await expect(client().get('/things/v1', { maxAttempts: 1 })).rejects.toMatchObject({ status: 503 });
    expect(host.failures).toHaveLength(5);
  });
  it('does not ask for ever about an internal error', async () => {
    host.failures = times(9, 500);
    await expect(client({ maxAttempts: 8 }).get('/things/v1')).rejects.toMatchObject({ status: 500 });
    expect(host.failures).toHaveLength(6);
  });
  it('waits as long as the server asks for, and can be ended meanwhile', async () => {
    Object.assign(host, { failures: times(9, 429), retryAfter: '30' });
    const ended = new AbortController();
    const waits: number[] = [];
    const onRetry = (_: Error, waitMs: number) => {
      waits.push(waitMs);
      ended.abort(new Error('enough'));
    };
    await expect(client({ onRetry }).get('/things/v1', { signal: ended.signal })).rejects.toThrow('enough');
    expect(waits).toEqual([expect.any(Number)]);
    expect(waits[0]).toBeGreaterThanOrEqual(30_000);
  });
  it('that is refused is not repeated, and says why', async () => {
    await expect(client().get('/things/v1/refused')).rejects.toMatchObject({
      name: 'Refused',
      message: 'GET /things/v1/refused answered 422: It is not so. (streams[0] must be a list)',
      ...{ status: 422, code: 'not-so', detail: 'It is not so.' },
      errors: [{ path: 'streams[0]', code: 'invalid' }],
      document: { waitingFor: { intake: 7 } },
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
  it('says who does not answer', async () => {
    const nobody = client({ baseUrl: `http://127.0.0.1:${await freePort()}`, maxAttempts: 2 });
    await expect(nobody.get('/things/v1')).rejects.toMatchObject({
      name: 'NoAnswer',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED/),
    });
  });
  it('asks for what must have been seen', async () => {
    const after = 'intake=3, routing=7';
    expect(await client().get('/things/v1', { after })).toEqual({ after: { intake: 3, routing: 7 } });
  });
  it('is the same over the patient way', async () => {
    host.failures = [503];
    expect(await client({ fetch: patientFetch }).post('/things/v1', { é: 'ü' })).toEqual({ made: true });
    await expect(client({ fetch: patientFetch }).get('/things/v1/refused')).rejects.toMatchObject({ code: 'not-so' });
    await expect(client({ fetch: patientFetch, timeoutMs: 0 }).get('/things/v1')).rejects.toThrow('no answer in time');
  });
});

describe('a list', () => {
  it('is read page by page', async () => {
    const operator = clientCredentials({ ...demo, baseUrl: running.url, roles: ['operator'] });
    const identity = client({ tokens: operator });
    for (const slug of ['one', 'two', 'three'])
      await identity.post('/identity/v1/tenants', { slug, name: slug, timeZone: 'UTC' });
    const slugs: string[] = [];
    for await (const { slug } of identity.pages<{ slug: string }>('/identity/v1/tenants', { query: { limit: 2 } }))
      slugs.push(slug);
    expect(slugs.sort()).toEqual(['demo', 'one', 'three', 'two']);
  });
});

describe('tokens', () => {
  it('are fetched once for all who ask, and again before they end', async () => {
    let now = 0;
    const source = clientCredentials({ ...demo, baseUrl: running.url, roles: ['operator'], clock: () => now });
    const [first, second] = await Promise.all([source.token(), source.token()]);
    expect(second).toBe(first);
    const lifeMs = claimsOf(first).expiresAtMs! - Date.now();
    now = lifeMs / 2;
    expect(await source.token()).toBe(first);
    now = lifeMs - 1_000;
    expect(await source.token()).not.toBe(first);
  });
  it('that are refused are renewed once', async () => {
    let renewed = 0;
    const source: TokenSource = {
      token: async () => (renewed === 0 ? 'e30.e30.worn-out' : tokens.token()),
      renew: () => (renewed += 1),
    };
    expect(await client({ tokens: source }).post('/things/v1')).toEqual({ made: true });
    expect(renewed).toBe(1);
    const refused = client({ tokens: fixedToken('e30.e30.worn-out') }).get('/things/v1');
    await expect(refused).rejects.toMatchObject({ status: 401 });
  });
  it('are used on while the issuer is away', async () => {
    let [now, isAway] = [0, false];
    const away = (url: string, init: RequestInit) => (isAway ? Promise.reject(new Error('away')) : fetch(url, init));
    const source = clientCredentials({
      ...{ ...demo, baseUrl: running.url, roles: ['operator'], fetch: away, clock: () => now },
    });
    const token = await source.token();
    const lifeMs = claimsOf(token).expiresAtMs! - Date.now();
    [now, isAway] = [lifeMs - 10_000, true];
    expect(await source.token()).toBe(token);
    now = lifeMs + 1_000;
    await expect(source.token()).rejects.toThrow('does not answer (away)');
    isAway = false;
    expect(await source.token()).not.toBe(token);
  });
  it('that there are none of are explained', () => {
    const nobody = clientCredentials({ ...demo, baseUrl: running.url, tenant: 'nowhere', roles: ['agent'] });
    return expect(client({ tokens: nobody }).get('/things/v1')).rejects.toThrow('there is no tenant nowhere');
  });
});

describe('a live stream', () => {
  /** Leaves the stream afterwards, unless more is to be read of it. */
  const read = async (events: AsyncGenerator<LiveEvent>, count: number, isLast = true) => {
    const seen: unknown[] = [];
    while (seen.length < count) {
      const { value, done } = await events.next();
      if (done) break;
      seen.push(value);
    }
    if (isLast) await events.return(undefined);
    return seen;
  };
  it('goes on after the last event when it breaks off', async () => {
    host.perConnection = 2;
    const seen = await read(client().live('/things/v1/live'), 5);
    expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => ({ id: String(n), event: 'counted', data: { n } })));
    expect(host.opened).toEqual([undefined, '2', '4']);
  });
  it('goes on after the last event when its host is about to stop, without a word to the caller', async () => {
    const reasons: string[] = [];
    const onRetry = ({ name }: Error) => void reasons.push(name);
    const events = client({ onRetry, maxAttempts: 2 }).live('/things/v1/live');
    const before = await read(events, 1, false);
    host.events = 7;
    running.app.get(LiveStreams).moveAway(20);
    const after = await read(events, 6);
    expect([...before, ...after]).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((n) => ({ id: String(n), event: 'counted', data: { n } })),
    );
    expect(host.opened).toEqual([undefined, '5']);
    expect(reasons).toEqual(['HostRestarts']);
  });
  it('begins where the caller was', async () => {
    expect(await read(client().live('/things/v1/live', { lastEventId: '3' }), 2)).toMatchObject([
      { id: '4' },
      { id: '5' },
    ]);
  });
  it('is taken up again when nothing comes for too long', async () => {
    host.events = 2;
    const ended = new AbortController();
    const onRetry = () => host.opened.length === 2 && ended.abort(new Error('enough'));
    const events = client({ onRetry }).live('/things/v1/live', { silenceMs: 1_000, signal: ended.signal });
    await expect(read(events, 3)).rejects.toThrow('enough');
    expect(host.opened).toEqual([undefined, '2']);
  });
  it('is given up when it always breaks off at once', async () => {
    host.perConnection = 0;
    await expect(read(client({ maxAttempts: 2 }).live('/things/v1/live'), 1)).rejects.toThrow('the live stream ended');
    expect(host.opened).toHaveLength(2);
  });
  it('that is refused is not tried again', async () => {
    await expect(read(client().live('/things/v1/refused'), 1)).rejects.toMatchObject({ code: 'not-so' });
    await expect(read(client().live('/things/v1/none'), 1)).rejects.toMatchObject({ status: 404 });
  });
});
