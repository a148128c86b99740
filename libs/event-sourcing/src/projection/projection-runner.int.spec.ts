import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@guichet/testing';
import pg from 'pg';
import { createPool } from '../database/sessions.js';
import { LogReader } from '../log-reader.js';
import type { RecordedEvent } from '../recorded-event.js';
import { advanceAlone, advanceInProjection, readBuild } from '../runner/checkpoints.js';
import { createTestLog, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { createReceivedLog, receive } from '../testing/received-log.js';
import { totalsProjection } from '../testing/totals-projection.js';

const soonMs = 10_000;

describe('ProjectionRunner', () => {
  let test: TestLog;
  beforeEach(async () => {
    test = await createTestLog('runner');
  });
  afterEach(() => test.close());

  it('applies what there is and what comes, and answers when it has', async () => {
    await addTo(test, 'a', 1, 2);
    const { prepare, runner } = projectionOf(test, totalsProjection());
    await prepare();
    await runner.start();
    expect(runner.state).toBe('active');
    for (let i = 0; i < 20; i++) {
      const position = await addTo(test, `s${i % 3}`, i);
      expect(await runner.waitFor('own', position, soonMs)).toBe(true);
    }
    expect(await totals(test)).toEqual(await expectedTotals(test));
    expect(await runner.lag()).toEqual([{ log: 'own', position: 22, head: 22, events: 0, seconds: 0 }]);
    expect(await runner.waitFor('own', 23, 30)).toBe(false);
    await runner.stop();
    expect(runner.state).toBe('stopped');
  });

  it('says how far it is behind', async () => {
    const { prepare, runner } = projectionOf(test, totalsProjection());
    await prepare();
    await addTo(test, 'a', 1, 2, 3);
    const [lag] = await runner.lag();
    expect(lag).toMatchObject({ position: 0, head: 3, events: 3 });
    expect(lag?.seconds).toBeGreaterThanOrEqual(0);
  });

  it('finds what other processes append without being told', async () => {
    const { prepare, runner } = projectionOf(test, totalsProjection(), {
      logs: [new LogReader({ pool: test.pool, table: 'event_log' })],
    });
    await prepare();
    await runner.start();
    const position = await addTo(test, 'a', 1);
    expect(await runner.waitFor('own', position, soonMs)).toBe(true);
    await runner.stop();
  });

  it('only moves the checkpoint past what does not concern it', async () => {
    const applied: number[] = [];
    const of = totalsProjection();
    const { prepare, runner } = projectionOf(test, {
      ...of,
      concerns: ({ streamId }) => streamId.startsWith('a'),
      apply: (events, tx) => {
        applied.push(...events.map(({ position }) => position));
        return of.apply(events, tx);
      },
    });
    await prepare();
    await runner.start();
    for (const stream of ['b', 'a', 'b', 'b']) {
      expect(await runner.waitFor('own', await addTo(test, stream, 1), soonMs)).toBe(true);
    }
    await runner.stop();
    expect(applied).toEqual([2]);
    const { rows } = await test.pool.query<{ position: string }>('select position from checkpoint');
    expect(rows).toEqual([{ position: '4' }]);
  });

  it('cannot move the checkpoint outside of its transaction', async () => {
    const { prepare } = projectionOf(test, totalsProjection());
    await prepare();
    const consumer = 'projection/totals';
    const found = await readBuild(test.pool, consumer, 'live');
    const lane = found?.lanes.get('own') ?? { position: NaN, revision: NaN };
    const step = { consumer, slot: 'live', log: 'own', build: found?.build ?? '', lane, to: 7 } as const;
    expect((await test.pool.query(advanceInProjection(step))).rowCount).toBe(0);
    expect(await advanceAlone(test.pool, step)).toBe(true);
    expect(await advanceAlone(test.pool, step)).toBe(false);
    expect((await test.pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('works in batches, the same whatever their size', async () => {
    for (let i = 0; i < 40; i++) await addTo(test, `s${i % 5}`, i, i);
    const batches: number[] = [];
    const observe = { batch: (batch: { events: number }) => batches.push(batch.events) };
    const { prepare, runner } = projectionOf(test, totalsProjection(), { batchSize: 7, observe });
    await prepare();
    await runner.start();
    expect(await runner.waitFor('own', 80, soonMs)).toBe(true);
    await runner.stop();
    expect(batches).toEqual([...Array.from({ length: 11 }, () => 7), 3]);
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });

  it('folds several logs, each with its own checkpoint', async () => {
    await createReceivedLog(test.database);
    const received = new LogReader({ pool: test.pool, table: 'received_log' });
    const { prepare, runner } = projectionOf(test, totalsProjection(), { logs: [test.log, received] });
    await prepare();
    await runner.start();
    await addTo(test, 'own', 1, 2);
    await receive(test.database, 'foreign', [{ type: 'Added', data: { amount: 7, at: '2026-03-02T09:00:00.000Z' } }]);
    expect(await runner.waitFor('own', 2, soonMs)).toBe(true);
    expect(await runner.waitFor('received', 1, soonMs)).toBe(true);
    expect(await totals(test)).toMatchObject([
      { stream_id: 'foreign', sum: 7 },
      { stream_id: 'own', sum: 3 },
    ]);
    await runner.stop();
  });

  it('tells the listeners once per batch, after the commit, and lives through their errors', async () => {
    const heard: { positions: number[]; outcome: unknown; rows: number }[] = [];
    const failures: unknown[] = [];
    const projection = totalsProjection({
      afterCommit: (events, outcome) => {
        heard.push({ positions: events.map(({ position }) => position), outcome, rows: events.length });
        throw new Error('a listener fails');
      },
    });
    await addTo(test, 'before', 1);
    const { prepare, runner } = projectionOf(test, projection, {
      observe: { failed: ({ error }) => failures.push(error) },
    });
    await prepare();
    await runner.start();
    await until('the first batch', () => heard.length === 1);
    await addTo(test, 'a', 1, 2);
    await until('the second batch', () => heard.length === 2);
    expect(heard[1]).toEqual({ positions: [2, 3], outcome: 2, rows: 2 });
    expect(failures).toHaveLength(2);
    await runner.stop();
  });

  it('keeps its memory from batch to batch, and loses it with a failed one', async () => {
    const sizes: number[] = [];
    let fail = false;
    const projection = totalsProjection();
    const { prepare, runner } = projectionOf(test, {
      ...projection,
      apply: async (events, tx) => {
        sizes.push(tx.memory.size);
        tx.memory.set(String(events[0]?.position), true);
        if (fail) {
          fail = false;
          throw new Error('once');
        }
        await projection.apply(events, tx);
      },
    });
    await prepare();
    await runner.start();
    for (let i = 0; i < 4; i++) {
      fail = i === 2;
      await runner.waitFor('own', await addTo(test, 'a', i), soonMs);
    }
    expect(sizes).toEqual([0, 1, 2, 0, 1]);
    await runner.stop();
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });

  it('refuses to run without tables', async () => {
    const failures: unknown[] = [];
    const observe = { failed: ({ error }: { error: unknown }) => failures.push(error) };
    const { runner } = projectionOf(test, totalsProjection(), { observe });
    await runner.start();
    expect(String(failures[0])).toContain('prepare');
    await runner.stop();
  });

  it('waits with newer code until its tables are there, and steps back for newer tables', async () => {
    const old = projectionOf(test, totalsProjection({ version: 1 }));
    await old.prepare();
    await old.runner.start();
    const newer = projectionOf(test, totalsProjection({ version: 2, factor: 10 }), {
      pool: createPool({ url: test.database.appUrl }),
    });
    await newer.runner.start();
    expect(newer.runner.state).toBe('standby');
    await old.runner.stop();
    await until('the newer code finds that it is too new', () => newer.runner.state === 'outdated');
    await addTo(test, 'a', 4);
    expect(await newer.runner.waitFor('own', 1, 100)).toBe(false);
    await old.runner.start();
    expect(await old.runner.waitFor('own', 1, soonMs)).toBe(true);

    await newer.prepare();
    await newer.admin.upgrade();
    await until('the newer code runs', () => newer.runner.state === 'active');
    expect(['superseded', 'standby']).toContain(old.runner.state);
    await addTo(test, 'a', 5);
    expect(await newer.runner.waitFor('own', 2, soonMs)).toBe(true);
    expect(await totals(test)).toEqual(await expectedTotals(test, 10));
    await Promise.all([old.runner.stop(), newer.runner.stop()]);
  });
});

describe('several replicas of a ProjectionRunner', () => {
  let test: TestLog;
  const pools: pg.Pool[] = [];
  beforeEach(async () => {
    test = await createTestLog('replicas');
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await test.close();
  });
  const replica = (projection = totalsProjection()) => {
    const pool = createPool({ url: test.database.appUrl, max: 4 });
    pools.push(pool);
    return projectionOf(test, projection, { pool, logs: [new LogReader({ pool, table: 'event_log' })] });
  };

  it('one works; another takes over when it stops; every one answers when it is done', async () => {
    const [a, b] = [replica(), replica()];
    await a.prepare();
    await a.runner.start();
    await b.runner.start();
    expect([a.runner.state, b.runner.state]).toEqual(['active', 'standby']);
    const position = await addTo(test, 'a', 1);
    expect(await b.runner.waitFor('own', position, soonMs)).toBe(true);
    await a.runner.stop();
    expect(await b.runner.waitFor('own', await addTo(test, 'a', 2), soonMs)).toBe(true);
    expect(b.runner.state).toBe('active');
    await b.runner.stop();
    expect(await totals(test)).toEqual(await expectedTotals(test));
  });

  it('two in one process do not both work either', async () => {
    const [a, b] = [projectionOf(test, totalsProjection()), projectionOf(test, totalsProjection())];
    await a.prepare();
    await Promise.all([a.runner.start(), b.runner.start()]);
    expect([a.runner.state, b.runner.state].toSorted()).toEqual(['active', 'standby']);
    await Promise.all([a.runner.stop(), b.runner.stop()]);
  });

  it('tells the listeners of every replica', async () => {
    const heard: Record<string, number[]> = { a: [], b: [] };
    const listening = (name: string) =>
      totalsProjection({
        afterCommit: (events: readonly RecordedEvent[]) => heard[name]?.push(...events.map((e) => e.position)),
      });
    const [a, b] = [replica(listening('a')), replica(listening('b'))];
    await a.prepare();
    await a.runner.start();
    await b.runner.start();
    await until('b has looked', () => b.runner.waitFor('own', 0, 100));
    for (let i = 0; i < 5; i++) await addTo(test, 'a', i);
    await until('both have heard', () => heard.a?.includes(5) && heard.b?.includes(5));
    await a.runner.stop();
    await until('b works', () => b.runner.state === 'active');
    await addTo(test, 'a', 6, 7);
    await until('b has heard', () => heard.b?.includes(7));
    expect(heard).toEqual({ a: [1, 2, 3, 4, 5], b: heard.b });
    expect(heard.b).toEqual([1, 2, 3, 4, 5, 6, 7].slice(-(heard.b?.length ?? 0)));
    await b.runner.stop();
  });

  it('applies everything once while sessions are killed and replicas come and go', async () => {
    const replicas = [replica(), replica(), replica()];
    await replicas[0]?.prepare();
    await Promise.all(replicas.map(({ runner }) => runner.start()));
    const killer = new pg.Client({ connectionString: test.database.adminUrl });
    await killer.connect();
    let writing = true;
    const killing = (async () => {
      for (let i = 0; writing; i++) {
        await pause(40 + Math.random() * 40);
        // Now whoever leads, now whoever is in the middle of something.
        const whom =
          i % 3 === 0
            ? `query ilike '%advisory%' or query = 'select'`
            : `query ilike '%checkpoint%' or query ilike '%total%'`;
        await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and (${whom})`, [
          `${test.database.name}_app`,
        ]);
        if (i % 10 === 5) {
          const runner = replicas[i % 3]?.runner;
          await runner?.stop();
          await runner?.start();
        }
      }
    })();
    const deadline = performance.now() + 4000;
    let position = 0;
    while (performance.now() < deadline) position = await addTo(test, `s${position % 7}`, position, 1);
    writing = false;
    await killing;
    await killer.end();
    await until('all is applied', () => replicas[0]?.runner.waitFor('own', position, 1000).catch(() => false), 20_000);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await Promise.all(replicas.map(({ runner }) => runner.stop()));
  });
});
