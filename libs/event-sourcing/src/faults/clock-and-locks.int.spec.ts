import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import pg from 'pg';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { startTail } from '../testing/tail.js';
import { context, createTestLog, tenant, type TestLog } from '../testing/test-log.js';
import { expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const soonMs = 10_000;

describe('EventStore beside', () => {
  let test: TestLog;
  let told: Told[];
  const clients: pg.Client[] = [];
  beforeEach(async () => {
    test = await createTestLog('beside');
    told = [];
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await test.close();
  });

  const session = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  };
  async function append(streamId: string, expectedVersion: number, times: readonly string[]) {
    const eventIds = times.map(() => randomUUID());
    const events = times.map((at, i) => ({ type: 'Added', data: { at, amount: i } }));
    const answer = await test.store.append({ streamId, expectedVersion, events, eventIds, context: context() });
    told.push({ eventIds, streamId, expectedVersion, answer });
    return answer;
  }
  const now = () => new Date().toISOString();
  const many = (count: number, events = 2) =>
    Promise.all(
      Array.from({ length: count }, () => append(`m-${randomUUID()}`, 0, Array.from({ length: events }, now))),
    );

  describe('a clock that goes backwards', () => {
    /** From now on the server's clock, as the log's statements see it, loses an hour whenever it is asked. */
    const turnTheClock = async () => {
      const owner = await session(test.database.ownerUrl);
      await owner.query(`
        create schema broken;
        create sequence broken.asked;
        create function broken.clock_timestamp() returns timestamptz language sql volatile security definer as
          $$ select pg_catalog.clock_timestamp() - nextval('broken.asked') * interval '1 hour' $$;
        grant usage on schema broken to public;
        alter function append_batch set search_path = broken, pg_catalog, public;
        alter function append_event set search_path = broken, pg_catalog, public`);
      const admin = await session(test.database.adminUrl);
      // Whoever connects from now on finds the broken clock before PostgreSQL's own.
      await admin.query(
        `alter role ${pg.escapeIdentifier(`${test.database.name}_app`)} set search_path = broken, pg_catalog, public`,
      );
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`, [
        `${test.database.name}_app`,
      ]);
    };

    it('keeps the order of the log, of readers and of projections; only the times are as wrong as the clock', async () => {
      const { admin, prepare, runner } = projectionOf(test, totalsProjection());
      await prepare();
      await many(2);
      await turnTheClock();
      await runner.start();
      const tail = startTail(test.pool, 'through the turn');
      for (let i = 0; i < 5; i++) {
        await append('clock', i, [`2026-03-0${9 - i}T09:00:00.000Z`]);
        await many(3, 1 + (i % 2));
      }
      const head = await test.log.head();
      await checkLogAgainst(test.pool, told, [await tail.finish(head)]);
      const { rows } = await test.pool.query<{ back: number }>(
        `select count(*)::int as back from (select recorded_at < lag(recorded_at) over (order by position) as back from event_log) t where back`,
      );
      // Both ways of appending saw the broken clock, or this proves nothing.
      expect(rows[0]?.back).toBeGreaterThan(8);
      const stream = await test.store.readStream(tenant, 'clock');
      expect(stream.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
      expect(stream.map(({ occurredAt }) => occurredAt)).toEqual(
        stream
          .map(({ occurredAt }) => occurredAt)
          .toSorted()
          .toReversed(),
      );
      expect(await runner.waitFor('own', head, soonMs)).toBe(true);
      expect(await totals(test)).toEqual(await expectedTotals(test));
      expect(await runner.lag()).toEqual([{ log: 'own', position: head, head, events: 0, seconds: 0 }]);
      expect(await admin.verify('totals')).toMatchObject({ equal: true });
      await runner.stop();
    });
  });

  describe('a long transaction of somebody else', () => {
    it('that only looks, with a snapshot and an id of its own: nobody waits for it, and it sees what it saw', async () => {
      await many(3);
      const foreign = await session(test.database.ownerUrl);
      await foreign.query('create table elsewhere (n int)');
      await foreign.query('begin isolation level repeatable read');
      await foreign.query('insert into elsewhere values (1)');
      const count = async () =>
        (await foreign.query<{ n: number }>('select count(*)::int as n from event_log')).rows[0]?.n;
      const before = await count();
      const { prepare, runner } = projectionOf(test, totalsProjection());
      const tail = startTail(test.pool, 'beside a transaction');
      await prepare();
      await runner.start();
      await many(40);
      const head = await test.log.head();
      expect(head).toBe((before ?? 0) + 80);
      expect(await runner.waitFor('own', head, soonMs)).toBe(true);
      const seen = await tail.finish(head);
      expect(await count()).toBe(before);
      await foreign.query('commit');
      await checkLogAgainst(test.pool, told, [seen]);
      await runner.stop();
    });

    it.each([
      ['the head of the log', 'update log_head set position = position where id = 0'],
      ['the whole log', 'lock table event_log in share mode'],
    ])('that holds %s: appends wait for it, and none is lost or doubled', async (_what, lock) => {
      await many(2);
      const { foreign, waiting } = await holding(lock);
      const appends = [many(20), append('alone', 0, [now()])];
      await waiting();
      expect(await test.log.head()).toBe(4);
      await foreign.query('rollback');
      await Promise.all(appends);
      expect((await checkLogAgainst(test.pool, told)).events).toBe(45);
    });

    it('that itself appends, and commits late: the versions it took are refused to others, positions stay dense', async () => {
      const id = randomUUID();
      const { foreign, waiting } = await holding(
        `with head as (update log_head set position = position + 1 where id = 0 returning position)
         insert into event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at)
         select position, '${id}', '${tenant}', 'contested', 1, 'Added', 1, '{"amount": 1}', '{}', now() from head`,
      );
      const late = Promise.allSettled([append('contested', 0, [now()]), append('contested', 1, [now()])]);
      await waiting();
      await foreign.query('commit');
      expect(await late).toMatchObject([
        { status: 'rejected', reason: { name: 'ConcurrencyConflict', actual: 1 } },
        { status: 'fulfilled', value: { version: 2, position: 2 } },
      ]);
      told.push({ eventIds: [id], streamId: 'contested', expectedVersion: 0, answer: { position: 1, version: 1 } });
      await checkLogAgainst(test.pool, told);
    });

    const holding = async (statement: string) => {
      const foreign = await session(test.database.ownerUrl);
      await foreign.query('begin');
      await foreign.query(statement);
      const watcher = await session(test.database.adminUrl);
      const blocked = `select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`;
      const waiting = () =>
        until('an append waits', async () => (await watcher.query(blocked, [`${test.database.name}_app`])).rowCount);
      return { foreign, waiting };
    };
  });
});
