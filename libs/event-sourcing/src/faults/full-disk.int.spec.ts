import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithDisk, mountSmallDisk, type OwnPostgres, startOwnPostgres, until } from '@guichet/testing';
import pg from 'pg';
import { createPool } from '../database/sessions.js';
import { ConcurrencyConflict } from '../errors.js';
import { EventStore } from '../event-store.js';
import { sqlState } from '../database/postgres-errors.js';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { context, createTestLog, type TestLog } from '../testing/test-log.js';
import { expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const mebibyte = 1024 * 1024;
const disk = await mountSmallDisk(48 * mebibyte);
const slowMs = 90_000;

/** About 8 KiB that do not compress. */
const bulky = () => ({
  type: 'Added',
  data: { at: '2026-03-02T09:00:00.000Z', amount: 1, text: Array.from({ length: 220 }, randomUUID).join('') },
});

const severity = (error: unknown) => (error as { severity?: string }).severity;

describeWithDisk('EventStore on a full disk', disk, (small) => {
  let server: OwnPostgres;
  let test: TestLog;
  let pool: pg.Pool;
  let store: EventStore;
  let told: Told[];

  const begin = async (initdb: readonly string[], settings: Record<string, string | number>) => {
    server = await startOwnPostgres({ initdb, settings });
    test = await createTestLog('full', { adminUrl: server.adminUrl });
    pool = createPool({ url: test.database.appUrl });
    store = new EventStore({ pool, reconnectMs: 1000 });
    told = [];
  };
  afterEach(async () => {
    await small.empty();
    if (!server.isRunning()) await server.restart();
    await store.close();
    await pool.end();
    await test.close();
    await server.stop();
  }, slowMs);
  afterAll(() => small.unmount());

  /**
   * Ten appends at once; an error that says nothing about the request leaves it unknown, unless the server itself
   * refused.
   */
  async function tenAppends(): Promise<unknown[]> {
    const requests = Array.from({ length: 10 }, (_, i) => {
      const events = Array.from({ length: 1 + (i % 2) }, bulky);
      const eventIds = events.map(() => randomUUID());
      return { streamId: `full-${randomUUID()}`, expectedVersion: 0, events, eventIds, context: context() };
    });
    const answers = await Promise.allSettled(requests.map((request) => store.append(request)));
    answers.forEach((answer, i) => {
      const { eventIds, streamId, expectedVersion } = requests[i]!;
      const refused =
        answer.status === 'rejected' && sqlState(answer.reason) === '53100' && severity(answer.reason) === 'ERROR';
      const said = answer.status === 'fulfilled' ? answer.value : refused ? 'refused' : 'unknown';
      told.push({ eventIds, streamId, expectedVersion, answer: said });
    });
    return answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  }
  async function appendUntilItFails(): Promise<unknown[]> {
    for (let i = 0; i < 400; i++) {
      const errors = await tenAppends();
      if (errors.length > 0) return errors;
    }
    throw new Error('The disk never filled up.');
  }
  /** The same requests again: now each is known. */
  async function settle(which: (append: Told) => boolean): Promise<void> {
    for (const [i, append] of told.entries()) {
      if (!which(append)) continue;
      const { eventIds, streamId, expectedVersion } = append;
      const request = { streamId, expectedVersion, eventIds, events: eventIds.map(bulky), context: context() };
      const answer = await store.append(request).catch((error: unknown) => {
        if (error instanceof ConcurrencyConflict) return 'refused' as const;
        throw error;
      });
      told[i] = { ...append, answer };
    }
  }

  it(
    'of its tables: refuses, keeps what it said, and goes on when there is room; projections park nothing',
    async () => {
      await begin([], {});
      const space = join(small.path, 'tables');
      await mkdir(space);
      await server.give(space);
      const { admin, prepare, runner } = projectionOf(test, totalsProjection());
      await prepare();
      const superuser = new pg.Client({ connectionString: test.database.adminUrl });
      await superuser.connect();
      await superuser.query(`create tablespace small location '${space}'`);
      for (const table of ['event_log', 'read_model.total'])
        await superuser.query(`alter table ${table} set tablespace small`);
      await runner.start();
      await tenAppends();
      await small.fill(mebibyte / 2);

      const errors = await appendUntilItFails();
      expect(errors.map(sqlState)).toEqual(errors.map(() => '53100'));
      // Again and again: a log that is full must not be damaged by those who go on trying.
      for (let i = 0; i < 5; i++) await tenAppends();
      expect((await checkLogAgainst(test.pool, told)).refused).toBeGreaterThan(10);

      await small.empty();
      expect(await tenAppends()).toEqual([]);
      await settle(({ answer }) => answer === 'refused');
      const { refused, events } = await checkLogAgainst(test.pool, told);
      expect(refused).toBe(0);
      expect(await runner.waitFor('own', events, 30_000)).toBe(true);
      expect(await totals(test)).toEqual(await expectedTotals(test));
      expect(await admin.parked()).toEqual([]);
      await runner.stop();
      await superuser.end();
    },
    slowMs,
  );

  it(
    'of its write-ahead log: PostgreSQL stops; nothing acknowledged is lost, and what was unknown is known when it is back',
    async () => {
      const wal = join(small.path, 'wal'); // initdb creates it
      await begin([`--waldir=${wal}`, '--wal-segsize=1'], {
        min_wal_size: '2MB',
        max_wal_size: '8MB',
        wal_recycle: 'off',
      });
      await tenAppends();
      await small.fill(mebibyte / 2);
      await appendUntilItFails();
      await small.empty();
      await until('the server is up or gone', async () => !server.isRunning() || (await answers()), 30_000);
      if (!server.isRunning()) await server.restart();
      expect(told.filter(({ answer }) => answer === 'unknown').length).toBeGreaterThan(0);
      await checkLogAgainst(test.pool, told);
      await settle(({ answer }) => answer === 'unknown');
      expect(await tenAppends()).toEqual([]);
      await checkLogAgainst(test.pool, told);
      expect(told.every(({ answer }) => answer !== 'unknown')).toBe(true);
    },
    slowMs,
  );

  const answers = () =>
    pool.query('select 1').then(
      () => true,
      () => false,
    );
});
