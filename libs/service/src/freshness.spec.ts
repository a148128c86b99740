import { Deadline } from '@guichet/http-host';
import fc from 'fast-check';
import { Freshness, type FreshnessParts } from './freshness.js';

const limitMs = 5_000;

/** A clock that nothing moves but waiting. */
class Clock {
  ms = 0;

  /** What takes that long when it is waited for, and gives up when it is told to. */
  readonly takes = (neededMs: number) => (givenMs: number) => {
    this.ms += Math.min(neededMs, givenMs);
    return Promise.resolve(neededMs <= givenMs);
  };
}

interface Needed {
  readonly arrival: number;
  readonly policy: number;
  readonly received: number;
  readonly own: number;
}

/** A service like routing: a policy and two projections, one of both logs. */
function service(clock: Clock, needed: Needed): Freshness {
  const [arrive, handle, take, write] = [needed.arrival, needed.policy, needed.received, needed.own].map(clock.takes);
  const runner = {
    waitFor: (log: string, _position: number, ms: number) => (log === 'own' ? write : take)!(ms),
    lag: () => Promise.resolve([]),
  };
  const parts: FreshnessParts = {
    service: 'routing',
    follows: ['intake'],
    ownLog: { head: () => Promise.resolve(7) },
    receivedLog: { waitFor: async (_source, _position, ms) => ((await arrive!(ms)) ? 3 : undefined) },
    readModels: new Map([
      ['ticket', { reads: ['own', 'received'], runner }],
      ['department', { reads: ['own'], runner }],
    ]),
    policies: [{ waitFor: (_position, ms) => handle!(ms) }],
  };
  return new Freshness(parts);
}

const asked = (clock: Clock, after: Readonly<Record<string, number>>) => ({
  after,
  aside: <Result>(wait: () => Promise<Result>) => wait(),
  deadline: new Deadline(limitMs, () => clock.ms),
});
const outcomeOf = (waited: Promise<void>) =>
  waited.then(
    () => 'fresh',
    ({ status }: { status: number }) => status,
  );
const some = fc.nat(6_000);
const anyNeeded = fc.record({ arrival: some, policy: some, received: some, own: some });

describe('a query that asks to see what was written', () => {
  it('waits for one after the other until one moment, and no longer', () =>
    fc.assert(
      fc.asyncProperty(anyNeeded, async (needed) => {
        const clock = new Clock();
        const outcome = await outcomeOf(service(clock, needed).of(asked(clock, { intake: 1 }), 'ticket'));
        expect(clock.ms).toBeLessThanOrEqual(limitMs);
        const total = needed.arrival + needed.policy + needed.received + needed.own;
        expect(outcome).toBe(total <= limitMs ? 'fresh' : 503);
      }),
    ));

  it('has one limit however often it waits, and for however many services', () =>
    fc.assert(
      fc.asyncProperty(anyNeeded, anyNeeded, async (first, second) => {
        const clock = new Clock();
        const ctx = asked(clock, { intake: 1, routing: 2 });
        const outcomes = [
          await outcomeOf(service(clock, first).of(ctx, 'ticket', 'department')),
          await outcomeOf(service(clock, second).of(ctx, 'department')),
        ];
        expect(clock.ms).toBeLessThanOrEqual(limitMs);
        if (clock.ms === limitMs) expect(outcomes).toContain(503);
      }),
    ));

  it.each([
    ['a service that it follows not', { identity: 9 }, ['ticket'], 0],
    ['nothing', {}, ['ticket'], 0],
    ['its own log, which is there', { routing: 7 }, [], 0],
    ['its own log, for a projection', { routing: 7 }, ['department'], 40],
    ['the followed log, for what only reads its own', { intake: 1 }, ['department'], 10 + 20 + 40],
  ])('after %s', async (_, after, projections, waitedMs) => {
    const clock = new Clock();
    const needed = { arrival: 10, policy: 20, received: 30, own: 40 };
    await service(clock, needed).of(asked(clock, after), ...projections);
    expect(clock.ms).toBe(waitedMs);
  });

  it('answers 503 for a position that its own log has not reached', async () =>
    expect(
      await outcomeOf(
        service(new Clock(), { arrival: 0, policy: 0, received: 0, own: 0 }).of(asked(new Clock(), { routing: 8 })),
      ),
    ).toBe(503));

  it('says which projections there are', () =>
    expect(
      service(new Clock(), { arrival: 0, policy: 0, received: 0, own: 0 }).of(asked(new Clock(), {}), 'tickets'),
    ).rejects.toThrow('routing has no projection tickets, but ticket, department.'));
});
