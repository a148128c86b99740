import pg from 'pg';
import { createPool } from './database/sessions.js';
import { LogDamaged } from './errors.js';
import { LogReader } from './log-reader.js';
import { added, context, createTestLog, tenant, type TestLog } from './testing/test-log.js';
import { createReceivedLog, receive } from './testing/received-log.js';

describe('LogReader', () => {
  let test: TestLog;
  beforeAll(async () => {
    test = await createTestLog('reader');
    await createReceivedLog(test.database);
    const events = Array.from({ length: 12 }, (_, i) => added(i + 1));
    await test.store.append({ streamId: 'a-1', expectedVersion: 0, events, context: context() });
  });
  afterAll(() => test.close());

  it('reads by pages, in order', async () => {
    const positions = async (after: number, limit: number) =>
      (await test.log.read(after, limit)).map(({ position }) => position);
    expect(await positions(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(await positions(5, 5)).toEqual([6, 7, 8, 9, 10]);
    expect(await positions(10, 5)).toEqual([11, 12]);
    expect(await positions(12, 5)).toEqual([]);
    expect(await test.log.head()).toBe(12);
    expect((await test.log.at([3, 7])).map(({ position }) => position)).toEqual([3, 7]);
  });

  it('answers the same whatever the time zone and style of the session', async () => {
    const odd = createPool({ url: test.database.appUrl, max: 1 });
    await odd.query(`set timezone = 'Asia/Kathmandu'; set datestyle = 'German'`);
    const log = new LogReader({ pool: odd, table: 'event_log' });
    expect(await log.read(0, 100)).toEqual(await test.log.read(0, 100));
    await odd.end();
  });

  it('cuts a page of large events short, and still gets on', async () => {
    const log = new LogReader({ pool: test.pool, table: 'event_log', pageBytes: 150 });
    const sizes: number[] = [];
    for (let after = 0; after < 12;) {
      const page = await log.read(after, 100);
      sizes.push(page.length);
      after = page.at(-1)?.position ?? NaN;
    }
    expect(Math.max(...sizes)).toBeLessThan(5);
    const tiny = new LogReader({ pool: test.pool, table: 'event_log', pageBytes: 1 });
    expect(await tiny.read(3, 100)).toHaveLength(1);
  });

  it('reads what a service has received, with where it came from', async () => {
    await receive(test.database, 'ticket-1', [added(5), added(6)]);
    const log = new LogReader({ pool: test.pool, table: 'received_log' });
    expect(log.name).toBe('received');
    expect(await log.read(1, 10)).toEqual([
      {
        position: 2,
        eventId: expect.any(String) as unknown,
        tenantId: tenant,
        streamId: 'ticket-1',
        version: 2,
        type: 'Added',
        schemaVersion: 1,
        data: added(6).data,
        metadata: { actor: { kind: 'system' }, correlationId: 'c' },
        occurredAt: '2026-03-02T09:00:00.000Z',
        recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
        source: 'intake',
        sourcePosition: 20,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
      },
    ]);
  });

  it('refuses a log with a hole', async () => {
    const owner = new pg.Client({ connectionString: test.database.ownerUrl });
    await owner.connect();
    await owner.query('delete from event_log where position = 6');
    await owner.end();
    await expect(test.log.read(0, 100)).rejects.toBeInstanceOf(LogDamaged);
    await expect(test.log.read(5, 100)).rejects.toBeInstanceOf(LogDamaged);
    expect(await test.log.read(6, 100)).toHaveLength(6);
  });
});
