import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

describe('a token bucket', () => {
  it('gives what it holds at once, then what comes back', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 4 });
    expect([1, 2, 3, 4].map(() => buckets.take('a', 1, 0))).toEqual([0, 0, 0, 0]);
    expect(buckets.take('a', 1, 0)).toBe(0.5);
    expect(buckets.take('a', 2, 0)).toBe(1);
    expect(buckets.take('a', 1, 500)).toBe(0);
    expect(buckets.take('a', 1, 500)).toBe(0.5);
    expect(buckets.take('b', 4, 500)).toBe(0);
  });

  it('holds no more than it can, however long nobody asked', () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3 });
    expect(buckets.take('a', 3, 0)).toBe(0);
    expect([1, 2, 3, 4].map(() => buckets.take('a', 1, 1e9))).toEqual([0, 0, 0, 0.1]);
  });

  it('limits nothing where the rate is 0, and keeps nothing then', () => {
    const buckets = new TokenBuckets({ perSecond: 0, burst: 0 });
    expect([1, 2].map(() => buckets.take('a', 100, 0))).toEqual([0, 0]);
    expect(buckets.size).toBe(0);
  });

  it('keeps a bounded number, and forgets who has been quiet for longest', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2, maxBuckets: 3 });
    for (const key of ['a', 'b', 'c']) buckets.take(key, 2, 0);
    expect(buckets.take('a', 2, 2_000)).toBe(0); // a is the latest now
    buckets.take('d', 2, 2_000);
    expect(buckets.size).toBe(3);
    expect(buckets.wait('a', 2, 2_000)).toBe(2);
    expect(buckets.wait('b', 2, 0)).toBe(0);
  });

  it('never gives more than the burst and the rate, whatever the order and the clock', () => {
    const steps = fc.array(
      fc.record({ waitMs: fc.integer({ min: -500, max: 2_000 }), cost: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (asked) => {
        const buckets = new TokenBuckets({ perSecond: 5, burst: 10 });
        let [nowMs, forwardMs, taken] = [0, 0, 0];
        for (const { waitMs, cost } of asked) {
          nowMs += waitMs;
          forwardMs += Math.max(0, waitMs);
          if (buckets.take('a', cost, nowMs) === 0) taken += cost;
        }
        return taken <= 10 + (forwardMs / 1000) * 5 + 1e-6;
      }),
    );
  });
});
