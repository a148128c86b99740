import fc from 'fast-check';
import { FairQueue, type FairQueueOptions, type Place } from './fair-queue.js';

const roomy: FairQueueOptions = {
  inProgress: 1,
  inProgressPerParty: 1,
  rushWaiting: Infinity,
  rushMs: 1000,
  aloneAfterMs: Infinity,
  waiting: 1000,
  waitingPerParty: 1000,
};

/** A queue on a clock that the test moves, and what became of each request by its name: `noisy 3`. */
function scene(options: Partial<FairQueueOptions> = {}) {
  const clock = { nowMs: 0 };
  const queue = new FairQueue({ ...roomy, ...options }, () => clock.nowMs);
  const [started, refused]: [string[], string[]] = [[], []];
  const places = new Map<string, Place>();
  const numbers = new Map<string, number>();
  const enter = (party: string, resumes = false, client = ''): string => {
    const number = (numbers.get(party) ?? 0) + 1;
    numbers.set(party, number);
    const name = `${party} ${number}`;
    const turn = { start: () => started.push(name), refuse: (why: string) => refused.push(`${name}: ${why}`) };
    places.set(name, queue.enter(party, turn, resumes, client));
    return name;
  };
  const leave = (name: string): void => places.get(name)?.leave();
  /** The oldest that has begun ends, after so long. */
  let ended = 0;
  const endNext = (afterMs = 0): void => {
    clock.nowMs += afterMs;
    leave(started[ended]!);
    ended += 1;
  };
  return { queue, clock, started, refused, enter, leave, endNext };
}

const times = (count: number, act: () => unknown): void => Array.from({ length: count }).forEach(act);

