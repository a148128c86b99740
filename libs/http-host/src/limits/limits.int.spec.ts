import { Body, Controller, Get, Headers, HttpCode, Module, Post } from '@nestjs/common';
import { Problem, Public, Roles, Text } from '../index.js';
import { startTestHost, type TestHost } from '../testing/index.js';
import { gatewayWarning } from './gateways.js';
import { network } from './rate-limits.js';

class ThingBody {
  @Text({ max: 10 }) text!: string;
}

@Controller('things/v1')
class ThingsHttp {
  @Get('things')
  list(): object {
    return {};
  }
  @Post('things')
  make(@Body() _body: ThingBody): object {
    return {};
  }
  @Post('imports')
  import(): object {
    return {};
  }
  @Public()
  @Get('public')
  open(): object {
    return {};
  }
}

@Controller('guarded/v1')
class GuardedHttp {
  @Roles('importer')
  @Post('imports')
  import(@Body() _body: ThingBody): object {
    return {};
  }
}

/** In the place of the issuer: one client may sign in. */
@Public()
@Controller('identity')
class SignInHttp {
  @Post('token')
  @HttpCode(200)
  token(@Headers('authorization') authorization = ''): object {
    if (!authorization.endsWith(Buffer.from('acme.bi:good').toString('base64')))
      throw new Problem(401, 'unknown-client');
    return {};
  }
}

@Module({ controllers: [ThingsHttp, GuardedHttp, SignInHttp] })
class ThingsModule {}

const [acme, rival] = ['7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01', '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02'];
const generous = { clientRate: 1000, tenantRate: 1000, importRate: 1000, addressRate: 1000, burstSeconds: 1 };

