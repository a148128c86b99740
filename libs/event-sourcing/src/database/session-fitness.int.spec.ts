import { describeWithPgBouncer, type PgBouncer, startPgBouncer } from '@guichet/testing';
import type pg from 'pg';
import { LogReader } from '../log-reader.js';
import { Leases } from '../runner/leases.js';
import { added, context, createTestLog, tenant, type TestLog } from '../testing/test-log.js';
import { sessionProblem } from './session-fitness.js';
import { createPool } from './sessions.js';
import { TenantDatabase } from './tenant-database.js';

let test: TestLog;
beforeAll(async () => {
  test = await createTestLog('pooled');
  await test.store.append({ streamId: 'a-1', expectedVersion: 0, events: [added(1)], context: context() });
}, 60_000);
afterAll(() => test.close());

it('finds nothing wrong with PostgreSQL itself', async () => {
  expect(await sessionProblem(test.database.appUrl)).toBeUndefined();
  expect(await sessionProblem(test.database.ownerUrl)).toBeUndefined();
});

describeWithPgBouncer('behind PgBouncer', () => {
  let pooler: PgBouncer | undefined;
  let pools: pg.Pool[] = [];
  const start = async (poolMode: 'session' | 'transaction', connectQuery?: string) => {
    const { appUrl: url } = test.database;
    pooler = await startPgBouncer({ url, poolMode, dropsOptions: true, ...(connectQuery && { connectQuery }) });
    return pooler.urlFor(url);
  };
  const pool = (url: string) => {
    const made = createPool({ url, max: 3 });
    pools.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(pools.map((one) => one.end()));
    pools = [];
    await pooler?.stop();
    pooler = undefined;
  });

  it.each(['session', 'transaction'] as const)('is refused in mode %s as it comes', async (poolMode) => {
    pooler = await startPgBouncer({ url: test.database.appUrl, poolMode });
    const problem = await sessionProblem(pooler.urlFor(test.database.appUrl));
    expect(problem).toMatch(/^leads to a pooler that refuses the options .*unsupported startup parameter/);
  });

  it.each(['session', 'transaction'] as const)('is refused in mode %s where it drops the options', async (mode) => {
    const url = await start(mode);
    expect(await sessionProblem(url)).toMatch(/^leads to a pooler that drops the options/);
    // Why: the service would find its log empty.
    expect(await new LogReader({ pool: pool(url), table: 'event_log' }).read(0, 10)).toEqual([]);
    expect(await test.log.read(0, 10)).toHaveLength(1);
  });

  it('is refused where only the sharing of sessions is wrong', async () => {
    const url = await start('transaction', `set guichet.logs = 'all'`);
    expect(await sessionProblem(url)).toMatch(/^leads to a pooler that shares sessions/);
    // Why: a lease that was given back stays with a session that others use, and nobody can take it.
    const [one, other] = [pool(url), pool(url)];
    const [ours, theirs] = [Leases.join(one), Leases.join(other)];
    const lease = await ours.tryAcquire('led');
    expect(lease).toBeDefined();
    // Meanwhile somebody else gets the session that has the lock.
    const busy = await one.connect();
    await busy.query('begin');
    await lease?.release();
    expect(await theirs.tryAcquire('led')).toBeUndefined();
    await busy.query('rollback');
    busy.release();
    await ours.leave();
    await theirs.leave();
  });

  it('keeps names of statements in mode session, and mixes them up in mode transaction', async () => {
    const ask = (one: pg.Pool) =>
      Promise.all([1, 2, 3].map((n) => one.query({ name: `named ${n}`, text: `select ${n} as n` })));
    const often = async (one: pg.Pool) => {
      for (let round = 0; round < 10; round += 1) await ask(one);
    };
    await often(pool(await start('session')));
    await pooler?.stop();
    await expect(often(pool(await start('transaction')))).rejects.toThrow(/prepared statement/);
  });

  it('keeps the tenants of transactions apart, also in mode transaction', async () => {
    const url = await start('transaction');
    const database = new TenantDatabase(pool(url));
    const now = `select current_setting('guichet.tenant_id', true) as tenant`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => database.query<{ tenant: string }>(tenant, { text: now })),
    );
    expect(new Set(answers.flatMap((rows) => rows.map((row) => row.tenant)))).toEqual(new Set([tenant]));
    const [{ tenant: outside }] = (await pool(url).query<{ tenant: string | null }>(now)).rows as [{ tenant: string }];
    expect(outside || null).toBeNull();
  });
});
