import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@guichet/testing';
import pg from 'pg';
import { migrate } from '../database/migrate.js';
import { createPool } from '../database/sessions.js';
import { EventStore } from '../event-store.js';
import { eventSourcingMigrations } from '../migrations/index.js';
import { added, context, createTestLog, otherTenant, tenant, type TestLog } from '../testing/test-log.js';
import { checkLog } from '../testing/log-checker.js';
import { LogReader } from '../log-reader.js';
import { verifyChain } from '../verify-chain.js';

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Singly, several in one append, several appends in one batch, and some that are refused in between. */
async function fill(store: EventStore): Promise<void> {
  const append = (streamId: string, expectedVersion: number, amounts: number[], of = tenant) =>
    store.append({ streamId, expectedVersion, events: amounts.map(added), context: context(of) });
  await append('a', 0, [1]);
  await append('b', 0, [1, 2, 3]);
  await Promise.allSettled([
    ...[append('a', 1, [2]), append('b', 1, [9]), append('c', 0, [1, 2]), append('a', 0, [1], otherTenant)],
    ...[append('d', 3, [9, 9]), append('e', 0, [1])],
  ]);
  await append('b', 3, [4]);
}

describe('A log that somebody touches behind the service’s back', () => {
  let test: TestLog;
  beforeEach(async () => {
    test = await createTestLog('tampered');
    await fill(test.store);
  });
  afterEach(() => test.close());

  it('is found whole while nobody has', async () => {
    const { events } = await checkLog(test.pool);
    const report = await verifyChain(test.pool, 'own');
    expect(report).toEqual({
      log: 'own',
      position: events,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      uncovered: 0,
    });
    // Another log does not come to this hash.
    await test.store.append({ streamId: 'f', expectedVersion: 0, events: [added(1)], context: context() });
    expect((await verifyChain(test.pool, 'own'))?.hash).not.toBe(report?.hash);
    expect(await verifyChain(test.pool, 'received')).toBeUndefined();
  });

  const swap = (column: string) => `
    update event_log e set ${column} = other.${column} from event_log other
     where (e.position, other.position) in ((3, 4), (4, 3))`;
  it.each([
    ['changes data', `update event_log set data = data || '{"amount": 99}' where position = 3`, 3, 3],
    ['changes who did it', `update event_log set metadata = '{}' where position = 5`, 5, 5],
    [
      'changes when it was recorded',
      `update event_log set recorded_at = recorded_at - interval '1 us' where position = 2`,
      2,
      2,
    ],
    ['gives it to another tenant', `update event_log set tenant_id = '${otherTenant}' where position = 2`, 2, 2],
    [
      'changes the newest row',
      `update event_log set type = 'Taken' where position = (select position from log_head)`,
      10,
      10,
    ],
    ['takes a row out', 'delete from event_log where position = 4', 4, 4],
    ['cuts the end off', 'delete from event_log where position > 7', 8, 8],
    [
      'cuts the end off, and the head',
      'delete from event_log where position > 7; update log_head set position = 7, chained = 7',
      8,
      8,
    ],
    ['moves rows', `${swap('data')}`, 3, 3],
    [
      'moves rows with their hashes',
      'update event_log set position = position + 100 where position in (3, 4); update event_log set position = 107 - position where position > 100',
      3,
      3,
    ],
    ['removes a hash with the change', `update event_log set data = '{}', hash = null where position = 6`, 6, 7],
    [
      'puts a row behind the end',
      `insert into event_log select 11, gen_random_uuid(), tenant_id, 'x', 1, type, 1, data, metadata, occurred_at, recorded_at, hash from event_log where position = 10`,
      11,
      11,
    ],
    [
      'puts a row before the beginning',
      `insert into event_log select 0, gen_random_uuid(), tenant_id, 'x', 1, type, 1, data, metadata, occurred_at, recorded_at, hash from event_log where position = 10`,
      0,
      0,
    ],
  ])('is found broken by who %s', async (_, statements, from, to) => {
    expect((await verifyChain(test.pool, 'own'))?.position).toBe(10);
    await as(test.database.adminUrl, (admin) => admin.query(statements));
    expect((await verifyChain(test.pool, 'own'))?.broken).toMatchObject({ from, to });
  });

  it('is found broken by who puts a row between others', async () => {
    await as(test.database.adminUrl, (admin) =>
      admin.query(`
        update event_log set position = position + 1000 where position >= 5;
        update event_log set position = position - 999 where position >= 1000;
        insert into event_log select 5, gen_random_uuid(), tenant_id, 'x', 1, type, 1, data, metadata, occurred_at, recorded_at, hash
          from event_log where position = 4;
        update log_head set position = 11, chained = 11`),
    );
    expect((await verifyChain(test.pool, 'own'))?.broken).toMatchObject({ from: 5, to: 5 });
  });
});

