import { randomUUID } from 'node:crypto';
import { bootstrap, type RunningHost } from '@guichet/http-host';
import { loadConfig, platformSettings } from '@guichet/config';
import { EmbeddedFeed } from '@guichet/messaging';
import { createTestDatabase, freePort, type TestDatabase } from '@guichet/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { demoPeople, IdentityModule, type IdentityOptions } from './index.js';

const demoSecret = 'a-demo-secret-of-this-test-alone';
const operatorSecret = 'an-operator-secret-of-this-test-alone';

describe('identity', () => {
  let database: TestDatabase;
  let host: RunningHost;
  let issuer: string;
  let options: IdentityOptions;

  beforeAll(async () => {
    database = await createTestDatabase('identity');
    const port = await freePort();
    issuer = `http://127.0.0.1:${port}/identity`;
    options = {
      databaseUrl: database.appUrl,
      migrationDatabaseUrl: database.ownerUrl,
      issuer,
      mode: 'demo',
      feed: new EmbeddedFeed(),
      secret: 'a secret that seals the keys of this test',
      operatorSecret,
      demo: { clientSecret: demoSecret },
    };
    host = await start(port);
  });
  afterAll(async () => {
    await host.stop();
    await database.drop();
  });

  const start = (port: number): Promise<RunningHost> =>
    bootstrap({
      services: [{ name: 'identity', module: IdentityModule.register(options) }],
      settings: loadConfig(platformSettings, {
        OIDC_ISSUER: issuer,
        CURSOR_SECRET: randomUUID(),
        PORT: String(port),
        LOG_LEVEL: 'silent',
        SHUTDOWN_DELAY_SECONDS: '0',
      }),
    });

  interface TokenAnswer {
    readonly status: number;
    readonly body: Record<string, unknown>;
    readonly token: string;
  }

  async function ask(
    clientId: string,
    secret: string,
    form: Record<string, string | readonly string[]> = {},
  ): Promise<TokenAnswer> {
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    for (const [name, values] of Object.entries(form)) [values].flat().forEach((value) => body.append(name, value));
    const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    const response = await fetch(`${issuer}/token`, { method: 'POST', body, headers: { authorization } });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body: answer, token: String(answer['access_token']) };
  }
  const demo = (tenant: string, ...role: string[]) => ask('demo', demoSecret, { tenant, role });

  interface Answer {
    readonly status: number;
    readonly headers: Headers;
    readonly body: ReturnType<typeof JSON.parse>;
  }
  async function call(token: string, path: string, body?: object, init: RequestInit = {}): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
      ...init.headers,
    };
    const request = { method: body ? 'POST' : 'GET', ...(body && { body: JSON.stringify(body) }), ...init, headers };
    const response = await fetch(`${host.url}/identity/v1/${path}`, request);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  describe('the issuer', () => {
    it('describes itself at its public address, whatever Host says', async () => {
      const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
        headers: { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' },
      });
      const document = (await response.json()) as object;
      expect(document).toMatchObject({
        issuer,
        jwks_uri: `${issuer}/jwks`,
        token_endpoint: `${issuer}/token`,
        grant_types_supported: ['client_credentials'],
      });
      expect(document).not.toHaveProperty('authorization_endpoint');
      expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('publishes public keys only, the next one among them', async () => {
      const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: object[] };
      expect(keys).toHaveLength(2);
      keys.forEach((key) => expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']));
    });

    it('gives the demo client a token for any tenant and role, as services want it', async () => {
      const { status, token, body } = await demo('demo', 'supervisor', 'agent');
      expect(status).toBe(200);
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
      expect(decodeJwt(token)).toMatchObject({
        iss: issuer,
        aud: 'guichet',
        tenant_slug: 'demo',
        tenant: expect.stringMatching(/^[0-9a-f-]{36}$/),
        roles: ['agent', 'supervisor'],
        zoneinfo: 'Europe/Paris',
        name: expect.any(String),
        sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });

    it('gives a token of a certain person', async () => {
      const { token } = await ask('demo', demoSecret, { tenant: 'demo', role: 'agent', person: 'Beata@demo.example' });
      expect(decodeJwt(token)).toMatchObject({ name: 'Beata Zielińska', email: 'beata@demo.example' });
    });

    it.each([
      ['an unknown client', 'nobody', demoSecret, {}, 401],
      ['a wrong secret', 'demo', 'wrong', { tenant: 'demo' }, 401],
      ['an unknown tenant', 'demo', demoSecret, { tenant: 'nowhere' }, 400],
      ['no tenant', 'demo', demoSecret, {}, 400],
      ['an unknown role', 'demo', demoSecret, { tenant: 'demo', role: 'emperor' }, 400],
      ['an unknown person', 'demo', demoSecret, { tenant: 'demo', person: 'x@demo.example' }, 400],
    ])('refuses %s', async (_what, clientId, secret, form, status) =>
      expect(await ask(clientId, secret, form as Record<string, string>)).toMatchObject({ status }),
    );

    it('stands in the OpenAPI document, with what it takes and answers', async () => {
      const document = (await (await fetch(`${host.url}/identity/openapi.json`)).json()) as {
        readonly paths: Record<string, Record<string, { responses: Record<string, object>; security: object[] }>>;
        readonly components: { readonly securitySchemes: Record<string, object> };
      };
      const ofIssuer = Object.entries(document.paths).filter(([path]) => !path.startsWith('/identity/v1/'));
      expect(ofIssuer.flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`)).sort()).toEqual(
        [
          'get /identity/.well-known/oauth-authorization-server',
          'get /identity/.well-known/openid-configuration',
          'get /identity/jwks',
          'post /identity/token',
        ],
      );
      expect(document.components.securitySchemes).toMatchObject({ clientSecret: { type: 'http', scheme: 'basic' } });
      const { post } = document.paths['/identity/token']!;
      expect(post).toMatchObject({
        security: [{ clientSecret: [] }, {}],
        requestBody: {
          content: { 'application/x-www-form-urlencoded': { schema: { required: ['grant_type'] } } },
        },
      });
      const answers = [
        await demo('demo', 'agent'),
        await demo('nowhere', 'agent'),
        await ask('demo', 'wrong', { tenant: 'demo' }),
        await ask('demo', demoSecret, { tenant: 'demo', padding: 'x'.repeat(100_000) }),
      ];
      expect(Object.keys(post!.responses)).toEqual(expect.arrayContaining(answers.map(({ status }) => `${status}`)));
      for (const { status, body } of answers)
        expect(Object.keys(body)).toContain(status === 200 ? 'access_token' : 'error');
      const unreadable = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };
      const refused = await fetch(`${issuer}/token`, unreadable);
      expect([refused.status, await refused.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ]);
    });

    it('does not serve what does not exist yet', async () => {
      for (const path of ['auth', 'me', 'session/end', 'interaction/1']) {
        expect((await fetch(`${issuer}/${path}`)).status).toBe(404);
      }
    });
  });

  describe('tenants', () => {
    it('are created by an operator, and again without harm', async () => {
      const { token } = await ask('operator', operatorSecret);
      expect(decodeJwt(token)).toMatchObject({ sub: 'operator', roles: ['operator'] });
      const acme = { slug: 'acme', name: 'ACME', timeZone: 'America/New_York' };
      const created = await call(token, 'tenants', acme);
      expect(created).toMatchObject({ status: 201, body: acme });
      expect(created.headers.get('etag')).toBe('"1"');
      expect(await call(token, 'tenants', acme)).toMatchObject({ status: 201, body: created.body });
      expect(await call(token, 'tenants', { ...acme, name: 'Other' })).toMatchObject({
        status: 409,
        body: { code: 'tenant-exists' },
      });
      const after = created.headers.get('guichet-position') ?? '';
      const listed = await call(token, `tenants?after=${after}`);
      expect(listed.body.items).toEqual([
        { ...created.body, createdAt: expect.any(String) },
        expect.objectContaining({ slug: 'demo' }),
      ]);
      const first = await call(token, 'tenants?limit=1');
      expect(first.body).toMatchObject({ items: [{ slug: 'acme' }], nextCursor: expect.any(String) });
      expect((await call(token, `tenants?limit=1&cursor=${first.body.nextCursor}`)).body).toMatchObject({
        items: [{ slug: 'demo' }],
        nextCursor: null,
      });
    });

    it('are created by the demo client as operator, before they are there', async () => {
      const { token } = await demo('uci498', 'operator');
      expect(decodeJwt(token)).not.toHaveProperty('tenant');
      const body = { slug: 'uci498', name: 'UCI 498', timeZone: 'UTC' };
      expect(await call(token, 'tenants', body)).toMatchObject({ status: 201 });
      expect(decodeJwt((await demo('uci498', 'importer')).token)).toMatchObject({
        tenant_slug: 'uci498',
        roles: ['importer'],
      });
    });

    it('are nobody else’s to create or to see', async () => {
      const { token } = await demo('demo', 'admin');
      expect(await call(token, 'tenants')).toMatchObject({ status: 403 });
      expect(await call(token, 'tenants', { slug: 'x', name: 'x', timeZone: 'UTC' })).toMatchObject({ status: 403 });
    });

    it.each([
      { slug: 'Acme', name: 'a', timeZone: 'UTC' },
      { slug: 'a.b', name: 'a', timeZone: 'UTC' },
      { slug: 'ab', name: 'a', timeZone: 'Europe/Nowhere' },
      { slug: 'ab', name: 'a' },
    ])('refuse %j', async (body) => {
      const { token } = await ask('operator', operatorSecret);
      expect(await call(token, 'tenants', body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    });
  });

  describe('service accounts', () => {
    const register = async (name: string, key = randomUUID()) =>
      call(
        (await demo('demo', 'admin')).token,
        'clients',
        { name, roles: ['analyst'] },
        { headers: { 'idempotency-key': key } },
      );

    it('get tokens of their tenant and roles at once', async () => {
      const { status, body } = await register('bi-reader');
      expect(status).toBe(201);
      expect(body).toEqual({ clientId: 'demo.bi-reader', clientSecret: expect.any(String), roles: ['analyst'] });
      const { token } = await ask(body.clientId, body.clientSecret);
      expect(decodeJwt(token)).toMatchObject({
        sub: 'demo.bi-reader',
        tenant_slug: 'demo',
        roles: ['analyst'],
        name: 'bi-reader',
      });
    });

    it('ignore wishes that only the demo client has', async () => {
      const { body } = await register('modest');
      const { token } = await ask(body.clientId, body.clientSecret, { tenant: 'acme', role: 'operator' });
      expect(decodeJwt(token)).toMatchObject({ tenant_slug: 'demo', roles: ['analyst'] });
    });

    const withoutSecret = { clientSecret: null, notice: expect.stringContaining('never shown again') };

    it('give the first answer again to the same request, without the secret, and refuse a second one of the name', async () => {
      const key = randomUUID();
      const first = await register('twice', key);
      expect(await register('twice', key)).toMatchObject({
        status: 201,
        body: { clientId: 'demo.twice', roles: ['analyst'], ...withoutSecret },
      });
      expect(await ask(first.body.clientId, first.body.clientSecret)).toMatchObject({ status: 200 });
      expect(await register('twice')).toMatchObject({ status: 409, body: { code: 'client-exists' } });
      expect(await register('other', key)).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
    });

    it('never get a secret twice, whatever is repeated', async () => {
      const [key, renewalKey] = [randomUUID(), randomUUID()];
      const secrets: unknown[] = [(await register('once', key)).body.clientSecret];
      const { token } = await demo('demo', 'admin');
      const renew = (idempotencyKey: string) =>
        call(token, 'clients/once/secret', undefined, {
          method: 'POST',
          headers: { 'idempotency-key': idempotencyKey },
        });
      const renewed = await Promise.all([renew(renewalKey), renew(randomUUID()), renew(randomUUID())]);
      secrets.push(...renewed.map(({ body }) => body.clientSecret));
      expect(new Set(secrets).size).toBe(4);
      expect(await renew(renewalKey)).toMatchObject({ status: 200, body: withoutSecret });
      expect((await register('once', key)).body).toMatchObject(withoutSecret);
      await call(token, 'clients/once', undefined, { method: 'DELETE' });
      const { body: again } = await register('once');
      expect(secrets).not.toContain(again.clientSecret);
      expect((await register('once', key)).body).toMatchObject(withoutSecret);
    });

    it('lose the old secret when they get a new one, and everything when disabled', async () => {
      const { body: first } = await register('changing');
      const { token } = await demo('demo', 'admin');
      const renewed = await call(token, 'clients/changing/secret', undefined, { method: 'POST' });
      expect(renewed.status).toBe(200);
      expect(await ask(first.clientId, first.clientSecret)).toMatchObject({ status: 401 });
      expect(await ask(first.clientId, renewed.body.clientSecret)).toMatchObject({ status: 200 });
      const disabled = await call(token, 'clients/changing', undefined, { method: 'DELETE' });
      expect(disabled.status).toBe(200);
      expect(await ask(first.clientId, renewed.body.clientSecret)).toMatchObject({ status: 401 });
      const after = disabled.headers.get('guichet-position') ?? '';
      const { body } = await call(token, `clients?after=${after}`);
      expect(body.items.map((item: { name: string }) => item.name)).not.toContain('changing');
      expect(body.items.map((item: { name: string }) => item.name)).toContain('bi-reader');
    });

    it('can be registered for another tenant by operators only', async () => {
      const { token: operator } = await ask('operator', operatorSecret);
      const body = { name: 'importer', roles: ['importer'], tenant: 'acme' };
      expect(await call(operator, 'clients', body)).toMatchObject({ status: 201, body: { clientId: 'acme.importer' } });
      expect(await call(operator, 'clients', { ...body, tenant: 'nowhere' })).toMatchObject({ status: 404 });
      const { token: admin } = await demo('demo', 'admin');
      expect(await call(admin, 'clients', body)).toMatchObject({ status: 403, body: { code: 'other-tenant' } });
    });

    it('cannot be operators', async () => {
      const { token } = await demo('demo', 'admin');
      expect(await call(token, 'clients', { name: 'x', roles: ['operator'] })).toMatchObject({ status: 400 });
    });
  });

  describe('a token', () => {
    const registered = async (name: string, ...roles: string[]) => {
      const { token } = await demo('demo', 'admin');
      const { body } = await call(token, 'clients', { name, roles });
      return { admin: token, clientId: body.clientId, secret: body.clientSecret };
    };

    it('of an account that was disabled is refused at once, though it has not expired', async () => {
      const { admin, clientId, secret } = await registered('turned', 'admin');
      const { token } = await ask(clientId, secret);
      expect(decodeJwt(token)).toMatchObject({ account: expect.stringMatching(/^client-/), account_version: 1 });
      expect(await call(token, 'clients')).toMatchObject({ status: 200 });
      expect(await call(admin, 'clients/turned', undefined, { method: 'DELETE' })).toMatchObject({ status: 200 });
      const refused = await call(token, 'clients', { name: 'helper', roles: ['admin'] });
      expect(refused).toMatchObject({ status: 401, body: { code: 'access-ended' } });
      expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
      // One of the same name later is another account.
      const again = await registered('turned', 'admin');
      expect(await call(token, 'clients')).toMatchObject({ status: 401 });
      const { token: fresh } = await ask(again.clientId, again.secret);
      expect(await call(fresh, 'clients')).toMatchObject({ status: 200 });
    });

    it('that was got with an old secret is refused at once', async () => {
      const { admin, clientId, secret } = await registered('leaked', 'admin');
      const { token } = await ask(clientId, secret);
      const { body } = await call(admin, 'clients/leaked/secret', undefined, { method: 'POST' });
      expect(await call(token, 'clients')).toMatchObject({ status: 401, body: { code: 'access-ended' } });
      const { token: fresh } = await ask(clientId, body.clientSecret);
      expect(await call(fresh, 'clients')).toMatchObject({ status: 200 });
    });

    const invited = async (...roles: string[]) => {
      const { token: admin } = await demo('demo', 'admin');
      const email = `${randomUUID()}@demo.example`;
      const { body } = await call(admin, 'people', { email, name: 'Somebody', roles });
      const signIn = (form: Record<string, string> = {}) =>
        ask('demo', demoSecret, { tenant: 'demo', person: email, ...form });
      return { admin, userId: String(body.userId), signIn };
    };

    it('says the roles that a person has, and no others', async () => {
      const { signIn } = await invited('agent', 'supervisor');
      expect(decodeJwt((await signIn()).token)).toMatchObject({ roles: ['agent', 'supervisor'] });
      expect(decodeJwt((await signIn({ role: 'agent' })).token)).toMatchObject({ roles: ['agent'] });
      expect(await signIn({ role: 'admin' })).toMatchObject({ status: 400 });
    });

    it('of a person who has lost a role says so no more, at once', async () => {
      const { admin, userId, signIn } = await invited('agent', 'admin');
      const { token } = await signIn();
      expect(await call(token, 'clients')).toMatchObject({ status: 200 });
      await call(admin, `people/${userId}/roles/admin`, undefined, { method: 'DELETE' });
      expect(await call(token, 'clients')).toMatchObject({ status: 403 });
      expect(await call(token, 'people')).toMatchObject({ status: 200 });
      expect(await signIn({ role: 'admin' })).toMatchObject({ status: 400 });
    });

    it('of a person who was disabled is refused at once; let in again, they need a new one', async () => {
      const { admin, userId, signIn } = await invited('agent');
      const { token } = await signIn();
      expect(await call(admin, `people/${userId}`, undefined, { method: 'DELETE' })).toMatchObject({ status: 200 });
      expect(await call(token, 'people')).toMatchObject({ status: 401, body: { code: 'access-ended' } });
      expect(await signIn()).toMatchObject({ status: 400 });
      const enabled = await call(admin, `people/${userId}/enable`, undefined, { method: 'POST' });
      expect(enabled.status).toBe(200);
      expect(await call(token, 'people')).toMatchObject({ status: 401 });
      expect(await call((await signIn()).token, 'people')).toMatchObject({ status: 200 });
    });

    it('of another issuer gets its roles from where the tenant wants them', async () => {
      const { token: operator } = await ask('operator', operatorSecret);
      await call(operator, 'tenants', { slug: 'outside', name: 'Outside', timeZone: 'UTC' });
      const { token } = await demo('outside', 'admin');
      expect((await call(token, 'role-source')).body).toEqual({ source: 'issuer' });
      const strange = await call(token, 'role-source', { source: 'stars' }, { method: 'PUT' });
      expect(strange).toMatchObject({ status: 400 });
      // Tokens without an account stand for those of another issuer.
      const subject = decodeJwt(token).sub!;
      const person = { email: 'ada@outside.example', name: 'Ada', roles: ['admin'], subject };
      expect(await call(token, 'people', person)).toMatchObject({ status: 201, body: { userId: subject } });
      expect(await call(token, 'role-source', { source: 'people' }, { method: 'PUT' })).toMatchObject({ status: 200 });
      const { token: agent } = await ask('demo', demoSecret, { tenant: 'outside', role: 'agent' });
      expect(await call(agent, 'people')).toMatchObject({ status: 403 }); // nobody here has this subject
      expect(await call(token, 'people')).toMatchObject({ status: 200 });
      await call(token, 'role-source', { source: 'issuer' }, { method: 'PUT' });
      expect(await call(agent, 'people')).toMatchObject({ status: 200 });
    });
  });

  describe('people', () => {
    it('of the demo are there', async () => {
      const { body } = await call((await demo('demo', 'agent')).token, 'people');
      const seeded = body.items.filter((item: { name: string }) => item.name !== 'Somebody');
      expect(seeded).toHaveLength(demoPeople.length);
      expect(seeded.find((item: { name: string }) => item.name.startsWith('Adam'))).toEqual({
        userId: expect.any(String),
        email: 'adam@demo.example',
        name: 'Adam Wiśniewski',
        locale: 'pl',
        roles: ['admin'],
        disabled: false,
      });
    });

    it('are invited, get roles and lose them', async () => {
      const { token } = await demo('acme', 'admin');
      const ada = { email: 'Ada@acme.example', name: 'Ada', roles: ['agent'] };
      const headers = { 'idempotency-key': randomUUID() };
      const invited = await call(token, 'people', ada, { headers });
      expect(invited).toMatchObject({ status: 201, body: ada });
      expect((await call(token, 'people', ada, { headers })).body).toEqual(invited.body);
      for (const other of [
        { ...ada, email: 'bob@acme.example' },
        { ...ada, name: 'Bob' },
        { ...ada, roles: ['admin'] },
      ]) {
        const reused = { status: 409, body: { code: 'idempotency-key-reused' } };
        expect(await call(token, 'people', other, { headers })).toMatchObject(reused);
      }
      expect(await call(token, 'people', { ...ada, email: 'ada@ACME.example' })).toMatchObject({
        status: 409,
        body: { code: 'email-taken' },
      });
      const { userId } = invited.body;
      await call(token, `people/${userId}/roles`, { role: 'supervisor' });
      const last = await call(token, `people/${userId}/roles/agent`, undefined, { method: 'DELETE' });
      const after = last.headers.get('guichet-position') ?? '';
      expect((await call(token, `people?after=${after}`)).body.items).toEqual([
        { userId, email: 'Ada@acme.example', name: 'Ada', locale: null, roles: ['supervisor'], disabled: false },
      ]);
    });

    it('are another tenant’s business', async () => {
      const { body } = await call((await demo('demo', 'admin')).token, 'people');
      const [{ userId }] = body.items as [{ userId: string }];
      const { token } = await demo('acme', 'admin');
      expect(await call(token, `people/${userId}/roles`, { role: 'agent' })).toMatchObject({ status: 404 });
      expect(JSON.stringify((await call(token, 'people')).body)).not.toContain('demo.example');
    });

    it('have no personal data in the log', async () => {
      const { Client } = (await import('pg')).default;
      const client = new Client({ connectionString: database.adminUrl });
      await client.connect();
      const { rows } = await client.query<{ text: string }>(
        'select data::text || metadata::text as text from event_log',
      );
      await client.end();
      expect(rows.length).toBeGreaterThan(20);
      expect(rows.map(({ text }) => text).join()).not.toMatch(/@|Ada|Adam|Beata/);
    });
  });

  it('starts again with the same keys and accounts, and documents itself', async () => {
    const { token } = await demo('demo', 'agent');
    const keys = await (await fetch(`${issuer}/jwks`)).json();
    const { port } = host;
    await host.stop();
    host = await start(port);
    expect(await (await fetch(`${issuer}/jwks`)).json()).toEqual(keys);
    expect(await call(token, 'people')).toMatchObject({ status: 200 });
    const document = (await (await fetch(`${host.url}/identity/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/identity/v1/clients');
    const metrics = await (await fetch(`${host.url}/metrics`)).text();
    expect(metrics).toContain(
      'guichet_consumer_lag_events{service="identity",consumer="projection/directory",log="own"} 0',
    );
  });
});
