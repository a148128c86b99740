import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import pg from 'pg';
import { EventStore, type EventStoreObserver } from '../event-store.js';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { added, context, createTestLog, type TestLog } from '../testing/test-log.js';

type Batch = Parameters<NonNullable<EventStoreObserver['batch']>>[0];

const writers = 64;

describe('Appends of many writers', () => {
  let test: TestLog;
  let admin: pg.Client;
  let store: EventStore;
  let batches: Batch[];
  const told: Told[] = [];
  beforeAll(async () => {
    test = await createTestLog('overlapping');
    admin = new pg.Client({ connectionString: test.database.adminUrl });
    await admin.connect();
  });
  beforeEach(() => {
    batches = [];
    store = new EventStore({ pool: test.pool, observe: { batch: (batch) => batches.push(batch) } });
  });
  afterEach(async () => {
    await store.close();
    await checkLogAgainst(test.pool, told);
  });
  afterAll(async () => {
    await admin.end();
    await test.close();
  });

  async function append(streamId: string, expectedVersion: number): Promise<void> {
    const eventIds = [randomUUID()];
    const answer = await store.append({ streamId, expectedVersion, events: [added(1)], context: context(), eventIds });
    told.push({ eventIds, streamId, expectedVersion, answer });
  }

  const write = (times: number) =>
    Promise.all(
      Array.from({ length: writers }, async () => {
        const streamId = `many-${randomUUID()}`;
        for (let version = 0; version < times; version++) await append(streamId, version);
      }),
    );

  it('are two batches on their way at once', async () => {
    await admin.query('begin; update log_head set position = position where id = 0');
    const written = write(1);
    await until('the first batch waits for the head', async () => {
      const waiting = `select from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`;
      return (await admin.query(waiting)).rowCount === 1;
    });
    await admin.query(`select pg_sleep(0.3); commit`);
    await written;
    expect(batches.map(({ appends }) => appends)).toEqual([writers / 2, writers / 2]);
    // Each from its sending on.
    for (const { seconds } of batches) expect(seconds).toBeGreaterThan(0.3);
  });

  it('are in order where they are of one stream, though nobody waits for the answer before', async () => {
    const streamId = `hot-${randomUUID()}`;
    // Nobody waits for the answer to the append before.
    const hot = Array.from({ length: 20 }, (_, version) => append(streamId, version));
    await Promise.all([write(20), ...hot]);
    expect((await store.readStream(context().tenantId, streamId)).map(({ version }) => version)).toHaveLength(20);
  });

  it('share one flush where the disk is slow', async () => {
    await admin.query(`
      create function flush_slowly() returns trigger language plpgsql as 'begin perform pg_sleep(0.02); return null; end';
      create constraint trigger flush_slowly after update on log_head deferrable initially deferred
        for each row execute function flush_slowly()`);
    await write(50);
    expect(batches.slice(-5).map(({ appends }) => appends)).toEqual([64, 64, 64, 64, 64]);
  });
});
