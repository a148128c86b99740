import { until } from '@guichet/testing';
import type { RecordedEvent } from '../recorded-event.js';
import { added, context, createTestLog, otherTenant, tenant, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';
import type { Projection, ProjectionTransaction } from './projection.js';

const soonMs = 10_000;

describe('a bad event', () => {
  let test: TestLog;
  beforeEach(async () => {
    test = await createTestLog('parking');
  });
  afterEach(() => test.close());

  /** Amounts of 13 fail until they are mended. */
  const fragile = () => {
    const state = { broken: true };
    const poison = ({ data }: RecordedEvent<{ amount: number }>) => state.broken && data.amount === 13;
    return { projection: totalsProjection({ poison }), mend: () => (state.broken = false) };
  };
  const started = async (projection: Projection, observe = {}) => {
    const running = projectionOf(test, projection, { observe });
    await running.prepare();
    await running.runner.start();
    return running;
  };

  it('parks its stream with all that follows; other streams flow', async () => {
    const parked: unknown[] = [];
    const { projection } = fragile();
    for (let i = 0; i < 30; i++) await addTo(test, `s${i % 4}`, i);
    const { admin, runner } = await started(projection, { parked: (event: unknown) => parked.push(event) });
    await runner.waitFor('own', await addTo(test, 's1', 5), soonMs);
    await runner.waitFor('own', await addTo(test, 's2', 5), soonMs);

    // 13 is the fourth event of s1.
    const bad = (await totals(test)).find(({ stream_id }) => stream_id === 's1');
    expect(bad).toMatchObject({ events: 3, version: 3 });
    const others = (all: { stream_id: string }[]) => all.filter(({ stream_id }) => stream_id !== 's1');
    expect(others(await totals(test))).toEqual(others(await expectedTotals(test)));
    expect(await admin.parked()).toEqual([
      {
        consumer: 'projection/totals',
        log: 'own',
        tenantId: expect.any(String) as unknown,
        streamId: 's1',
        events: 6,
        firstPosition: 14,
        firstType: 'Added',
        reason: expect.stringContaining('Cannot add') as unknown,
        parkedAt: expect.any(String) as unknown,
      },
    ]);
    expect(parked).toMatchObject([{ consumer: 'projection/totals', log: 'own', streamId: 's1', position: 14 }]);
    await runner.stop();
  });

  it('is left aside by a rebuild in the same way', async () => {
    const { projection } = fragile();
    for (let i = 0; i < 30; i++) await addTo(test, `s${i % 4}`, i % 17);
    const { admin, runner } = await started(projection);
    await runner.waitFor('own', 30, soonMs);
    expect(await admin.verify('totals')).toMatchObject({ equal: true, parkedEvents: { live: 5, next: 5 } });
    await admin.rebuild('totals', { batchSize: 3 });
    expect(await admin.compare('totals')).toMatchObject({ equal: true });
    await admin.swap('totals');
    await runner.waitFor('own', await addTo(test, 's1', 1), soonMs);
    expect(await admin.parked()).toMatchObject([{ streamId: 's1', events: 6 }]);
    await runner.stop();
  });

  it('is applied by a replay once the code is mended, with what waited behind it', async () => {
    const { projection, mend } = fragile();
    const { admin, runner } = await started(projection);
    await addTo(test, 'a', 1, 13, 2);
    await runner.waitFor('own', await addTo(test, 'b', 3), soonMs);
    expect(await admin.replay('a')).toEqual([
      {
        consumer: 'projection/totals',
        log: 'own',
        tenantId: tenant,
        streamId: 'a',
        applied: 0,
        discarded: 0,
        remaining: 2,
        reason: expect.any(String) as unknown,
      },
    ]);
    mend();
    expect(await admin.replay('a')).toMatchObject([{ applied: 2, remaining: 0 }]);
    await runner.waitFor('own', await addTo(test, 'a', 4), soonMs);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    expect(await admin.parked()).toEqual([]);
    await runner.stop();
  });

  it('of one tenant leaves another tenant’s stream of the same id alone', async () => {
    const { projection, mend } = fragile();
    const foreign = (expectedVersion: number, ...amounts: number[]) =>
      test.store.append({
        ...{ streamId: 'a', expectedVersion, events: amounts.map(added), context: context(otherTenant) },
      });
    await foreign(0, 13, 1);
    const { admin, runner } = await started(projection);
    await runner.waitFor('own', await addTo(test, 'a', 1, 2), soonMs);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    expect(await admin.parked()).toMatchObject([{ streamId: 'a', tenantId: otherTenant, events: 2 }]);
    // Of two that are parked, one is dealt with.
    await runner.waitFor('own', await addTo(test, 'a', 13, 4), soonMs);
    await expect(admin.discard('a')).rejects.toThrow('name the tenant');
    expect(await admin.discard('a', otherTenant)).toMatchObject([{ tenantId: otherTenant, discarded: 1, applied: 1 }]);
    expect(await admin.parkedEvents({ tenantId: tenant, streamId: 'a' })).toHaveLength(2);
    mend();
    expect(await admin.replay('a', tenant)).toMatchObject([{ tenantId: tenant, applied: 2, remaining: 0 }]);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    expect(await admin.parked()).toEqual([]);
    await runner.stop();
  });

  it('is given up by a discard, in this version for ever; what follows is applied', async () => {
    const { projection, mend } = fragile();
    const { admin, runner } = await started(projection);
    await addTo(test, 'a', 1, 13, 2, 13, 3);
    await runner.waitFor('own', await addTo(test, 'b', 3), soonMs);
    expect(await admin.discard('a')).toMatchObject([{ discarded: 1, applied: 1, remaining: 2 }]);
    expect(await admin.discard('a')).toMatchObject([{ discarded: 1, applied: 1, remaining: 0 }]);
    await runner.waitFor('own', await addTo(test, 'a', 4), soonMs);
    expect(await totals(test)).toMatchObject([{ stream_id: 'a', events: 4, sum: 10, version: 6 }, { stream_id: 'b' }]);
    expect(await admin.verify('totals')).toMatchObject({ equal: true, parkedEvents: { live: 0, next: 0 } });
    // Another version may know better.
    mend();
    const newer = projectionOf(test, { ...projection, version: 2 });
    await newer.prepare();
    await newer.admin.upgrade();
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await runner.stop();
  });

  it('is replayed while events of its stream keep coming', async () => {
    const { projection, mend } = fragile();
    const { admin, runner } = await started(projection);
    await addTo(test, 'a', 13);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) await addTo(test, i % 2 ? 'a' : 'b', 1);
    })();
    await until('events wait', async () => ((await admin.parked())[0]?.events ?? 0) > 5);
    mend();
    await admin.replay('a');
    writing = false;
    await writer;
    await runner.waitFor('own', await test.log.head(), soonMs);
    expect(await admin.parked()).toEqual([]);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await runner.stop();
  });

  it('is no event at all when everything fails: the projection stops, parks nothing, and goes on when mended', async () => {
    const state = { broken: true };
    const failures: unknown[] = [];
    const { admin, runner } = await started(totalsProjection({ poison: () => state.broken }), {
      failed: ({ error }: { error: unknown }) => failures.push(error),
    });
    await Promise.all(Array.from({ length: 1100 }, (_, i) => addTo(test, `s${i}`, 1)));
    await until(
      'it says that it is broken',
      () => failures.find((error) => String(error).includes('it is broken')),
      20_000,
    );
    state.broken = false;
    await until('it has caught up', () => runner.waitFor('own', 1100, 100), 20_000);
    await runner.stop();
    const streams = (await admin.parked()).length;
    expect(streams + (await totals(test)).length).toBe(1100);
  });

  it('makes its tenant wait as a whole when too many of its streams fail; other tenants flow', async () => {
    const state = { broken: true };
    const poison = ({ tenantId }: RecordedEvent) => state.broken && tenantId === tenant;
    const { admin, runner } = await started(totalsProjection({ poison }));
    const ofAnother = (streamId: string, expectedVersion: number) =>
      test.store.append({ streamId, expectedVersion, events: [added(1)], context: context(otherTenant) });
    await ofAnother('s0', 0);
    await Promise.all(Array.from({ length: 1100 }, (_, i) => addTo(test, `s${i}`, 1)));
    const { position } = await ofAnother('s0', 1);
    await runner.waitFor('own', position, 30_000);
    expect(await totals(test, 'read_model', otherTenant)).toMatchObject([{ stream_id: 's0', version: 2 }]);
    expect(await totals(test)).toEqual([]);
    const parked = await admin.parked();
    expect(new Set(parked.map(({ tenantId }) => tenantId))).toEqual(new Set([tenant]));
    expect(parked.filter(({ reason }) => reason.startsWith('Not tried'))).toHaveLength(100);
    expect(parked).toHaveLength(1100);

    state.broken = false;
    // A hundred wait beyond the bound: once one more than those is applied, the tenant flows again.
    for (const { streamId } of parked.toSorted((a, b) => b.firstPosition - a.firstPosition).slice(0, 101))
      expect(await admin.replay(streamId, tenant)).toMatchObject([{ applied: 1, remaining: 0 }]);
    await runner.waitFor('own', await addTo(test, 'new', 1), soonMs);
    expect((await totals(test)).map(({ stream_id }) => stream_id)).toContain('new');
    expect(await totals(test)).toHaveLength(102);
    await runner.stop();
  }, 60_000);

  it('is parked with what the database said of it, whatever was sent behind it and for whichever event', async () => {
    const projection = totalsProjection();
    const apply = async (events: readonly RecordedEvent[], tx: ProjectionTransaction) => {
      for (const { data } of events) tx.send('select 1 / $1::int', [(data as { amount: number }).amount]);
      await projection.apply(events, tx);
      await tx.query('select 1');
    };
    const failures: string[] = [];
    const failed = ({ error }: { error: unknown }) => failures.push(String(error));
    const { admin, runner } = await started({ ...projection, apply }, { failed });
    for (const [stream, amount] of [...'abcd'].map((name, i) => [name, i === 2 ? 0 : 1] as const))
      await addTo(test, stream, amount);
    await runner.waitFor('own', 4, soonMs);
    expect(await admin.parked()).toMatchObject([
      { streamId: 'c', reason: expect.stringContaining('division by zero') },
    ]);
    expect((await totals(test)).map(({ stream_id }) => stream_id)).toEqual(['a', 'b', 'd']);

    expect(failures.filter((failure) => !failure.includes('division by zero'))).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
    const again = { applied: 0, remaining: 1, reason: expect.stringContaining('division by zero') };
    expect(await admin.replay('c')).toMatchObject([again]);
    await runner.stop();
  });

  it('is not blamed for a missing table', async () => {
    const failures: unknown[] = [];
    const projection = totalsProjection();
    const { admin, runner } = await started(
      { ...projection, apply: async (_events, tx) => void (await tx.query('select * from not_there')) },
      { failed: ({ error }: { error: unknown }) => failures.push(error) },
    );
    await addTo(test, 'a', 1);
    await until('it fails again and again', () => failures.length > 3);
    expect(await admin.parked()).toEqual([]);
    await runner.stop();
  });
});
