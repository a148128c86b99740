import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { postgresForTests } from '@guichet/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { EventStore } from '../event-store.js';
import { eventSourcingMigrations } from '../migrations/index.js';
import { added, context, createTestLog, otherTenant, tenant, type TestLog } from '../testing/test-log.js';
import { totalsProjection } from '../testing/totals-projection.js';
import { tableStatements } from '../projection/read-model-tables.js';
import { migrate } from './migrate.js';
import { provisionDatabase } from './provision.js';
import { createPool } from './sessions.js';
import { TenantDatabase } from './tenant-database.js';

const permissionDenied = { code: '42501' };

describe('provisionDatabase', () => {
  it('gives a service what it needs, called once or from everywhere at once', async () => {
    const { adminUrl } = await postgresForTests();
    const database = `provisioned_${randomBytes(4).toString('hex')}`;
    const urls = await Promise.all([1, 2, 3].map(() => provisionDatabase({ adminUrl, database })));
    const [{ ownerUrl, appUrl }] = urls as [{ ownerUrl: string; appUrl: string }];
    expect(new Set(urls.map((pair) => JSON.stringify(pair))).size).toBe(1);

    await Promise.all(
      [1, 2, 3].map(() => migrate({ url: ownerUrl, appRole: `${database}_app`, migrations: eventSourcingMigrations })),
    );
    const pool = createPool({ url: appUrl });
    const store = new EventStore({ pool });
    await store.append({ streamId: 'a-1', expectedVersion: 0, events: [added(1)], context: context() });
    expect(await provisionDatabase({ adminUrl, database })).toEqual({ ownerUrl, appUrl });
    await store.append({ streamId: 'a-1', expectedVersion: 1, events: [added(1)], context: context() });
    await store.close();
    await pool.end();
    await dropDatabase(adminUrl, database);
  });

  it('refuses a name that needs quoting', async () => {
    const { adminUrl } = await postgresForTests();
    await expect(provisionDatabase({ adminUrl, database: 'x"; drop' })).rejects.toThrow('Not a name');
  });
});

describe('migrate', () => {
  class Next1770000000001 implements MigrationInterface {
    readonly name = 'Next1770000000001';
    up = (runner: QueryRunner): Promise<void> => runner.query(`create table note (text text)`) as Promise<void>;
    down = (): Promise<void> => Promise.resolve();
  }
  class Broken1770000000002 implements MigrationInterface {
    readonly name = 'Broken1770000000002';
    up = async (runner: QueryRunner): Promise<void> => {
      await runner.query(`create table half (text text)`);
      await runner.query(`create table note (text text)`);
    };
    down = (): Promise<void> => Promise.resolve();
  }

  it('goes on from where the database is, and stops where a migration fails', async () => {
    const test = await createTestLog('migrate');
    const appRole = `${test.database.name}_app`;
    const url = test.database.ownerUrl;
    const migrations = [...eventSourcingMigrations, Next1770000000001];
    await migrate({ url, appRole, migrations });
    await test.pool.query(`insert into note values ('kept')`);
    await migrate({ url, appRole, migrations });
    await expect(migrate({ url, appRole, migrations: [...migrations, Broken1770000000002] })).rejects.toThrow('note');
    expect((await test.pool.query(`select text, to_regclass('half') as half from note`)).rows).toEqual([
      { text: 'kept', half: null },
    ]);
    // The version of before, which knows nothing of the newer migration, starts as well.
    await migrate({ url, appRole, migrations: eventSourcingMigrations });
    await test.close();
  });

  it('makes an index without locking while other replicas wait for their turn', async () => {
    const test = await createTestLog('migrate');
    const url = test.database.ownerUrl;
    const sessions = `select from pg_stat_activity where datname = current_database() and query like '%guichet/migrate%'
      and pid <> pg_backend_pid()`;
    class Concurrent1770000000003 implements MigrationInterface {
      readonly name = 'Concurrent1770000000003';
      readonly transaction = false;
      up = async (runner: QueryRunner): Promise<void> => {
        // Only whoever waits has asked for the lock last; whoever has it has asked for more since.
        while (((await runner.query(sessions)) as unknown[]).length === 0) await pause(10);
        await runner.query('create index concurrently event_log_for_this_test on event_log (event_id)');
      };
      down = (): Promise<void> => Promise.resolve();
    }
    const options = { url, appRole: `${test.database.name}_app` };
    const migrations = [...eventSourcingMigrations, Concurrent1770000000003];
    await Promise.all([1, 2].map(() => migrate({ ...options, migrations })));
    const index = `select indisvalid from pg_index where indexrelid = 'event_log_for_this_test'::regclass`;
    expect((await test.pool.query(index)).rows).toEqual([{ indisvalid: true }]);
    await test.close();
  }, 30_000);
});

