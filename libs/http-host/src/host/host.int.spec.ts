import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { BuildMissing, CommandReused, DomainError, OperationUnderWay, StaleVersion } from '@guichet/event-sourcing';
import {
  awaitPositions,
  commandAnswer,
  Ctx,
  EnumField,
  Keyword,
  NestedList,
  PageQuery,
  Public,
  QueryInt,
  RequestContext,
  Roles,
  Text,
  UuidField,
  UuidParam,
  versioned,
} from '../index.js';
import { currentCorrelation } from '@guichet/observability';
import { startTestHost, type TestHost } from '../testing/index.js';

class Line {
  @Text({ max: 10 }) text!: string;
  @Keyword({ nullable: true, optional: true }) note?: string | null;
}
class ThingBody {
  @Text({ max: 300 }) subject!: string;
  @UuidField({ optional: true }) departmentId?: string;
  @EnumField(['low', 'high'], { optional: true }) priority?: string;
  @Keyword({ optional: true, list: { max: 3, unique: true } }) tags?: string[];
  @NestedList(() => Line, { optional: true, list: { max: 2 } }) lines?: Line[];
}
class ThingsQuery extends PageQuery {
  @QueryInt({ optional: true, min: 1, max: 9 }) level?: number;
}

const refusals: Readonly<Record<string, () => Error>> = {
  domain: () => new DomainError('ticket-not-open', 'The ticket is closed.', { status: 'closed' }),
  unknown: () => new DomainError('unknown-ticket', 'No such ticket.', {}, 'unknown'),
  forbidden: () => new DomainError('not-yours', 'Not your ticket.', {}, 'forbidden'),
  invalid: () => new DomainError('unknown-zone', 'No such zone.', {}, 'invalid'),
  stale: () => new StaleVersion('ticket-1', 3, 5),
  reused: () => new CommandReused('c'),
  operation: () => new OperationUnderWay('Another operation is under way.'),
  build: () => new BuildMissing('Rebuild it first.'),
  database: () => Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }),
  bug: () => new TypeError("Cannot read properties of undefined (reading 'secret')"),
};

@Controller('things/v1')
class ThingsHttp {
  @Public()
  @Get('public')
  open(): object {
    return { open: true };
  }

  @Get('me')
  me(@Ctx() ctx: RequestContext): object {
    const { tenantId, subject, roles, timeZone, actor, correlationId, after } = ctx;
    return { tenantId, subject, roles, timeZone, actor, correlationId, after };
  }

  @Roles('operator')
  @Get('operators')
  operators(): object {
    return {};
  }

  @Post('things')
  make(@Body() body: ThingBody, @Ctx() ctx: RequestContext): unknown {
    const { requestHash } = ctx;
    const commandId = ctx.commandId('make');
    return commandAnswer('things', { version: 3, position: 4711 }, { body, commandId, requestHash }, 201);
  }

  @Post('correlated')
  async correlated(@Body() _body: ThingBody): Promise<object> {
    await new Promise((resolve) => setImmediate(resolve));
    return { correlation: currentCorrelation() };
  }

  @Get('things')
  list(@Query() query: ThingsQuery): object {
    return { ...query };
  }

  @Get('things/:id')
  one(@UuidParam('id') id: string): unknown {
    return versioned(9, { id });
  }

  @HttpCode(200)
  @Post('things/:id/touch')
  touch(@UuidParam('id') id: string, @Ctx() ctx: RequestContext): unknown {
    return { id, ifMatch: ctx.ifMatch ?? null };
  }

  @Get('refusals/:which')
  refuse(@Param('which') which: string): never {
    throw refusals[which]?.() ?? new Error('no such refusal');
  }

  @Get('late')
  async late(@Ctx() ctx: RequestContext): Promise<object> {
    await awaitPositions(ctx, { routing: async (position) => position <= 10 }, { lag: async () => ({ events: 5 }) });
    return {};
  }
}

@Module({ controllers: [ThingsHttp] })
class ThingsModule {}

