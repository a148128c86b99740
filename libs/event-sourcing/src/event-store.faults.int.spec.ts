import { effort, until } from '@guichet/testing';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { createPool } from './database/sessions.js';
import { ConcurrencyConflict } from './errors.js';
import { EventStore } from './event-store.js';
import { LogReader } from './log-reader.js';
import { checkLog } from './testing/log-checker.js';
import { added, context, createTestLog, tenant, type TestLog } from './testing/test-log.js';

/** As many stores as there would be processes, each with its own connections. */
async function withStores(test: TestLog, count: number, work: (stores: EventStore[]) => Promise<void>): Promise<void> {
  const pools = Array.from({ length: count }, () => createPool({ url: test.database.appUrl, max: 4 }));
  const stores = pools.map((pool) => new EventStore({ pool, wake: test.wake }));
  try {
    await work(stores);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

/** Reads the log as it grows, as a consumer does; LogReader refuses a page with a hole. */
async function tail(log: LogReader, finished: () => boolean): Promise<string[]> {
  const eventIds: string[] = [];
  for (let last = false; ;) {
    const events = await log.read(eventIds.length, 500);
    eventIds.push(...events.map(({ eventId }) => eventId));
    if (events.length > 0) continue;
    if (last) return eventIds;
    last = finished();
    await log.wake.wait(5);
  }
}

const enoughKills = 20;
const getOnMs = 30_000;
const killingMs = 120_000;

describe('EventStore under contention and faults', () => {
  let test: TestLog;
  beforeAll(async () => {
    test = await createTestLog('faults');
  });
  afterAll(() => test.close());

  it('keeps the log dense and exact while four processes fight over hot streams', async () => {
    const start = (await checkLog(test.pool)).events;
    const streams = Array.from({ length: 30 }, () => `hot-${randomUUID()}`);
    const acknowledged = new Map<string, number[]>(streams.map((stream) => [stream, []]));
    let conflicts = 0;
    let writing = true;
    const seen = tail(test.log, () => !writing);

    await withStores(test, 4, async (stores) => {
      const writers = stores.flatMap((store) => Array.from({ length: 16 }, () => store));
      await Promise.all(
        writers.map(async (store, w) => {
          for (let i = 0; i < 25; i++) {
            const streamId = streams[(w * 7 + i * 13) % streams.length] ?? '';
            const known = acknowledged.get(streamId) ?? [];
            // What this process believes: mostly right, sometimes overtaken, now and then nonsense.
            const expectedVersion = i % 20 === 7 ? 999 : Math.max(0, ...known);
            const events = Array.from({ length: 1 + (i % 3) }, () => added(w));
            try {
              const { version } = await store.append({ streamId, expectedVersion, events, context: context() });
              known.push(version);
            } catch (error) {
              if (!(error instanceof ConcurrencyConflict)) throw error;
              expect(error.actual).not.toBe(expectedVersion);
              conflicts++;
            }
          }
        }),
      );
    });
    writing = false;

    const { events } = await checkLog(test.pool);
    expect(conflicts).toBeGreaterThan(100);
    for (const [streamId, versions] of acknowledged) {
      // No version was given to two writers, and what was acknowledged last is what the stream has.
      expect(new Set(versions).size).toBe(versions.length);
      expect(await test.store.readStream(tenant, streamId)).toHaveLength(Math.max(0, ...versions));
    }
    expect((await seen).length).toBe(events);
    expect(events).toBeGreaterThan(start);
  });

  it(
    'loses nothing acknowledged and doubles nothing when its connections are killed',
    async () => {
      const killer = new pg.Client({ connectionString: test.database.adminUrl });
      await killer.connect();
      const acknowledged: string[] = [];
      /** Of each store, as many as it was answered since a connection was killed last. */
      const answers = [0, 0];
      let writing = true;
      let kills = 0;
      // Each time only when both stores have got on: how fast the machine is does not decide how often an append is cut
      // off.
      const kill = async () => {
        while (writing && kills < enoughKills) {
          await until('both stores to get on', () => !writing || answers.every((count) => count > 0), getOnMs, 5);
          const { rowCount } = await killer.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
            where usename = $1 and state = 'active' and query ilike '%append%'`,
            [`${test.database.name}_app`],
          );
          if (rowCount) answers.fill(0);
          kills += rowCount ?? 0;
        }
      };
      const killing = kill().finally(() => (writing = false));
      await withStores(test, answers.length, async (stores) => {
        await Promise.all(
          stores
            .flatMap((store, s) => Array.from({ length: 12 }, () => [store, s] as const))
            .map(async ([store, s], w) => {
              const streamId = `killed-${w}-${randomUUID()}`;
              for (let version = 0; writing;) {
                const eventIds = [randomUUID(), randomUUID()].slice(0, 1 + (version % 2));
                const events = eventIds.map(() => added(1));
                // Without a retry here: the store itself must find out what became of an append.
                const stored = await store.append({
                  streamId,
                  expectedVersion: version,
                  events,
                  eventIds,
                  context: context(),
                });
                expect(stored.version).toBe(version + events.length);
                version = stored.version;
                acknowledged.push(...eventIds);
                answers[s] = (answers[s] ?? 0) + 1;
              }
            }),
        );
      }).finally(() => (writing = false));
      await killing;
      await killer.end();

      expect(kills).toBeGreaterThanOrEqual(enoughKills);
      await checkLog(test.pool);
      const { rows } = await test.pool.query<{ event_id: string }>(
        `select event_id from event_log where stream_id like 'killed-%'`,
      );
      expect(new Set(rows.map(({ event_id }) => event_id))).toEqual(new Set(acknowledged));
    },
    killingMs,
  );

  it('leaves no trace of a writer that rolled back', async () => {
    const { events } = await checkLog(test.pool);
    const outsider = new pg.Client({ connectionString: test.database.ownerUrl });
    await outsider.connect();
    await outsider.query('begin');
    await outsider.query('update log_head set position = position + 10 where id = 0');
    const append = test.store.append({
      streamId: `a-${randomUUID()}`,
      expectedVersion: 0,
      events: [added(1)],
      context: context(),
    });
    await outsider.query('rollback');
    await outsider.end();
    expect((await append).position).toBe(events + 1);
    await checkLog(test.pool);
  });

  it(
    'answers like a list in memory, whatever is appended',
    async () => {
      const attempt = fc.record({
        stream: fc.nat({ max: 4 }),
        count: fc.integer({ min: 1, max: 3 }),
        expected: fc.oneof(
          { weight: 4, arbitrary: fc.constant('right' as const) },
          { weight: 1, arbitrary: fc.nat({ max: 3 }) },
        ),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(attempt, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
          async (rounds) => {
            const run = randomUUID();
            const versions = new Map<number, number>();
            for (const round of rounds) {
              const answers = await Promise.allSettled(
                round.map(({ stream, count, expected }) =>
                  test.store.append({
                    streamId: `model-${stream}-${run}`,
                    expectedVersion: expected === 'right' ? (versions.get(stream) ?? 0) : expected,
                    events: Array.from({ length: count }, () => added(stream)),
                    context: context(),
                  }),
                ),
              );
              // Appends to one stream are taken in the order they were made.
              const before = new Map(versions);
              round.forEach(({ stream, count, expected }, i) => {
                const actual = versions.get(stream) ?? 0;
                const wanted = expected === 'right' ? (before.get(stream) ?? 0) : expected;
                if (wanted === actual) versions.set(stream, actual + count);
                expect(answers[i]).toMatchObject(
                  wanted === actual
                    ? { status: 'fulfilled', value: { version: actual + count } }
                    : { status: 'rejected', reason: { expected: wanted } },
                );
              });
            }
            for (const [stream, version] of versions) {
              expect(await test.store.readStream(tenant, `model-${stream}-${run}`)).toHaveLength(version);
            }
            await checkLog(test.pool);
          },
        ),
        { numRuns: effort(40, 1600) },
      );
    },
    effort(90_000, 1_800_000),
  );
});