describe('the role of the service', () => {
  let test: TestLog;
  beforeAll(async () => {
    test = await createTestLog('role');
    await test.store.append({ streamId: 'a-1', expectedVersion: 0, events: [added(1)], context: context() });
  });
  afterAll(() => test.close());

  it.each([
    `update event_log set data = '{}'`,
    `update event_log set version = version + 1 where false`,
    'delete from event_log',
    'delete from event_log where false',
    'truncate event_log',
    'drop table event_log',
    'alter table event_log add column x int',
    'alter table event_log disable trigger all',
    'create table mine (x int)',
    'create table read_model.mine (x int)',
    'delete from log_head',
    'truncate checkpoint',
    `set role ${'postgres'}`,
  ])('may not %s', async (statement) => {
    await expect(test.pool.query(statement)).rejects.toMatchObject(permissionDenied);
    expect(await test.log.head()).toBe(1);
  });
});

describe('TenantDatabase', () => {
  let test: TestLog;
  let tenants: TenantDatabase;
  const all = 'select stream_id from read_model.total order by stream_id';
  const row = (streamId: string, tenantId: string) =>
    `insert into read_model.total values ('${streamId}', '${tenantId}', 1, 1, 1)`;
  beforeAll(async () => {
    test = await createTestLog('tenants');
    tenants = new TenantDatabase(test.pool);
    const owner = new pg.Client({ connectionString: test.database.ownerUrl });
    await owner.connect();
    const tables = tableStatements(totalsProjection(), 'live', `${test.database.name}_app`);
    for (const statement of tables) await owner.query(statement);
    await owner.query(`${row('a', tenant)}, ('b', '${otherTenant}', 1, 1, 1)`);
    await owner.end();
  });
  afterAll(() => test.close());

  it('shows each tenant its own rows', async () => {
    expect(await tenants.query(tenant, all)).toEqual([{ stream_id: 'a' }]);
    expect(await tenants.query(otherTenant, all)).toEqual([{ stream_id: 'b' }]);
    expect(await tenants.query(randomUUID(), all)).toEqual([]);
    expect(await tenants.query(tenant, `select 1 from read_model.total where tenant_id = $1`, [otherTenant])).toEqual(
      [],
    );
  });

  it('answers several statements in their order, and none of them where one fails', async () => {
    const [streams, sums] = await tenants.read(tenant, [{ text: all }, { text: 'select $1::int as one', values: [1] }]);
    expect([streams, sums]).toEqual([[{ stream_id: 'a' }], [{ one: 1 }]]);
    await expect(tenants.read(tenant, [{ text: all }, { text: 'select 1 / 0' }, { text: all }])).rejects.toMatchObject({
      code: '22012',
    });
    expect(await tenants.query(tenant, all)).toEqual([{ stream_id: 'a' }]);
  });

  it('asks together what is asked in one turn, for each tenant by itself', async () => {
    const streams = { name: 'streams', text: all };
    const backend = { name: 'backend', text: `select pg_backend_pid() as pid, now()` };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => tenants.read(i % 3 === 2 ? otherTenant : tenant, [streams, backend])),
    );
    answers.forEach(([rows], i) => expect(rows).toEqual([{ stream_id: i % 3 === 2 ? 'b' : 'a' }]));
    const moments = (of: (i: number) => boolean) =>
      new Set(answers.filter((_, i) => of(i)).map(([, rows]) => `${rows?.[0]?.['pid']} ${Number(rows?.[0]?.['now'])}`));
    expect(moments((i) => i % 3 === 2).size).toBe(1);
    expect(moments((i) => i % 3 !== 2).size).toBe(1);
  });

  it('fails none of those that were asked together but the one that fails', async () => {
    const streams = { name: 'streams', text: all };
    const broken = { name: 'broken', text: 'select 1 / 0' };
    const answers = await Promise.allSettled([streams, broken, streams].map((one) => tenants.query(tenant, one)));
    expect(answers).toEqual([
      { status: 'fulfilled', value: [{ stream_id: 'a' }] },
      { status: 'rejected', reason: expect.objectContaining({ code: '22012' }) as unknown },
      { status: 'fulfilled', value: [{ stream_id: 'a' }] },
    ]);
  });

  it('goes on reading with a named statement when its table gets other columns', async () => {
    const named = { name: 'all of total', text: 'select t.* from read_model.total t' };
    const ask = () => Promise.all(Array.from({ length: 20 }, () => tenants.query(tenant, named)));
    for (const [row] of await ask()) expect(row).not.toHaveProperty('more');
    const owner = new pg.Client({ connectionString: test.database.ownerUrl });
    await owner.connect();
    await owner.query('alter table read_model.total add column more int');
    try {
      for (const [row] of await ask()) expect(row).toHaveProperty('more', null);
    } finally {
      await owner.query('alter table read_model.total drop column more');
      await owner.end();
    }
  });

  it('shows nobody anything without a tenant, also on a connection that had one before', async () => {
    await Promise.all(Array.from({ length: 20 }, () => tenants.query(tenant, all)));
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.pool.query(all)));
    expect(answers.flatMap(({ rows }) => rows as unknown[])).toEqual([]);
    await expect(test.pool.query(row('c', tenant))).rejects.toMatchObject(permissionDenied);
  });

  it("lets a tenant write its own rows and nobody else's", async () => {
    await tenants.transaction(tenant, (client) => client.query(row('mine', tenant)));
    const foreign = tenants.transaction(tenant, (client) => client.query(row('theirs', otherTenant)));
    await expect(foreign).rejects.toMatchObject(permissionDenied);
    const touched = await tenants.transaction(tenant, (client) => client.query('delete from read_model.total'));
    expect(touched.rowCount).toBe(2);
    expect(await tenants.query(otherTenant, all)).toEqual([{ stream_id: 'b' }]);
  });

  it('undoes a transaction that throws, and one whose failure was swallowed', async () => {
    const thrown = tenants.transaction(tenant, async (client) => {
      await client.query(row('x', tenant));
      throw new Error('no');
    });
    await expect(thrown).rejects.toThrow('no');
    const swallowed = tenants.transaction(tenant, async (client) => {
      await client.query(row('y', tenant));
      await client.query('select nonsense').catch(() => 'swallowed');
    });
    await expect(swallowed).rejects.toThrow('swallowed');
    expect(await tenants.query(tenant, `${all} limit 10`)).toEqual([]);
  });

  it('refuses a query that writes, and a tenant that is none', async () => {
    await expect(tenants.query(tenant, `delete from read_model.total returning 1`)).rejects.toMatchObject({
      code: '25006',
    });
    await expect(tenants.query('*', all)).rejects.toThrow('Not a tenant');
    await expect(tenants.query(`x' or true`, all)).rejects.toThrow('Not a tenant');
  });
});

async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`drop database ${database} with (force)`);
  await admin.query(`drop role ${database}_owner, ${database}_app`);
  await admin.end();
}