describe('a fair queue', () => {
  it('lets in at once while there are places, and then as they become free', () => {
    const { queue, started, enter, leave } = scene({ inProgress: 2, inProgressPerParty: 2 });
    times(3, () => enter('a'));
    expect(started).toEqual(['a 1', 'a 2']);
    expect([queue.inProgress, queue.waiting]).toEqual([2, 1]);
    leave('a 2');
    expect(started).toEqual(['a 1', 'a 2', 'a 3']);
    ['a 1', 'a 2', 'a 3', 'a 3'].forEach(leave);
    expect([queue.inProgress, queue.waiting, queue.size]).toEqual([0, 0, 0]);
  });

  it('lets who comes late wait for one request, however many others wait', () => {
    const { started, enter, endNext } = scene();
    times(500, () => enter('noisy'));
    enter('calm');
    endNext(10);
    expect(started).toEqual(['noisy 1', 'calm 1']);
    endNext(10);
    endNext(10);
    enter('calm');
    endNext(10);
    expect(started.slice(2)).toEqual(['noisy 2', 'noisy 3', 'calm 2']);
  });

  it('gives turns to parties, in the order of the time they have had', () => {
    const { started, enter, endNext } = scene();
    times(3, () => enter('a'));
    times(3, () => enter('b'));
    times(3, () => enter('c'));
    times(8, () => endNext(5));
    expect(started).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2', 'a 3', 'b 3', 'c 3']);
  });

  it('gives a party whose requests take five times as long a fifth of the turns', () => {
    const { started, enter, endNext } = scene();
    times(50, () => enter('slow'));
    times(50, () => enter('quick'));
    for (let i = 0; i < 60; i++) endNext(started.at(-1)?.startsWith('slow') === true ? 50 : 10);
    const slow = started.filter((name) => name.startsWith('slow')).length;
    expect(slow).toBeGreaterThanOrEqual(9);
    expect(slow).toBeLessThanOrEqual(12);
  });

  it('keeps places free of a party that has its share, while nobody else asks as well', () => {
    const { queue, started, enter } = scene({ inProgress: 4, inProgressPerParty: 3 });
    times(5, () => enter('noisy'));
    expect(queue.inProgress).toBe(3);
    enter('calm');
    expect(started.at(-1)).toBe('calm 1');
  });

  it('lets a party that is alone have all places but one, and its share from when another comes', () => {
    const { queue, clock, started, enter, leave } = scene({ inProgress: 8, inProgressPerParty: 2, aloneAfterMs: 100 });
    times(20, () => enter('only'));
    expect(queue.inProgress).toBe(7);
    enter('guest');
    expect(started.at(-1)).toBe('guest 1');
    leave('guest 1');
    for (let i = 1; i <= 6; i++) leave(`only ${i}`);
    expect(queue.inProgress).toBe(2); // one more of the first seven, and one that waited
    clock.nowMs = 100;
    leave('only 7');
    expect(queue.inProgress).toBe(2);
    clock.nowMs = 101; // the guest was here 101 ms ago
    enter('only');
    expect(queue.inProgress).toBe(7);
  });

  it('leaves a party alone beside guests, who have their share', () => {
    const isGuest = (party: string) => party.startsWith('guest');
    const { queue, started, enter, leave } = scene({
      inProgress: 8,
      inProgressPerParty: 2,
      aloneAfterMs: 100,
      isGuest,
    });
    times(20, () => enter('only'));
    enter('guest');
    expect(started.at(-1)).toBe('guest 1');
    enter('guest');
    leave('only 1');
    expect([started.at(-1), queue.inProgress]).toEqual(['guest 2', 8]);
    leave('only 2');
    leave('guest 1');
    leave('guest 2');
    expect(queue.inProgress).toBe(7);
    enter('other');
    for (let i = 3; i <= 9; i++) leave(`only ${i}`);
    expect(queue.inProgress).toBe(3);
  });

  it('gives a party in a rush one place, and its share again when its queue has been short for a while', () => {
    const { queue, clock, enter, endNext } = scene({ inProgress: 8, inProgressPerParty: 3, rushWaiting: 4 });
    times(12, () => enter('flood'));
    expect([queue.inProgress, queue.waiting]).toEqual([3, 9]);
    times(2, () => endNext());
    expect([queue.inProgress, queue.waiting]).toEqual([1, 9]);
    times(5, () => endNext());
    expect([queue.inProgress, queue.waiting]).toEqual([1, 4]); // the rush is not over yet
    clock.nowMs += 1000;
    endNext();
    expect([queue.inProgress, queue.waiting]).toEqual([3, 1]);
  });

  it('owes nothing to who was away', () => {
    const { started, enter, endNext } = scene();
    enter('back');
    endNext(1);
    times(20, () => enter('busy'));
    times(5, () => endNext(100));
    times(20, () => enter('back'));
    times(10, () => endNext(100));
    const after = started.slice(-10).map((name) => name.split(' ')[0]);
    expect(after.filter((party) => party === 'back')).toHaveLength(5);
  });

  it('does not lock a party out for one request that took long', () => {
    const { started, enter, endNext } = scene();
    times(2, () => enter('calm'));
    times(20, () => enter('noisy'));
    endNext(60_000);
    times(11, () => endNext(100));
    expect(started.slice(1, 12)).toEqual([...Array.from({ length: 10 }, (_, i) => `noisy ${i + 1}`), 'calm 2']);
  });

  it('refuses the one too many of a party, and nobody else', () => {
    const { refused, queue, enter } = scene({ waitingPerParty: 2 });
    times(3, () => enter('a'));
    expect(queue.isFull('a')).toBe(true);
    enter('a');
    enter('b');
    expect(refused).toEqual(['a 4: party']);
    expect([queue.isFull('b'), queue.isFull('c')]).toEqual([false, false]);
  });

  it('takes the newest of the longest queue out where there is no more room', () => {
    const { refused, started, enter, endNext } = scene({ waiting: 4 });
    times(5, () => enter('noisy')); // one has its place
    enter('calm');
    expect(refused).toEqual(['noisy 5: process']);
    endNext(10);
    expect(started.at(-1)).toBe('calm 1');
  });

  it('lets one that gave its place back for a while go on before the others of its party, and never refuses it', () => {
    const { refused, started, enter, endNext } = scene({ waitingPerParty: 2 });
    times(3, () => enter('a'));
    enter('a', true);
    endNext();
    expect(started.at(-1)).toBe('a 4');
    expect(refused).toEqual([]);
  });

  it('makes no client of a party wait for more than one request of another', () => {
    const { started, enter, endNext } = scene();
    times(100, () => enter('a', false, 'greedy')); // 1 to 100
    enter('a', false, 'modest');
    enter('a', false, 'modest');
    times(4, () => endNext());
    expect(started).toEqual(['a 1', 'a 2', 'a 101', 'a 3', 'a 102']);
  });

  it('refuses the client that has most waiting where its party has no more room, and not whoever comes last', () => {
    const { queue, refused, enter } = scene({ waitingPerParty: 3 });
    times(4, () => enter('a', false, 'greedy'));
    expect([queue.isFull('a', 'greedy'), queue.isFull('a', 'modest')]).toEqual([true, false]);
    enter('a', false, 'modest');
    enter('a', false, 'greedy');
    expect(refused).toEqual(['a 4: party', 'a 6: party']);
    expect(queue.waiting).toBe(3);
  });

  it('forgets who stops waiting', () => {
    const { queue, started, enter, leave, endNext } = scene();
    times(3, () => enter('a'));
    leave('a 2');
    expect(queue.waiting).toBe(1);
    endNext();
    expect(started).toEqual(['a 1', 'a 3']);
  });

  it('loses nobody, lets in no more than it may, and leaves no place unused, whatever happens', () => {
    const step = fc.oneof(
      fc.record({
        enter: fc.constantFrom('a', 'b', 'c', 'd'),
        resumes: fc.boolean(),
        client: fc.constantFrom('', 'x', 'y'),
      }),
      fc.record({ leave: fc.nat(200), afterMs: fc.nat(50) }),
    );
    const sizes = fc.record({
      inProgress: fc.integer({ min: 1, max: 4 }),
      inProgressPerParty: fc.integer({ min: 1, max: 4 }),
      waitingPerParty: fc.integer({ min: 1, max: 6 }),
      waiting: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(sizes, fc.array(step, { maxLength: 200 }), (options, steps) => {
        const { queue, clock, started, refused, enter, leave } = scene(options);
        const [entered, left]: [string[], Set<string>] = [[], new Set()];
        for (const one of steps) {
          if ('enter' in one) entered.push(enter(one.enter, one.resumes, one.client));
          else if (entered.length > 0) {
            clock.nowMs += one.afterMs;
            const name = entered[one.leave % entered.length]!;
            leave(name);
            left.add(name);
          }
          const out = new Set(refused.map((line) => line.split(':')[0]!));
          const running = started.filter((name) => !left.has(name));
          const waiting = entered.filter((name) => !left.has(name) && !out.has(name) && !started.includes(name));
          const of = (names: readonly string[], party: string) => names.filter((name) => name.startsWith(party)).length;
          expect([queue.inProgress, queue.waiting]).toEqual([running.length, waiting.length]);
          expect(new Set(started).size).toBe(started.length);
          expect(running.length).toBeLessThanOrEqual(options.inProgress);
          expect(waiting.length).toBeLessThanOrEqual(options.waiting);
          for (const party of ['a', 'b', 'c', 'd']) {
            expect(of(running, party)).toBeLessThanOrEqual(options.inProgressPerParty);
            const couldBegin = of(waiting, party) > 0 && of(running, party) < options.inProgressPerParty;
            if (couldBegin) expect(running.length).toBe(options.inProgress);
          }
        }
      }),
    );
  });
});