describe('a host', () => {
  let test: TestHost;
  beforeAll(async () => {
    test = await startTestHost([{ name: 'things', module: ThingsModule }]);
  });
  afterAll(() => test.stop());

  const anybody = { roles: ['agent'] } as const;
  const post = (rawBody: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    test.call('/things/v1/things', { as: anybody, rawBody, headers });
  const refused = (status: number, code: string) => ({
    status,
    body: expect.objectContaining({ status, code, title: expect.any(String), correlationId: expect.any(String) }),
  });

  describe('authentication', () => {
    it('serves public routes without a token', async () =>
      expect(await test.call('/things/v1/public')).toMatchObject({ status: 200, body: { open: true } }));

    it('refuses a request without a token', async () => {
      const answer = await test.call('/things/v1/me');
      expect(answer).toMatchObject(refused(401, 'not-authenticated'));
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    });

    it.each([
      ['of another issuer', { issuer: 'http://evil.test' }, 'invalid-token'],
      ['for another audience', { audience: 'other' }, 'invalid-token'],
      ['of another type', { type: 'JWT' }, 'invalid-token'],
      ['that has expired', { expiresAt: 1_000_000 }, 'token-expired'],
      ['whose tenant is no UUID', { claims: { tenant: 'demo' } }, 'invalid-token'],
      ['whose roles are no list', { claims: { roles: 'admin' } }, 'invalid-token'],
    ])('refuses a token %s', async (_what, faults, code) => {
      const token = await test.issuer.token(anybody, faults);
      expect(await test.call('/things/v1/me', { token })).toMatchObject(refused(401, code));
    });

    it.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('refuses %j as a token', async (token) =>
      expect(await test.call('/things/v1/me', { headers: { authorization: `Bearer ${token}` } })).toMatchObject({
        status: 401,
      }),
    );

    it('refuses a token signed by somebody else', async () => {
      const stranger = await startTestHost([]);
      const token = await stranger.issuer.token(anybody);
      await stranger.stop();
      expect(await test.call('/things/v1/me', { token })).toMatchObject(refused(401, 'invalid-token'));
    });

    it('refuses a token that was changed', async () => {
      const [head, , signature] = (await test.issuer.token(anybody)).split('.');
      const [, payload] = (await test.issuer.token({ roles: ['operator'] })).split('.');
      const token = [head, payload, signature].join('.');
      expect(await test.call('/things/v1/me', { token })).toMatchObject(refused(401, 'invalid-token'));
    });

    it('takes tenant, person, roles and zone from the token, and leaves out roles it does not know', async () => {
      const tenantId = '0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01';
      const claims = { roles: ['agent', 'emperor'] };
      const token = await test.issuer.token({ tenantId, subject: 'amir', timeZone: 'Europe/Paris' }, { claims });
      expect((await test.call('/things/v1/me', { token })).body).toMatchObject({
        tenantId,
        subject: 'amir',
        roles: ['agent'],
        timeZone: 'Europe/Paris',
        actor: { kind: 'agent', id: 'amir' },
      });
    });

    it('refuses what a role is needed for', async () => {
      expect(await test.call('/things/v1/operators', { as: anybody })).toMatchObject(refused(403, 'role-needed'));
      expect(await test.call('/things/v1/operators', { as: { roles: ['operator'] } })).toMatchObject({ status: 200 });
    });

    it('refuses a token without a tenant where one is needed', async () =>
      expect(await test.call('/things/v1/me', { as: { tenantId: null, roles: ['operator'] } })).toMatchObject(
        refused(403, 'no-tenant'),
      ));
  });

  describe('bodies', () => {
    it('takes a good one', async () => {
      const body = { subject: 'Zażółć 🎫', tags: ['vip'], lines: [{ text: 'one' }] };
      const answer = await test.call('/things/v1/things', { as: anybody, body });
      expect(answer).toMatchObject({ status: 201, body: { body } });
      expect(answer.headers.get('etag')).toBe('"3"');
      expect(answer.headers.get('guichet-position')).toBe('things=4711');
    });

    it.each([
      ['a missing field', {}, 'subject', 'missing'],
      ['a wrong type', { subject: 7 }, 'subject', 'invalid'],
      ['null', { subject: null }, 'subject', 'invalid'],
      ['null for an optional field', { subject: 'x', priority: null }, 'priority', 'invalid'],
      ['only white space', { subject: ' \n ' }, 'subject', 'invalid'],
      ['a text that is too long', { subject: 'x'.repeat(301) }, 'subject', 'invalid'],
      ['an unknown field', { subject: 'x', colour: 'red' }, 'colour', 'unknown-field'],
      ['a value that is none of the list', { subject: 'x', priority: 'urgent' }, 'priority', 'invalid'],
      ['a bad id', { subject: 'x', departmentId: 'billing' }, 'departmentId', 'invalid'],
      ['a list that is none', { subject: 'x', tags: 'vip' }, 'tags', 'invalid'],
      ['a list with doubles', { subject: 'x', tags: ['a', 'a'] }, 'tags', 'invalid'],
      ['a list that is too long', { subject: 'x', lines: [1, 2, 3].map(() => ({ text: 'a' })) }, 'lines', 'invalid'],
      ['a nested wrong type', { subject: 'x', lines: [{ text: 'a' }, { text: 1 }] }, 'lines[1].text', 'invalid'],
      ['a nested unknown field', { subject: 'x', lines: [{ text: 'a', b: 1 }] }, 'lines[0].b', 'unknown-field'],
      ['a nested list', { subject: 'x', lines: [[]] }, 'lines', 'invalid'],
    ])('refuses %s', async (_what, body, path, code) =>
      expect(await test.call('/things/v1/things', { as: anybody, body })).toMatchObject({
        ...refused(400, 'invalid-request'),
        body: { code: 'invalid-request', errors: [{ path, code }] },
      }),
    );

    it.each([
      ['broken JSON', '{"subject":'],
      ['a list', '[]'],
      ['a text', '"subject"'],
      ['null', 'null'],
      ['U+0000', '{"subject":"a\\u0000b"}'],
      ['U+0000 in a field name', '{"sub\\u0000ject":"a"}'],
      ['a lone surrogate', '{"subject":"\\ud800"}'],
      ['a number out of range', '{"subject":1e999}'],
      ['nesting deeper than 20', `{"subject":${'['.repeat(20)}${']'.repeat(20)}}`],
    ])('refuses a body with %s', async (_what, raw) =>
      expect(await post(raw)).toMatchObject(refused(400, 'malformed-body')),
    );

    it.each([
      ['__proto__', '{"subject":"a","__proto__":{"admin":true}}'],
      ['toString', '{"subject":"a","toString":1}'],
      ['lines[0].constructor', '{"subject":"a","lines":[{"text":"b","constructor":{}}]}'],
    ])('knows no field %s', async (path, raw) =>
      expect(await post(raw)).toMatchObject({
        ...refused(400, 'invalid-request'),
        body: { errors: [{ path, code: 'unknown-field' }] },
      }),
    );

    it('refuses a body that is not UTF-8', async () =>
      expect(await post(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toMatchObject(refused(400, 'malformed-body')));

    it('refuses a body over 1 MiB, whatever its length header says', async () =>
      expect(await post(JSON.stringify({ subject: 'x'.repeat(1_048_576) }))).toMatchObject(
        refused(413, 'body-too-large'),
      ));

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
      'refuses a body that is %s',
      async (type) =>
        expect(await post('a=b', { 'content-type': type })).toMatchObject(refused(415, 'unsupported-media-type')),
    );

    it('takes an empty body as none', async () =>
      expect(await post('')).toMatchObject({ status: 400, body: { code: 'invalid-request' } }));
  });

  describe('queries and addresses', () => {
    const list = (query: string) => test.call(`/things/v1/things?${query}`, { as: anybody });

    it('has defaults', async () => expect((await list('')).body).toEqual({ limit: 50 }));
    it('takes numbers', async () => expect((await list('limit=200&level=3')).body).toEqual({ limit: 200, level: 3 }));
    it.each(['limit=0', 'limit=201', 'limit=', 'limit=1e2', 'limit=x', 'limit=5&limit=6', 'level=10', 'unknown=1'])(
      'refuses ?%s',
      async (query) => expect(await list(query)).toMatchObject(refused(400, 'invalid-request')),
    );
    it('refuses an id that is no UUID', async () =>
      expect(await test.call('/things/v1/things/7', { as: anybody })).toMatchObject(refused(400, 'invalid-request')));
    it('answers 404 for an unknown address', async () =>
      expect(await test.call('/things/v1/nothing', { as: anybody })).toMatchObject(refused(404, 'not-found')));
    it.each([
      ['/%', 400],
      [`/things/v1/refusals/${'x'.repeat(501)}`, 414],
    ])('answers a problem for the address %j', async (path, status) =>
      expect(await test.call(path)).toMatchObject({ status, body: { code: expect.any(String) } }),
    );
    it('answers a problem when the headers are too large', async () =>
      expect(await test.call('/things/v1/public', { headers: { 'x-large': 'x'.repeat(20_000) } })).toMatchObject(
        refused(431, 'headers-too-large'),
      ));
  });

  describe('errors', () => {
    const refusal = (which: string) => test.call(`/things/v1/refusals/${which}`, { as: anybody });

    it.each([
      ['domain', 409, 'ticket-not-open'],
      ['unknown', 404, 'unknown-ticket'],
      ['forbidden', 403, 'not-yours'],
      ['invalid', 422, 'unknown-zone'],
      ['stale', 412, 'stale-version'],
      ['reused', 409, 'idempotency-key-reused'],
      ['operation', 409, 'operation-under-way'],
      ['build', 409, 'build-missing'],
      ['database', 503, 'database-unavailable'],
      ['bug', 500, 'internal-error'],
    ])('says %s as %i %s', async (which, status, code) =>
      expect(await refusal(which)).toMatchObject(refused(status, code)),
    );

    it('tells the reason and the details of a refusal', async () =>
      expect((await refusal('domain')).body).toMatchObject({
        detail: 'The ticket is closed.',
        details: { status: 'closed' },
      }));
    it('never tells internals', async () => {
      const texts = await Promise.all(['bug', 'database'].map(async (which) => JSON.stringify(await refusal(which))));
      expect(texts.join()).not.toMatch(/secret|undefined|10\.0\.0|ECONN|host\.int/);
    });
  });

  describe('conventions', () => {
    it('derives the same command id and hash from the same request, others from others', async () => {
      const make = async (key: string, subject: string, person = 'amir') => {
        const as = { tenantId: '0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01', subject: person, ...anybody };
        const answer = await test.call('/things/v1/things', {
          as,
          body: { subject },
          headers: { 'idempotency-key': key },
        });
        return answer.body as { commandId: string; requestHash: string };
      };
      const [first, again, otherKey, otherBody, otherPerson] = [
        await make('k', 'a'),
        await make('k', 'a'),
        await make('l', 'a'),
        await make('k', 'b'),
        await make('k', 'a', 'beata'),
      ];
      expect(again).toEqual(first);
      expect(first.commandId).toMatch(/^[0-9a-f-]{36}$/);
      expect(otherKey.commandId).not.toBe(first.commandId);
      expect(otherBody).toMatchObject({ commandId: first.commandId });
      expect(otherBody.requestHash).not.toBe(first.requestHash);
      expect(otherPerson.commandId).not.toBe(first.commandId);
    });

    it('reads If-Match, and refuses a malformed one', async () => {
      const touch = (ifMatch: string) =>
        test.call('/things/v1/things/0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01/touch', {
          as: anybody,
          method: 'POST',
          headers: { 'if-match': ifMatch },
        });
      expect((await touch('"7"')).body).toMatchObject({ ifMatch: 7 });
      expect((await touch('*')).body).toMatchObject({ ifMatch: null });
      for (const bad of ['7', 'W/"7"', '"7", "8"', '"x"']) {
        expect(await touch(bad)).toMatchObject(refused(400, 'malformed-if-match'));
      }
    });

    it('answers one thing with its version', async () => {
      const answer = await test.call('/things/v1/things/0A0E9A36-55A8-4A3F-8D9D-6A2A7C7F7F01', { as: anybody });
      expect(answer).toMatchObject({ status: 200, body: { id: '0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01' } });
      expect(answer.headers.get('etag')).toBe('"9"');
    });

    it('takes Guichet-After and ?after=, and refuses malformed ones', async () => {
      const headers = { 'guichet-after': 'routing=12, intake=3' };
      const answer = await test.call('/things/v1/me?after=routing=15', { as: anybody, headers });
      expect(answer.body).toMatchObject({ after: { routing: 15, intake: 3 } });
      expect(await test.call('/things/v1/me?after=15', { as: anybody })).toMatchObject(refused(400, 'malformed-after'));
    });

    it('says 503 with Retry-After and the lag when it has not caught up', async () => {
      expect(await test.call('/things/v1/late?after=routing=10,knowledge=7', { as: anybody })).toMatchObject({
        status: 200,
      });
      const answer = await test.call('/things/v1/late?after=routing=11', { as: anybody });
      expect(answer).toMatchObject({
        ...refused(503, 'not-caught-up'),
        body: { waitingFor: { routing: 11 }, lag: { events: 5 } },
      });
      expect(answer.headers.get('retry-after')).toBe('1');
    });

    it('keeps a correlation id, makes one otherwise, and takes none that is unsafe', async () => {
      const me = async (headers: Record<string, string>) => test.call('/things/v1/me', { as: anybody, headers });
      const given = await me({ 'x-correlation-id': 'order-42' });
      expect(given.headers.get('x-correlation-id')).toBe('order-42');
      expect(given.body).toMatchObject({ correlationId: 'order-42' });
      const traced = await me({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
      expect(traced.headers.get('x-correlation-id')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
      expect((await me({ 'x-correlation-id': 'a{b}' })).headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('carries the correlation through the reading of the body, into whatever is done for the request', async () => {
      const tenantId = '0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01';
      const headers = { 'x-correlation-id': 'order-43' };
      const body = { subject: 'x'.repeat(200), lines: [{ text: 'a' }] };
      const answer = await test.call('/things/v1/correlated', { as: { tenantId, ...anybody }, headers, body });
      expect(answer.body).toEqual({ correlation: { correlationId: 'order-43', tenantId } });
    });

    it('has security headers and lets nobody cache', async () => {
      const { headers } = await test.call('/things/v1/me', { as: anybody });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    });
  });

  describe('operations', () => {
    it('answers /health/live and /health/ready', async () => {
      expect(await test.call('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
      expect(await test.call('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'ready', checks: { started: 'ok' } },
      });
    });

    it('measures requests by route template', async () => {
      await test.call('/things/v1/things/0a0e9a36-55a8-4a3f-8d9d-6a2a7c7f7f01', { as: anybody });
      const { body } = await test.call('/metrics');
      expect(body).toContain(
        'guichet_http_request_duration_seconds_count{method="GET",route="/things/v1/things/:id",status="200"}',
      );
      expect(body).not.toContain('0a0e9a36');
    });
  });

  describe('documentation', () => {
    it('serves an OpenAPI document of the service, with our conventions in it', async () => {
      const { status, body } = await test.call('/things/openapi.json');
      expect(status).toBe(200);
      const schema = { $ref: '#/components/schemas/Problem' };
      const aProblem = { description: expect.any(String), content: { 'application/problem+json': { schema } } };
      expect(body).not.toHaveProperty(['paths', '/things/v1/things', 'post', 'responses', 'default']);
      expect(body).toMatchObject({
        openapi: '3.1.0',
        paths: {
          '/things/v1/things': {
            post: {
              requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingBody' } } } },
              responses: {
                ...Object.fromEntries(
                  [400, 401, 403, 409, 412, 413, 415, 429, 431, 500, 503].map((status) => [status, aProblem]),
                ),
                201: expect.anything(),
              },
            },
          },
        },
        components: {
          schemas: {
            Line: { properties: { note: { type: ['string', 'null'] } } },
            ThingBody: {
              required: ['subject'],
              additionalProperties: false,
              properties: {
                subject: { type: 'string', minLength: 1, maxLength: 300 },
                tags: { type: 'array', maxItems: 3, items: { type: 'string' } },
                lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } },
              },
            },
          },
        },
      });
    });

    it('serves a page to try it, without inline scripts', async () => {
      const { body } = await test.call('/things/docs');
      expect(body).toContain('<code>/things/v1/things/{id}</code>');
      expect(body).not.toMatch(/<script>|<style>| on\w+=/);
      expect((await test.call('/things/docs/page.js')).body).toContain('addEventListener');
    });
  });
});
