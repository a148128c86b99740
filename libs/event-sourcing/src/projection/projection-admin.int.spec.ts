import { until } from '@guichet/testing';
import pg from 'pg';
import { TenantDatabase } from '../database/tenant-database.js';
import { createTestLog, tenant, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, type TestProjection, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const soonMs = 10_000;

describe('ProjectionAdmin', () => {
  let test: TestLog;
  let live: TestProjection;
  beforeEach(async () => {
    test = await createTestLog('admin');
    live = projectionOf(test, totalsProjection());
    await live.prepare();
    await live.runner.start();
  });
  afterEach(async () => {
    await live.runner.stop();
    await test.close();
  });
  const asOwner = async (statement: string) => {
    const owner = new pg.Client({ connectionString: test.database.ownerUrl });
    await owner.connect();
    await owner.query(statement);
    await owner.end();
  };

  it('prepares once, whoever calls', async () => {
    await addTo(test, 'a', 1);
    await live.runner.waitFor('own', 1, soonMs);
    await Promise.all([live.prepare(), live.prepare()]);
    expect(await totals(test)).toHaveLength(1);
    expect(await live.admin.status()).toEqual([
      { name: 'totals', codeVersion: 1, slots: [{ slot: 'live', version: 1, positions: { own: 1 } }] },
    ]);
  });

  it('rebuilds beside the live tables, with progress and without side effects', async () => {
    for (let i = 0; i < 10; i++) await addTo(test, 'a', i);
    const heard: unknown[] = [];
    const { admin } = projectionOf(test, totalsProjection({ afterCommit: (events) => heard.push(events) }));
    const progress: unknown[] = [];
    await admin.rebuild('totals', { batchSize: 4, onProgress: (step) => progress.push(step) });
    expect(progress).toEqual([4, 8, 10].map((position) => ({ log: 'own', position, head: 10 })));
    expect(heard).toEqual([]);
    expect(await totals(test, 'read_model_next')).toEqual(await expectedTotals(test));
    await expect(admin.rebuild('nonsense')).rejects.toThrow('no projection');
  });

  it('verifies what is right, and finds what is not', async () => {
    await addTo(test, 'a', 1, 2);
    await live.runner.waitFor('own', await addTo(test, 'b', 5), soonMs);
    expect(await live.admin.verify('totals')).toEqual({
      equal: true,
      positions: { own: 3 },
      tables: [
        {
          table: 'total',
          equal: true,
          liveRows: 2,
          nextRows: 2,
          columnsOnlyLive: [],
          columnsOnlyNext: [],
          differences: [],
        },
      ],
      parkedEvents: { live: 0, next: 0 },
    });
    await asOwner(
      `update read_model.total set sum = 4 where stream_id = 'a'; delete from read_model.total where stream_id = 'b'`,
    );
    const found = await live.admin.verify('totals');
    expect(found).toMatchObject({ equal: false, tables: [{ equal: false, liveRows: 1, nextRows: 2 }] });
    expect(found.tables[0]?.differences).toEqual([
      { in: 'live', row: expect.objectContaining({ stream_id: 'a', sum: 4 }) as unknown },
      { in: 'next', row: expect.objectContaining({ stream_id: 'a', sum: 3 }) as unknown },
      { in: 'next', row: expect.objectContaining({ stream_id: 'b', sum: 5 }) as unknown },
    ]);
    expect((await live.admin.status())[0]?.slots).toHaveLength(1);
  });

  it('compares while events keep coming', async () => {
    let writing = true;
    const writers = Promise.all(
      [1, 2, 3].map(async (w) => {
        for (let i = 0; writing; i++) await addTo(test, `w${w}-${i % 5}`, i);
      }),
    );
    for (let i = 0; i < 3; i++) expect(await live.admin.verify('totals')).toMatchObject({ equal: true });
    writing = false;
    await writers;
  });

  it('swaps under traffic: no read fails, nothing is lost or applied twice', async () => {
    const tenants = new TenantDatabase(test.pool);
    let running = true;
    let reads = 0;
    const readers = Promise.all(
      [1, 2, 3].map(async () => {
        let lowest = 0;
        while (running) {
          const [row] = await tenants.query<{ events: number }>(tenant, {
            name: 'sum',
            text: 'select coalesce(sum(events), 0)::int as events from read_model.total',
          });
          // Readers never go back in time, not even across a swap.
          expect(row?.events).toBeGreaterThanOrEqual(lowest);
          lowest = row?.events ?? 0;
          reads++;
        }
      }),
    );
    const writers = Promise.all(
      [1, 2].map(async (w) => {
        for (let i = 0; running; i++) {
          const position = await addTo(test, `w${w}-${i % 5}`, i, 1);
          if (i % 10 === 0) expect(await live.runner.waitFor('own', position, soonMs)).toBe(true);
        }
      }),
    );
    for (let i = 0; i < 4; i++) {
      const before = reads;
      await live.admin.rebuild('totals');
      expect(await live.admin.compare('totals')).toMatchObject({ equal: true });
      await live.admin.swap('totals');
      await until('reads go on', () => reads > before + 10);
    }
    running = false;
    await Promise.all([readers, writers]);
    await live.runner.waitFor('own', await test.log.head(), soonMs);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    expect((await live.admin.status())[0]?.slots.map(({ slot }) => slot)).toEqual(['live', 'previous']);
  });

  it('waits for a reader who takes his time, and for no longer', async () => {
    await addTo(test, 'a', 1);
    await live.admin.rebuild('totals');
    const reader = await test.pool.connect();
    await reader.query('begin; select count(*) from read_model.total');
    let swapped = false;
    const swapping = live.admin.swap('totals').then(() => (swapped = true));
    // Others still read: they wait for an attempt to swap, not for the slow reader.
    for (let i = 0; i < 5; i++) await totals(test);
    expect(swapped).toBe(false);
    await reader.query('commit');
    reader.release();
    await swapping;
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });

  it('rolls back to the tables of before, which catch up; and forward again', async () => {
    await live.runner.waitFor('own', await addTo(test, 'a', 1, 2), soonMs);
    await live.admin.rebuild('totals');
    await live.admin.swap('totals');
    await live.runner.waitFor('own', await addTo(test, 'a', 3), soonMs);
    await live.admin.rollback('totals');
    await until('caught up', async () => (await live.runner.lag())[0]?.events === 0);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await live.admin.rollback('totals');
    await live.runner.waitFor('own', await addTo(test, 'b', 4), soonMs);
    await until('caught up', async () => (await live.runner.lag())[0]?.events === 0);
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });

  it('tells nobody right after a rollback that the tables have what they have yet to catch up with', async () => {
    await live.runner.waitFor('own', await addTo(test, 'a', 1, 2), soonMs);
    await live.admin.rebuild('totals');
    await live.admin.swap('totals');
    for (let amount = 3; amount < 6; amount++) {
      const position = await addTo(test, 'a', amount);
      await live.runner.waitFor('own', position, soonMs);
      await live.admin.rollback('totals'); // to tables that know nothing of it
      expect(await live.runner.waitFor('own', position, soonMs)).toBe(true);
      expect(await totals(test)).toEqual(await expectedTotals(test));
    }
  });

  it('refuses to swap what is not there, and to roll back to nothing', async () => {
    await expect(live.admin.swap('totals')).rejects.toThrow('rebuild it first');
    await expect(live.admin.compare('totals')).rejects.toThrow('rebuild it first');
    await expect(live.admin.rollback('totals')).rejects.toThrow('no previous build');
    expect(await live.runner.waitFor('own', await addTo(test, 'a', 1), soonMs)).toBe(true);
  });

  it('lets one operator at a time work on a projection', async () => {
    await addTo(test, 'a', 1);
    const answers = await Promise.allSettled([live.admin.verify('totals'), live.admin.verify('totals')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('is upgraded once, though several replicas start with the new version', async () => {
    await live.runner.waitFor('own', await addTo(test, 'a', 1, 2), soonMs);
    await live.runner.stop();
    const builds: number[] = [];
    const replicas = [1, 2, 3].map(() => projectionOf(test, totalsProjection({ version: 2, factor: 10 })));
    const areUpToDate = () => Promise.all(replicas.map(({ admin }) => admin.isUpToDate()));
    expect(await areUpToDate()).toEqual([false, false, false]);
    await Promise.all(replicas.map(({ prepare }) => prepare()));
    await Promise.all(replicas.map(({ admin }, i) => admin.upgrade({ onProgress: () => builds.push(i) })));
    expect(builds).toHaveLength(1);
    expect(await areUpToDate()).toEqual([true, true, true]);
    expect(await totals(test)).toEqual(await expectedTotals(test, 10));
  });

  it('stops rebuilding when it is told to', async () => {
    for (let i = 0; i < 4; i++) await addTo(test, 'a', i);
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const rebuilding = live.admin.rebuild('totals', { batchSize: 1, onProgress, signal: stop.signal });
    await expect(rebuilding).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('brings a new version in, and the old one back', async () => {
    await live.runner.waitFor('own', await addTo(test, 'a', 1, 2), soonMs);
    const newer = projectionOf(test, totalsProjection({ version: 2, factor: 10 }));
    await newer.prepare();
    await newer.admin.upgrade();
    await newer.runner.start();
    await newer.runner.waitFor('own', await addTo(test, 'a', 3), soonMs);
    expect(await totals(test)).toEqual(await expectedTotals(test, 10));
    expect(await newer.admin.status()).toMatchObject([
      {
        codeVersion: 2,
        slots: [
          { slot: 'live', version: 2 },
          { slot: 'previous', version: 1 },
        ],
      },
    ]);
    await newer.runner.stop();
    await newer.admin.rollback('totals');
    await until('the old code runs again', () => live.runner.waitFor('own', 3, 100));
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });
});
