import { randomUUID } from 'node:crypto';
import type { IdentityEventData, PublicEvent } from '@guichet/contracts';
import { createPool, eventSourcingMigrations, migrate, TenantDatabase } from '@guichet/event-sourcing';
import { Ctx, type LiveAnswer, RequestContext, Roles, sse, Standings } from '@guichet/http-host';
import { openLive, startTestHost, type TestCaller, type TestHost } from '@guichet/http-host/testing';
import { ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { createTestDatabase, type TestDatabase, until } from '@guichet/testing';
import { Controller, type DynamicModule, Get, Module } from '@nestjs/common';
import type pg from 'pg';
import { FollowedAccounts, userIdOf } from './followed-accounts.runtime.js';

@Controller('things/v1')
class ThingsHttp {
  @Roles('agent')
  @Get('things')
  list(): object {
    return {};
  }
  @Roles('agent')
  @Get('live')
  live(@Ctx() _ctx: RequestContext): LiveAnswer {
    return sse((client) => {
      client.send({ data: 'here' });
      return () => undefined;
    });
  }
}

@Module({})
class ThingsModule {
  static of(pool: pg.Pool, received: ReceivedLog): DynamicModule {
    const { wake } = received.reader;
    const database = new TenantDatabase(pool);
    const options = { service: 'things', pool, database, table: 'received_log', wake, pollMs: 100 } as const;
    const provider = {
      provide: FollowedAccounts,
      useFactory: (standings: Standings) => new FollowedAccounts(options, standings),
      inject: [Standings],
    };
    return { module: ThingsModule, controllers: [ThingsHttp], providers: [provider] };
  }
}

let database: TestDatabase;
let pool: pg.Pool;
let received: ReceivedLog;
let test: TestHost;
/** As another replica writes: it wakes nobody here. */
let elsewhere: ReceivedLog;
let position = 0;

beforeAll(async () => {
  database = await createTestDatabase('accounts');
  const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
  pool = createPool({ url: database.appUrl });
  [received, elsewhere] = [new ReceivedLog({ pool }), new ReceivedLog({ pool })];
  test = await startTestHost([{ name: 'things', module: ThingsModule.of(pool, received) }]);
});
afterAll(async () => {
  await test.stop();
  await pool.end();
  await database.drop();
});

const tenantId = randomUUID();
const at = '2026-03-02T09:00:00.000Z';

async function tell<Type extends keyof IdentityEventData>(
  streamId: string,
  version: number,
  type: Type,
  data: Omit<IdentityEventData[Type], 'at'>,
  log = received,
): Promise<void> {
  const previous = position++;
  const event: PublicEvent = {
    ...{ id: randomUUID(), source: 'identity', type, schemaVersion: 1, tenantId, streamId, version, position },
    ...{
      occurredAt: at,
      recordedAt: at,
      actor: { kind: 'agent', id: 'admin' },
      correlationId: 'c',
      data: { ...data, at },
    },
  };
  const records = [{ position, previous, event, cursor: position }];
  const place = { feed: 'embedded/identity', source: 'identity', partition: 0, cursor: position } as const;
  expect(await log.receive({ ...place, records })).toMatchObject({ stored: 1 });
}

const caller = (streamId: string, version: number): TestCaller => ({
  ...{ tenantId, subject: 'somebody', roles: ['agent'], account: { streamId, version } },
});
const status = async (as: TestCaller): Promise<number> => (await test.call('/things/v1/things', { as })).status;

async function watch(as: TestCaller) {
  const stream = await openLive(`${test.url}/things/v1/live`, { token: await test.issuer.token(as) });
  await until('the stream has begun', () => stream.events.length > 0);
  return stream;
}

it.each([
  ['this process', () => received],
  ['another one', () => elsewhere],
])('refuses a client that was disabled within seconds, and ends its stream, where %s hears of it', async (_, log) => {
  const stream = `client-${randomUUID()}`;
  await tell(stream, 1, 'ClientRegistered', { name: 'bot', roles: ['agent'] });
  expect(await status(caller(stream, 1))).toBe(200);
  const live = await watch(caller(stream, 1));
  const other = await watch({ ...caller(stream, 1), tenantId: randomUUID() });
  await tell(stream, 2, 'ClientDisabled', {}, log());
  await live.ended;
  expect(live.events.at(-1)).toMatchObject({ event: 'ended', data: { reason: 'access-changed' } });
  const answer = await test.call('/things/v1/things', { as: caller(stream, 1) });
  expect(answer).toMatchObject({ status: 401, body: { code: 'access-ended' } });
  expect(other.events).toHaveLength(1); // another tenant's goes on
  await other.close();
  expect(await status(caller(stream, 3))).toBe(200); // an account of the same name, newer than what has been heard
});

it('takes a role away from a person within seconds, and ends what they see by it', async () => {
  const stream = `user-${randomUUID()}`;
  await tell(stream, 1, 'UserInvited', {});
  await tell(stream, 2, 'RoleGranted', { role: 'agent' });
  const live = await watch(caller(stream, 2));
  await tell(stream, 3, 'RoleRevoked', { role: 'agent' });
  await live.ended;
  expect(await status(caller(stream, 2))).toBe(403);
  await tell(stream, 4, 'RoleGranted', { role: 'agent' });
  await until('the role is back', async () => (await status(caller(stream, 2))) === 200);
});

it('gives a person of another issuer the roles they have here, where the tenant wants it so', async () => {
  const subject = 'auth0|ada';
  const stranger: TestCaller = { tenantId, subject, roles: ['agent'] };
  const quiet: TestCaller = { tenantId, subject: 'auth0|bob', roles: ['agent'] };
  expect([await status(stranger), await status(quiet)]).toEqual([200, 200]);
  const stream = `user-${userIdOf(tenantId, subject)}`;
  await tell(stream, 1, 'UserInvited', {});
  await tell(stream, 2, 'RoleGranted', { role: 'agent' });
  await tell(`tenant-${tenantId}`, 2, 'RoleSourceChosen', { source: 'people' });
  await until('who is unknown has no roles', async () => (await status(quiet)) === 403);
  expect(await status({ ...stranger, roles: [] })).toBe(200);
  await tell(stream, 3, 'UserDisabled', {});
  await until('who is disabled stays out', async () => (await status(stranger)) === 401);
  await tell(`tenant-${tenantId}`, 3, 'RoleSourceChosen', { source: 'issuer' });
  await until('the issuer’s word counts again', async () => (await status(quiet)) === 200);
  expect(await status(stranger)).toBe(401);
});