describe('The role that a service runs as', () => {
  let test: TestLog;
  beforeAll(async () => {
    test = await createTestLog('running-role');
    await fill(test.store);
  });
  afterAll(() => test.close());

  it.each([
    [
      'insert',
      `insert into event_log select 999999999, gen_random_uuid(), tenant_id, 'x', 1, type, 1, data, metadata, occurred_at from event_log where position = 1`,
    ],
    [
      'invent a time',
      `insert into event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at, recorded_at) values (11, gen_random_uuid(), '${tenant}', 'x', 1, 'T', 1, '{}', '{}', now(), '2000-01-01')`,
    ],
    ['change an event', `update event_log set data = '{}'`],
    ['take an event out', 'delete from event_log'],
    ['empty the log', 'truncate event_log'],
    ['set the head back', 'update log_head set position = 3'],
    ['change the chain', `update log_head set hash = ''`],
    ['add a head', 'insert into log_head values (1, 0)'],
    ['forget an answer', 'delete from command_answer'],
    ['invent an answer', `insert into command_answer values (gen_random_uuid(), '${tenant}', '', '', 1, 1)`],
    ['note another hash', `insert into log_mark values ('event_log', 5, '')`],
    ['let itself write', `insert into direct_writing values (0, now() + interval '1 day')`],
    ['replace the function', 'drop function append_event'],
    ['become the owner', 'set role owner_of_this'],
  ])('cannot %s', async (_, statement) => {
    const { rows } = await test.pool.query<{ owner: string }>(
      `select quote_ident(tableowner) as owner from pg_tables where tablename = 'event_log'`,
    );
    const attempt = as(`${test.database.appUrl}?options=-c%20guichet.logs%3Dall`, (app) =>
      app.query(statement.replace('owner_of_this', rows[0]?.owner ?? '')),
    );
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
    expect((await verifyChain(test.pool, 'own'))?.broken).toBeUndefined();
  });
});

describe('A log from the version before', () => {
  const versionBefore = eventSourcingMigrations.slice(0, 2);
  const oneByStatement = `
    with head as (
      update log_head set position = position + 1
       where id = 0 and $3 = coalesce((
         select case when tenant_id = $2 then version else -1 end
           from event_log where stream_id = $1 order by version desc limit 1), 0)
      returning position)
    insert into event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at)
    select position, $4, $2, $1, $3 + 1, $5, 1, $6, $7, $8 from head
    returning position`;
  const batchByFunction = `
    select base from append_batch(
      array[$1], array[$2::uuid], array[$3::int], array[$1], array[$2::uuid], array[$3 + 1], array[$4::uuid], array[$5::text],
      array[1::smallint], array[$6::jsonb], array[$7::jsonb], array[$8::timestamptz])`;

  it('is appended to by both versions side by side while it is upgraded, and is chained from its first event on', async () => {
    const database = await createTestDatabase('upgraded');
    const appRole = `${database.name}_app`;
    await migrate({ url: database.ownerUrl, appRole, migrations: versionBefore });
    const pool = createPool({ url: database.appUrl, max: 3 });
    try {
      const versions = new Map<string, number>();
      /** As a replica of the version before appends one event, and several. */
      const old = async (streamId: string, text = oneByStatement) => {
        const version = versions.get(streamId) ?? 0;
        const values = [
          streamId,
          tenant,
          version,
          randomUUID(),
          'Added',
          '{"amount": 1}',
          '{}',
          '2026-01-05T08:00:00Z',
        ];
        expect((await pool.query({ name: text.slice(0, 20), text, values })).rowCount).toBe(1);
        versions.set(streamId, version + 1);
      };
      // More than the chain notes at once; and what the version before gave to its role.
      await as(database.ownerUrl, (owner) =>
        owner.query(`
          insert into event_log
            select i, gen_random_uuid(), '${tenant}', 'filler', i, 'Added', 1, '{"amount": 1}', '{}', now() from generate_series(1, 25000) i;
          update log_head set position = 25000;
          grant insert on event_log to ${appRole};
          grant update on log_head to ${appRole}`),
      );
      await old('one');
      await old('one', batchByFunction);
      let isOver = false;
      const upgrade = migrate({ url: database.ownerUrl, appRole, migrations: eventSourcingMigrations }).finally(
        () => (isOver = true),
      );
      for (let i = 0; !isOver || i < 10; i++) await old(`s-${i % 3}`, i % 2 ? oneByStatement : batchByFunction);
      await upgrade;

      const store = new EventStore({ pool });
      for (let i = 0; i < 5; i++) {
        await old('after');
        await store.append({ streamId: 'new', expectedVersion: i, events: [added(1)], context: context() });
        await old('after', batchByFunction);
      }
      await store.close();
      await checkLog(pool);
      const log = new LogReader({ pool, table: 'event_log' });
      const report = await verifyChain(pool, 'own');
      expect(report).toMatchObject({ position: await log.head(), uncovered: 0 });
      expect(report?.broken).toBeUndefined();

      // What was there before is found as exactly as it was noted.
      await as(database.adminUrl, (admin) => admin.query(`update event_log set data = '{}' where position = 12345`));
      expect((await verifyChain(pool, 'own'))?.broken).toMatchObject({ from: 10_001, to: 20_000 });

      // Replicas of the version before have an hour; the next start after it takes their right away.
      await as(database.adminUrl, (admin) => admin.query(`update direct_writing set until = now()`));
      await migrate({ url: database.ownerUrl, appRole, migrations: eventSourcingMigrations });
      await expect(old('late')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});
