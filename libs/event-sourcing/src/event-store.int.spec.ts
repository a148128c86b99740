import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from './decider.js';
import { CommandReused, ConcurrencyConflict, StaleVersion, StoreOverloaded, UnstorablePayload } from './errors.js';
import { EventStore } from './event-store.js';
import { added, context, createTestLog, otherTenant, tenant, type TestLog } from './testing/test-log.js';
import { uuid5 } from './uuid5.js';

type Counted = DomainEvent<'Added', { amount: number; at: string }>;
type Add = DomainCommand<'Add', { amount: number }>;

/** Adds up to a hundred; adding 0 is no news, a negative amount is refused. */
const counter: Decider<number, Add, Counted> = {
  category: 'counter',
  initial: 0,
  evolve: (sum, { data }) => sum + data.amount,
  decide: ({ data: { amount } }, sum) => {
    if (amount < 0) throw new DomainError('negative', `${sum} is not made smaller.`);
    if (amount === 0) return [];
    return amount > 10 ? [added(10), added(amount - 10)] : [added(amount)];
  },
};
const add = (amount: number): Add => ({ type: 'Add', data: { amount } });

describe('EventStore', () => {
  let test: TestLog;
  let store: EventStore;
  beforeAll(async () => {
    test = await createTestLog('store');
    store = test.store;
  });
  afterAll(() => test.close());

  const stream = () => `counter-${randomUUID()}`;
  const appendTo = (streamId: string, expectedVersion: number, ...amounts: number[]) =>
    store.append({ streamId, expectedVersion, events: amounts.map(added), context: context() });

  describe('append', () => {
    it('answers version and position, and the log has the event as it was', async () => {
      const streamId = stream();
      const before = await test.log.head();
      expect(await appendTo(streamId, 0, 1)).toEqual({ streamId, version: 1, position: before + 1 });
      expect(await appendTo(streamId, 1, 2, 3)).toEqual({ streamId, version: 3, position: before + 3 });
      const events = await store.readStream(tenant, streamId);
      expect(events.map(({ version, position }) => [version, position - before])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
      expect(events[1]).toMatchObject({
        tenantId: tenant,
        streamId,
        type: 'Added',
        schemaVersion: 1,
        data: added(2).data,
        metadata: { actor: { kind: 'system' } },
        occurredAt: '2026-03-02T09:00:00.000Z',
      });
      expect(Math.abs(Date.parse(events[1]?.recordedAt ?? '') - Date.now())).toBeLessThan(60_000);
      expect(await store.readStream(tenant, streamId, 2)).toEqual(events.slice(2));
    });

    it.each([
      ['one event', [1]],
      ['several events', [1, 2]],
    ])('refuses %s for another version, says which it is, and stores nothing', async (_, amounts) => {
      const streamId = stream();
      await appendTo(streamId, 0, 1, 1);
      const head = await test.log.head();
      for (const expectedVersion of [0, 1, 3, 7]) {
        const refused = appendTo(streamId, expectedVersion, ...amounts);
        await expect(refused).rejects.toEqual(new ConcurrencyConflict(streamId, expectedVersion, 2));
      }
      expect(await test.log.head()).toBe(head);
      expect(await appendTo(streamId, 2, 1)).toEqual({ streamId, version: 3, position: head + 1 });
    });

    it('answers each of the appends made at once for itself', async () => {
      const taken = stream();
      await appendTo(taken, 0, 1);
      const head = await test.log.head();
      const [a, conflict, b, many] = await Promise.allSettled([
        appendTo(stream(), 0, 1),
        appendTo(taken, 0, 1),
        appendTo(stream(), 0, 1, 1),
        appendTo(stream(), 0, ...Array.from({ length: 2500 }, () => 1)),
      ]);
      expect(a).toMatchObject({ value: { version: 1, position: head + 1 } });
      expect(conflict).toMatchObject({ reason: { expected: 0, actual: 1 } });
      expect(b).toMatchObject({ value: { version: 2, position: head + 3 } });
      expect(many).toMatchObject({ value: { version: 2500, position: head + 2503 } });
    });

    it('lets one of several win who expect the same version', async () => {
      const streamId = stream();
      const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => appendTo(streamId, 0, i)));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.readStream(tenant, streamId)).toHaveLength(1);
    });

    it('refuses what PostgreSQL would not keep, and spoils nothing beside it', async () => {
      const bad = { type: 'Said', data: { at: added(1).data.at, text: 'a\u0000b' } };
      const [good, refused, late] = await Promise.allSettled([
        appendTo(stream(), 0, 1),
        store.append({ streamId: stream(), expectedVersion: 0, events: [bad], context: context() }),
        store.append({
          streamId: stream(),
          expectedVersion: 0,
          events: [{ type: 'Said', data: { at: '?' } }],
          context: context(),
        }),
      ]);
      expect(good.status).toBe('fulfilled');
      expect(refused).toMatchObject({ reason: expect.any(UnstorablePayload) as unknown });
      expect(late).toMatchObject({ reason: expect.any(UnstorablePayload) as unknown });
    });

    it('finds the append that spoils a batch', async () => {
      const [id, streamId] = [randomUUID(), stream()];
      await store.append({ streamId, expectedVersion: 0, events: [added(1)], eventIds: [id], context: context() });
      const taken = () =>
        store.append({
          streamId: stream(),
          expectedVersion: 0,
          events: [added(1), added(2)],
          eventIds: [randomUUID(), id],
          context: context(),
        });
      const answers = await Promise.allSettled([
        ...Array.from({ length: 9 }, () => appendTo(stream(), 0, 1)),
        taken(),
        ...Array.from({ length: 9 }, () => appendTo(stream(), 0, 1)),
        taken(),
      ]);
      const refused = answers.filter(({ status }) => status === 'rejected');
      expect(refused).toEqual(
        refused.map(() => ({ status: 'rejected', reason: expect.any(CommandReused) as unknown })),
      );
      expect(refused).toHaveLength(2);
    });

    it('answers the same named ids as the first time', async () => {
      const request = {
        streamId: stream(),
        expectedVersion: 0,
        events: [added(1), added(2)],
        eventIds: [randomUUID(), randomUUID()],
        context: context(),
      };
      const first = await store.append(request);
      await appendTo(request.streamId, 2, 5);
      expect(await store.append(request)).toEqual(first);
    });

    it('keeps who did each of the events', async () => {
      const streamId = stream();
      const actors = [{ kind: 'agent', id: 'amir' }, { kind: 'bot' }] as const;
      const request = { streamId, expectedVersion: 0, events: [added(1), added(2)], actors, context: context() };
      await store.append(request);
      const events = await store.readStream(tenant, streamId);
      expect(events.map(({ metadata }) => metadata.actor)).toEqual(actors);
      await expect(store.append({ ...request, events: [added(1)] })).rejects.toThrow('one actor per event');
    });

    it('knows which streams there are, of one tenant, at once', async () => {
      const streamId = stream();
      expect(await store.exists(tenant, streamId)).toBe(false);
      await appendTo(streamId, 0, 1);
      for (let times = 0; times < 2; times++) {
        expect(await store.exists(tenant, streamId)).toBe(true);
        expect(await store.exists(otherTenant, streamId)).toBe(false);
      }
    });

    it("does not see, nor touch, another tenant's stream", async () => {
      const streamId = stream();
      await appendTo(streamId, 0, 1);
      expect(await store.readStream(otherTenant, streamId)).toEqual([]);
      const request = { streamId, events: [added(2)], context: context(otherTenant) };
      const intrusion = store.append({ ...request, expectedVersion: 1 });
      await expect(intrusion).rejects.toEqual(new ConcurrencyConflict(streamId, 1, 0));
      // Under the same id each has a stream of its own.
      await store.append({ ...request, expectedVersion: 0 });
      await appendTo(streamId, 1, 3);
      const amounts = async (of: string) =>
        (await store.readStream(of, streamId)).map(({ data }) => (data as { amount: number }).amount);
      expect([await amounts(tenant), await amounts(otherTenant)]).toEqual([[1, 3], [2]]);
    });

    it('refuses more than it is willing to queue', async () => {
      const small = new EventStore({ pool: test.pool, maxQueued: 5 });
      const one = () =>
        small.append({ streamId: stream(), expectedVersion: 0, events: [added(1)], context: context() });
      const answers = await Promise.allSettled(Array.from({ length: 8 }, one));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
      expect(answers.at(-1)).toMatchObject({ reason: expect.any(StoreOverloaded) as unknown });
      await small.close();
    });

    it('finishes what it has taken when it is closed, and takes no more', async () => {
      const closing = new EventStore({ pool: test.pool, maxBatch: 3 });
      const one = () =>
        closing.append({ streamId: stream(), expectedVersion: 0, events: [added(1)], context: context() });
      const taken = Array.from({ length: 10 }, one);
      await closing.close();
      expect(await Promise.all(taken)).toHaveLength(10);
      await expect(one()).rejects.toThrow('closed');
    });
  });

  describe('transact', () => {
    it('loads, decides and appends', async () => {
      const id = randomUUID();
      const first = await store.transact(counter, id, add(4), { context: context() });
      expect(first).toMatchObject({ streamId: `counter-${id}`, version: 1, replayed: false });
      expect(first.events).toEqual(await store.readStream(tenant, first.streamId));
      const second = await store.transact(counter, id, add(12), { context: context() });
      expect(second.events.map(({ data }) => (data as { amount: number }).amount)).toEqual([10, 2]);
      expect(await store.load(counter, tenant, id)).toEqual({ state: 16, version: 3, position: second.position });
      expect(await store.load(counter, otherTenant, id)).toEqual({ state: 0, version: 0, position: 0 });
    });

    it('appends nothing when it is so already', async () => {
      const id = randomUUID();
      const nothing = await store.transact(counter, id, add(0), { context: context() });
      expect(nothing).toEqual({ streamId: `counter-${id}`, version: 0, position: 0, events: [], replayed: false });
      const { position } = await store.transact(counter, id, add(1), { context: context() });
      const again = await store.transact(counter, id, add(0), { context: context() });
      expect(again).toMatchObject({ version: 1, position, events: [] });
    });

    it('passes the refusal on', async () => {
      const refused = store.transact(counter, randomUUID(), add(-1), { context: context() });
      await expect(refused).rejects.toMatchObject({ code: 'negative' });
    });

    it('carries out all of many commands on one stream, from several processes', async () => {
      const id = randomUUID();
      const others = [1, 2].map(() => new EventStore({ pool: test.pool }));
      const stores = [store, ...others];
      const commands = stores.flatMap((one) =>
        Array.from({ length: 8 }, () => one.transact(counter, id, add(1), { context: context() })),
      );
      const versions = (await Promise.all(commands)).map(({ version }) => version);
      expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
      await Promise.all(others.map((one) => one.close()));
    });

    it('holds the caller to the version named', async () => {
      const id = randomUUID();
      const at = (expectedVersion: number) =>
        store.transact(counter, id, add(1), { context: context(), expectedVersion });
      expect(await at(0)).toMatchObject({ version: 1 });
      await expect(at(0)).rejects.toEqual(new StaleVersion(`counter-${id}`, 0, 1));
      await expect(at(2)).rejects.toEqual(new StaleVersion(`counter-${id}`, 2, 1));
      expect(await at(1)).toMatchObject({ version: 2 });
    });
  });

  describe('a command with an id', () => {
    const command = (id: string, amount: number, commandId: string, requestHash = 'same', by: EventStore = store) =>
      by.transact(counter, id, add(amount), { context: context(), commandId, requestHash });

    it('takes effect once, and is answered as the first time', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      const first = await command(id, 12, commandId);
      expect(first.events.map(({ eventId }) => eventId)).toEqual([commandId, uuid5(commandId, '1')]);
      await command(id, 5, randomUUID());
      expect(await command(id, 12, commandId)).toEqual({ ...first, replayed: true });
      const afterRestart = new EventStore({ pool: test.pool });
      expect(await command(id, 12, commandId, 'same', afterRestart)).toEqual({ ...first, replayed: true });
      expect(await store.load(counter, tenant, id)).toMatchObject({ state: 17 });
    });

    it('is refused with another request, and is another command for another tenant', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      await command(id, 1, commandId);
      await expect(command(id, 1, commandId, 'other')).rejects.toBeInstanceOf(CommandReused);
      await expect(command(randomUUID(), 1, commandId, 'other')).rejects.toBeInstanceOf(CommandReused);
      const elsewhere = { context: context(otherTenant), commandId, requestHash: 'same' };
      const foreign = store.transact(counter, randomUUID(), add(1), elsewhere);
      expect(await foreign).toMatchObject({ version: 1, replayed: false });
    });

    it('is answered as the first time although the new request made up another stream', async () => {
      const commandId = randomUUID();
      const first = await command(randomUUID(), 12, commandId);
      expect(await command(randomUUID(), 12, commandId)).toEqual({ ...first, replayed: true });
    });

    it('takes effect once although two processes got it at the same time', async () => {
      const other = new EventStore({ pool: test.pool });
      for (let round = 0; round < 20; round++) {
        const [id, commandId] = [randomUUID(), randomUUID()];
        const answers = await Promise.all([
          command(id, 3, commandId),
          command(id, 3, commandId, 'same', other),
          command(randomUUID(), 3, commandId, 'same', other),
        ]);
        expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
        expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
      }
      await other.close();
    });

    it('is answered as the first time although the version it names has passed', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      const options = { context: context(), commandId, requestHash: 'same', expectedVersion: 0 };
      const first = await store.transact(counter, id, add(1), options);
      expect(await store.transact(counter, id, add(1), options)).toEqual({ ...first, replayed: true });
    });
  });

  it('tells the readers of its process, and the metrics', async () => {
    const batches: { appends: number; conflicts: number }[] = [];
    const observed = new EventStore({ pool: test.pool, wake: test.wake, observe: { batch: (b) => batches.push(b) } });
    const { seen } = test.wake;
    await observed.append({ streamId: stream(), expectedVersion: 0, events: [added(1)], context: context() });
    await test.wake.wait(60_000, seen);
    await until('a batch', () => batches.length > 0);
    expect(batches).toEqual([{ appends: 1, events: 1, conflicts: 0, seconds: expect.any(Number) as unknown }]);
  });
});
