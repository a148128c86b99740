import { randomUUID } from 'node:crypto';
import { effort, type FaultProxy, type FaultTime, startFaultProxy, until } from '@guichet/testing';
import fc from 'fast-check';
import pg from 'pg';
import { createPool } from '../database/sessions.js';
import { EventStore } from '../event-store.js';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { added, context, createTestLog, tenant, type TestLog } from '../testing/test-log.js';

describe('An append whose connection is lost', () => {
  let test: TestLog;
  let proxy: FaultProxy;
  let pool: pg.Pool;
  let store: EventStore;
  const told: Told[] = [];
  beforeAll(async () => {
    test = await createTestLog('unknown');
    proxy = await startFaultProxy(test.database.appUrl);
    pool = createPool({ url: proxy.urlFor(test.database.appUrl), max: 4 });
    store = new EventStore({ pool, reconnectMs: 1500 });
  });
  afterAll(async () => {
    await store.close();
    await pool.end();
    await proxy.close();
    await test.close();
  });

  /**
   * Without ids of the caller's: the store alone must find out. They are noted from the log, so only what is stored
   * counts.
   */
  async function append(streamId: string, expectedVersion: number, count: number, ids?: string[]) {
    const events = Array.from({ length: count }, (_, i) => added(i));
    const answer = await store.append({ streamId, expectedVersion, events, context: context(), eventIds: ids });
    const stored = await test.store.readStream(tenant, streamId, expectedVersion);
    const eventIds = stored.slice(0, count).map(({ eventId }) => eventId);
    expect(eventIds).toHaveLength(count);
    told.push({ eventIds, streamId, expectedVersion, answer });
    return answer;
  }
  const outsider = async (url = test.database.appUrl) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };

  describe.each<[FaultTime, string]>([
    ['before', 'before the server gets it'],
    ['after', 'after it is committed, before the answer'],
  ])('%s: %s', (time) => {
    it.each([1, 3])('is stored once, with %i events', async (count) => {
      const streamId = `cut-${randomUUID()}`;
      proxy.cutAt(1, time);
      expect((await append(streamId, 0, count)).version).toBe(count);
      expect(proxy.hasStruck).toBe(true);
      await checkLogAgainst(test.pool, told);
    });

    it('is stored once, in a batch with others, some of them refused', async () => {
      await append('busy', told.filter(({ streamId }) => streamId === 'busy').length, 1);
      proxy.cutAt(1, time);
      const [conflict, ...answers] = await Promise.allSettled([
        store.append({ streamId: 'busy', expectedVersion: 0, events: [added(1)], context: context() }),
        ...Array.from({ length: 12 }, (_, i) => append(`cut-${randomUUID()}`, 0, 1 + (i % 3))),
      ]);
      expect(proxy.hasStruck).toBe(true);
      expect(conflict).toMatchObject({ status: 'rejected', reason: { name: 'ConcurrencyConflict' } });
      expect(answers.every(({ status }) => status === 'fulfilled')).toBe(true);
      await checkLogAgainst(test.pool, told);
    });

    it('takes a command into effect once, though it names no id', async () => {
      const streamId = `command-${randomUUID()}`;
      proxy.cutAt(2, time); // the first statement reads the stream
      const counter = {
        category: 'command',
        initial: 0,
        evolve: (count: number) => count + 1,
        decide: () => [added(1), added(2)],
      };
      const id = streamId.slice('command-'.length);
      const { version, position } = await store.transact(
        counter,
        id,
        { type: 'Add', data: {} },
        { context: context() },
      );
      expect(version).toBe(2);
      const eventIds = (await test.store.readStream(tenant, streamId)).map(({ eventId }) => eventId);
      told.push({ eventIds, streamId, expectedVersion: 0, answer: { version, position } });
      await checkLogAgainst(test.pool, told);
    });
  });

  it('is known in the end although the server stayed away too long for the first caller', async () => {
    const [streamId, eventIds] = [`away-${randomUUID()}`, [randomUUID(), randomUUID()]];
    for (const time of ['before', 'after'] as const) {
      const version = time === 'before' ? 0 : 2;
      const ids = time === 'before' ? eventIds : [randomUUID(), randomUUID()];
      proxy.dieAt(1, time);
      await expect(append(streamId, version, 2, ids)).rejects.toThrow(/ECONN|terminated/);
      proxy.revive();
      expect((await append(streamId, version, 2, ids)).version).toBe(version + 2);
      expect(told.at(-1)?.eventIds).toEqual(ids);
    }
    await checkLogAgainst(test.pool, told);
  });

  it.each([1, 2])(
    'is stored once although the first sending, of %i events, still waits in the server',
    async (count) => {
      const [blocker, watcher] = [await outsider(test.database.ownerUrl), await outsider()];
      try {
        await blocker.query('begin; update log_head set position = position where id = 0');
        const blocked = `select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`;
        const waits = (n: number) =>
          until(`${n} sendings wait`, async () => {
            const { rowCount } = await watcher.query(blocked, [`${test.database.name}_app`]);
            return rowCount === n;
          });
        const appending = append(`twice-${randomUUID()}`, 0, count);
        await waits(1);
        // The server does not notice that its client has gone while it waits for a lock.
        proxy.cutAll();
        await waits(2);
        await blocker.query('commit');
        expect((await appending).version).toBe(count);
      } finally {
        await blocker.end();
        await watcher.end();
      }
      await checkLogAgainst(test.pool, told);
    },
  );

  it(
    'is stored once wherever, and however often, connections break',
    async () => {
      const cut = fc.record({
        after: fc.integer({ min: 1, max: 6 }),
        time: fc.constantFrom<FaultTime>('before', 'after'),
      });
      const round = fc.record({
        cut,
        counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
          const streams = Array.from({ length: 6 }, () => ({ streamId: `any-${randomUUID()}`, version: 0 }));
          for (const {
            cut: { after, time },
            counts,
          } of rounds) {
            proxy.cutAt(after, time);
            await Promise.all(
              counts.map(async (count, i) => {
                const stream = streams[i]!;
                stream.version = (await append(stream.streamId, stream.version, count)).version;
              }),
            );
          }
        }),
        { numRuns: effort(15, 500) },
      );
      proxy.revive();
      await checkLogAgainst(test.pool, told);
    },
    effort(30_000, 600_000),
  );
});
