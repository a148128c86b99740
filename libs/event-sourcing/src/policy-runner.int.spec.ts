import { until } from '@guichet/testing';
import { createPool } from './database/sessions.js';
import { DomainError } from './decider.js';
import { PolicyRunner, type PolicyRunnerOptions } from './policy-runner.js';
import { ProjectionAdmin } from './projection/projection-admin.js';
import type { RecordedEvent } from './recorded-event.js';
import { createTestLog, type TestLog } from './testing/test-log.js';
import { addTo } from './testing/test-projection.js';

const soonMs = 10_000;

describe('PolicyRunner', () => {
  let test: TestLog;
  const handled: RecordedEvent[] = [];
  beforeEach(async () => {
    test = await createTestLog('policy');
    handled.length = 0;
  });
  afterEach(() => test.close());

  const policy = (options: Partial<PolicyRunnerOptions> = {}) =>
    new PolicyRunner({
      pool: test.pool,
      name: 'answer',
      log: test.log,
      handle: async (event) => void handled.push(event),
      ...options,
    });
  const adminOf = (runner: PolicyRunner) =>
    new ProjectionAdmin({ pool: test.pool, projections: [], policies: [runner] });
  const positions = () => handled.map(({ position }) => position);

  it('handles everything from the beginning, and what comes', async () => {
    await addTo(test, 'a', 1, 2);
    const runner = policy();
    await runner.start();
    expect(await runner.waitFor(await addTo(test, 'b', 3), soonMs)).toBe(true);
    expect(positions().toSorted()).toEqual([1, 2, 3]);
    expect(await runner.lag()).toMatchObject([{ position: 3, events: 0 }]);
    await runner.stop();
    await addTo(test, 'b', 4);
    const restarted = policy();
    await restarted.start();
    expect(await restarted.waitFor(4, soonMs)).toBe(true);
    expect(positions().toSorted()).toEqual([1, 2, 3, 4]);
    await restarted.stop();
  });

  it('works on several streams at a time, on one in order', async () => {
    for (let i = 0; i < 60; i++) await addTo(test, `s${i % 6}`, i);
    let [now, most] = [0, 0];
    const busy = new Set<string>();
    const runner = policy({
      concurrency: 3,
      batchSize: 25,
      handle: async (event) => {
        expect(busy.has(event.streamId)).toBe(false);
        busy.add(event.streamId);
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        handled.push(event);
        now--;
        busy.delete(event.streamId);
      },
    });
    await runner.start();
    expect(await runner.waitFor(60, soonMs)).toBe(true);
    expect(most).toBe(3);
    for (const events of Map.groupBy(handled, ({ streamId }) => streamId).values()) {
      expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    }
    await runner.stop();
  });

  it('moves its checkpoint after the work: what was not finished comes again', async () => {
    await addTo(test, 'a', 1, 2, 3);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const runner = policy({
      handle: async (event) => {
        handled.push(event);
        if (event.position === 2) await held;
      },
    });
    await runner.start();
    await until('the second is under way', () => handled.length === 2);
    const stopping = runner.stop();
    release();
    await stopping;
    expect(positions()).toEqual([1, 2]);
    const restarted = policy();
    await restarted.start();
    expect(await restarted.waitFor(3, soonMs)).toBe(true);
    expect(positions()).toEqual([1, 2, 1, 2, 3]);
    await restarted.stop();
  });

  it('tries again what may pass, for as long as it takes', async () => {
    await addTo(test, 'a', 1);
    let failures = 6;
    const runner = policy({
      handle: async (event) => {
        if (failures-- > 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        handled.push(event);
      },
    });
    await runner.start();
    expect(await runner.waitFor(1, 20_000)).toBe(true);
    expect(await adminOf(runner).parked()).toEqual([]);
    await runner.stop();
  });

  it('parks the stream of what keeps failing, replays it, discards it', async () => {
    let broken = true;
    const runner = policy({
      handle: async (event) => {
        if (broken && (event.data as { amount: number }).amount === 13) throw new DomainError('no', 'Not thirteen.');
        handled.push(event);
      },
    });
    await addTo(test, 'a', 1, 13, 2);
    await addTo(test, 'b', 13);
    await addTo(test, 'c', 1);
    await runner.start();
    expect(await runner.waitFor(await addTo(test, 'a', 3), soonMs)).toBe(true);
    expect(positions().toSorted()).toEqual([1, 5]);
    const admin = adminOf(runner);
    expect(await admin.parked()).toMatchObject([
      { consumer: 'policy/answer', streamId: 'a', events: 3, firstPosition: 2, reason: 'DomainError: Not thirteen.' },
      { consumer: 'policy/answer', streamId: 'b', events: 1 },
    ]);
    expect(await admin.discard('a')).toMatchObject([{ discarded: 1, applied: 2, remaining: 0 }]);
    broken = false;
    expect(await admin.replay('b')).toMatchObject([{ applied: 1, remaining: 0 }]);
    expect(await runner.waitFor(await addTo(test, 'a', 4), soonMs)).toBe(true);
    expect(positions().toSorted()).toEqual([1, 3, 4, 5, 6, 7]);
    await runner.stop();
  });

  it('hands over to another replica', async () => {
    const pool = createPool({ url: test.database.appUrl });
    const [first, second] = [policy(), policy({ pool })];
    await first.start();
    await second.start();
    expect([first.state, second.state]).toEqual(['active', 'standby']);
    const position = await addTo(test, 'a', 1);
    expect(await second.waitFor(position, soonMs)).toBe(true);
    await first.stop();
    expect(await second.waitFor(await addTo(test, 'a', 2), soonMs)).toBe(true);
    expect(positions()).toEqual([1, 2]);
    await second.stop();
    await pool.end();
  });
});
