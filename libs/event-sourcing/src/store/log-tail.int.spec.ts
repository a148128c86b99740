import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '../decider.js';
import { EventStore } from '../event-store.js';
import { LogReader } from '../log-reader.js';
import { added, context, createTestLog, type TestLog } from '../testing/test-log.js';
import { LogTail } from './log-tail.js';

let test: TestLog;
beforeAll(async () => {
  test = await createTestLog('tail');
});
afterAll(() => test.close());

const odd: DomainEvent = {
  type: 'Odd',
  data: {
    zebra: 1e300,
    a: -0,
    nothing: undefined,
    none: null,
    tiny: 5e-324,
    list: [1.5, 'ü\u0007"\\', { deep: true }],
    at: '1969-12-31T23:59:59.999Z',
  },
} as DomainEvent;

it('gives readers exactly what the log holds, refused appends left out', async () => {
  const tail = new LogTail();
  const store = new EventStore({ pool: test.pool, tail });
  const append = (streamId: string, expectedVersion: number, events: DomainEvent[]) =>
    store.append({ streamId, expectedVersion, events, context: { ...context(), traceparent: undefined } });
  await append('t-0', 0, [added(1)]);
  const outcomes = await Promise.allSettled([
    append('t-1', 0, [odd, added(2)]),
    append('t-2', 5, [added(3)]),
    append('t-3', 0, [odd]),
    append('t-0', 0, [added(4)]),
    append('t-0', 1, [added(5), odd]),
    store.append({
      streamId: 't-4',
      expectedVersion: 0,
      events: [added(6)],
      context: context(),
      eventIds: [randomUUID().toUpperCase()],
      requestHash: 'h',
    }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual([...Array(4).fill('fulfilled'), 'rejected', 'rejected']);

  const recent = tail.page(0, 100);
  expect(recent).toHaveLength(7);
  expect(recent).toStrictEqual(await test.log.read(0, 100));
  await store.close();
});

it('is left aside for what other processes append', async () => {
  const tail = new LogTail();
  const mine = new EventStore({ pool: test.pool, tail });
  const log = new LogReader({ pool: test.pool, table: 'event_log', tail });
  const before = await test.log.head();
  const append = (store: EventStore) =>
    store.append({ streamId: `m-${randomUUID()}`, expectedVersion: 0, events: [added(1)], context: context() });
  for (const store of [mine, test.store, mine, mine, test.store]) await append(store);
  const all = await test.log.read(before, 100);
  expect(all).toHaveLength(5);
  for (let after = 0; after < 5; after++) {
    const read = await log.read(before + after, 100);
    expect(read).toStrictEqual(all.slice(after, after + read.length));
    expect(read.length).toBeGreaterThan(0);
  }
  expect(await log.read(before + 5, 100)).toEqual([]);
  await mine.close();
});