describe('limits of requests', () => {
  let test: TestHost;
  const start = async (settings: object) =>
    (test = await startTestHost([{ name: 'things', module: ThingsModule }], { ...generous, ...settings }));
  afterEach(() => test.stop());

  const token = (tenantId: string, subject: string) => test.issuer.token({ tenantId, subject });
  /** Statuses of so many requests, one after the other. */
  async function statuses(
    count: number,
    path: string,
    request: Parameters<TestHost['call']>[1] = {},
  ): Promise<number[]> {
    const got: number[] = [];
    for (let i = 0; i < count; i++) got.push((await test.call(path, request)).status);
    return got;
  }
  const things = '/things/v1/things';

  it('refuse a client that asks for too much, and say when to come back; others of its tenant go on', async () => {
    await start({ clientRate: 3, burstSeconds: 2 });
    const busy = { token: await token(acme, 'busy') };
    const got = await statuses(20, things, busy);
    expect(got.slice(0, 6)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(got).toContain(429);
    const refused = (await Promise.all(Array.from({ length: 8 }, () => test.call(things, busy)))).find(
      ({ status }) => status === 429,
    );
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body).toMatchObject({ status: 429, code: 'too-many-requests', limit: 'client' });
    expect(await statuses(1, things, { token: await token(acme, 'calm') })).toEqual([200]);
    expect(await (await fetch(`${test.url}/metrics`)).text()).toMatch(
      /guichet_requests_refused_total\{limit="client"\} \d/,
    );
  });

  it('count a new token of the same person as that person', async () => {
    await start({ clientRate: 1, burstSeconds: 3 });
    const got: number[] = [];
    for (let i = 0; i < 8; i++) {
      const one = await test.issuer.token({ tenantId: acme, subject: 'busy', name: `Token ${i}` });
      got.push(...(await statuses(1, things, { token: one })));
    }
    expect(got.slice(0, 3)).toEqual([200, 200, 200]);
    expect(got).toContain(429);
  });

  it('refuse a tenant whose clients together ask for too much, and no other tenant', async () => {
    await start({ tenantRate: 4, burstSeconds: 1 });
    const got: number[] = [];
    for (let i = 0; i < 12; i++) got.push(...(await statuses(1, things, { token: await token(acme, `person ${i}`) })));
    expect(got.slice(0, 4)).toEqual([200, 200, 200, 200]);
    expect(got).toContain(429);
    expect(await statuses(4, things, { token: await token(rival, 'person') })).toEqual([200, 200, 200, 200]);
  });

  it('count each reader that a portal asks for by itself, and nobody else’s readers', async () => {
    await start({ clientRate: 1, readerRate: 3, burstSeconds: 1 });
    const portal = await test.issuer.token({ tenantId: acme, subject: 'portal', roles: ['reader'] });
    const reader = (name: string) => ({ token: portal, headers: { 'guichet-reader': name } });
    const got = await statuses(12, things, reader('reader-1'));
    expect(got.slice(0, 3)).toEqual([200, 200, 200]);
    expect(got).toContain(429);
    const refused = (await Promise.all(Array.from({ length: 8 }, () => test.call(things, reader('reader-1'))))).find(
      ({ status }) => status === 429,
    );
    expect(refused?.body).toMatchObject({ code: 'too-many-requests', limit: 'reader' });
    expect(await statuses(3, things, reader('reader-2'))).toEqual([200, 200, 200]);
    // Without a reader, or with more than that role, the token is one client.
    expect(await statuses(6, things, { token: portal })).toContain(429);
    const person = await test.issuer.token({ tenantId: acme, subject: 'person', roles: ['reader', 'requester'] });
    const asPerson = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        test.call(things, { token: person, headers: { 'guichet-reader': `reader-${i}` } }),
      ),
    );
    expect(asPerson.map(({ status }) => status)).toContain(429);
  });

  it('count a write as two reads', async () => {
    await start({ clientRate: 1, burstSeconds: 4 });
    const writer = { token: await token(acme, 'writer'), body: { text: 'x' } };
    expect((await statuses(3, things, writer)).slice(0, 3)).toEqual([201, 201, 429]);
  });

  it('let imports have an allowance of their own', async () => {
    await start({ clientRate: 1, tenantRate: 1, importRate: 5, burstSeconds: 1 });
    const importer = { token: await token(acme, 'importer'), body: {} };
    const got = await statuses(12, '/things/v1/imports', importer);
    expect(got.slice(0, 5)).toEqual([201, 201, 201, 201, 201]);
    expect(got).toContain(429);
    expect(await statuses(1, things, { token: importer.token })).toEqual([200]);
  });

  it('let imports that are refused cost who asked for them, and not the tenant', async () => {
    await start({ clientRate: 2, importRate: 2, burstSeconds: 4 });
    const imports = '/guarded/v1/imports';
    const curious = { token: await test.issuer.token({ tenantId: acme, roles: ['requester'] }), body: { text: 'x' } };
    const got = await statuses(20, imports, curious);
    expect(got[0]).toBe(403);
    expect(got.at(-1)).toBe(429);
    // Nor do those of somebody who may import, but sends what cannot be read.
    const clumsy = { token: await test.issuer.token({ tenantId: acme, roles: ['importer'] }), body: { no: 1 } };
    expect(await statuses(4, imports, clumsy)).toEqual([400, 400, 400, 400]);
    const importer = { token: await test.issuer.token({ tenantId: acme, roles: ['importer'] }), body: { text: 'x' } };
    expect(await statuses(8, imports, importer)).toEqual(Array.from({ length: 8 }, () => 201));
  });

  it('let requests that are refused cost who asked for them, and not the tenant', async () => {
    await start({ clientRate: 5, tenantRate: 2, burstSeconds: 4 });
    const clumsy = { token: await token(acme, 'clumsy'), body: { no: 1 } };
    const got = await statuses(30, things, clumsy);
    expect(got[0]).toBe(400);
    expect(got.at(-1)).toBe(429);
    expect(await statuses(8, things, { token: await token(acme, 'calm') })).toEqual(
      Array.from({ length: 8 }, () => 200),
    );
  });

  it('never refuse a token that is good for its address, nor the sign-in of a client that has signed in before', async () => {
    await start({ addressRate: 2, burstSeconds: 2 });
    const basic = (text: string) => ({
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
    });
    expect(await statuses(1, '/identity/token', basic('acme.bi:good'))).toEqual([200]);
    expect((await statuses(20, '/things/v1/public')).at(-1)).toBe(429);
    expect((await statuses(20, '/identity/token', basic('acme.bj:guess'))).at(-1)).toBe(429);
    // None of these tokens has been seen before.
    for (let i = 0; i < 10; i++) {
      expect(await statuses(1, things, { token: await token(acme, `newcomer ${i}`) })).toEqual([200]);
    }
    expect(await statuses(2, '/identity/token', basic('acme.bi:good'))).toEqual([200, 200]);
    expect((await statuses(10, things, { token: 'x.y.z' })).at(-1)).toBe(429);
  });

  it('count requests of gateways that are not believed', async () => {
    await start({});
    await test.call(things, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(await (await fetch(`${test.url}/metrics`)).text()).toContain('guichet_requests_disbelieved_total 1');
  });

  it('refuse an address that sends no usable token; clients with a good one go on', async () => {
    await start({ addressRate: 2, burstSeconds: 2 });
    const known = { token: await token(acme, 'known') };
    expect(await statuses(1, things, known)).toEqual([200]);
    const got = await statuses(10, things, { token: await test.issuer.token({}, { audience: 'another' }) });
    expect(got.slice(0, 4)).toEqual([401, 401, 401, 401]);
    expect(got.at(-1)).toBe(429);
    expect(await statuses(1, '/things/v1/public')).toEqual([429]);
    expect(await statuses(1, '/nowhere')).toEqual([429]);
    expect(await statuses(5, things, known)).toEqual([200, 200, 200, 200, 200]);
  });

  it('count bad tokens also where there is nothing', async () => {
    await start({ addressRate: 2, burstSeconds: 2 });
    const got = await statuses(10, '/nowhere', { token: 'x.y.z' });
    expect(got.slice(0, 4)).toEqual([404, 404, 404, 404]);
    expect(got.at(-1)).toBe(429);
  });

  it('leave those alone who run the product', async () => {
    await start({ addressRate: 1, burstSeconds: 1 });
    expect(new Set(await statuses(12, '/health/live'))).toEqual(new Set([200]));
    expect(new Set(await statuses(3, '/metrics'))).toEqual(new Set([200]));
    // Not served by this host, and yet never 429.
    expect(new Set(await statuses(6, '/identity/jwks'))).toEqual(new Set([404]));
  });

  it('believe X-Forwarded-For from the gateway, and from nobody else', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    await start({ addressRate: 1, burstSeconds: 1 });
    const pretended = await Promise.all([1, 2, 3, 4].map((i) => test.call('/things/v1/public', from(`192.0.2.${i}`))));
    expect(pretended.map(({ status }) => status)).toContain(429);
    await test.stop();
    await start({ addressRate: 1, burstSeconds: 1, trustedProxies: ['127.0.0.1'] });
    const believed = await Promise.all([1, 2, 3, 4].map((i) => test.call('/things/v1/public', from(`192.0.2.${i}`))));
    expect(believed.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});

it.each([
  ['0.0.0.0', [], true],
  ['10.1.2.3', [], true],
  ['0.0.0.0', ['10.0.0.0/8'], false],
  ['127.0.0.1', [], false],
  ['::1', [], false],
])('a host on %s that trusts %j warns: %s', (host, trustedProxies, warns) =>
  expect(gatewayWarning({ host, trustedProxies }) !== undefined).toBe(warns),
);

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('the network of %s is %s', (address, expected) => expect(network(address)).toBe(expected));
