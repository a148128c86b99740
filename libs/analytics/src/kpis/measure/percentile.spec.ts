import fc from 'fast-check';
import { interpolate, percentile } from './percentile.js';

it('equals the documented examples of percentile_cont', () => {
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(percentile([10, 20, 30, 40, 50], 0.9)).toBe(46);
  expect(percentile([7], 0.95)).toBe(7);
  expect(percentile([], 0.5)).toBeUndefined();
});

it('lies between its neighbours and meets the ends', () =>
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
      const sorted = values.toSorted((a, b) => a - b);
      const below = sorted[Math.floor((sorted.length - 1) * p)] as number;
      const above = sorted[Math.ceil((sorted.length - 1) * p)] as number;
      const value = percentile(sorted, p) as number;
      expect(value).toBeGreaterThanOrEqual(below);
      expect(value).toBeLessThanOrEqual(above);
      expect(interpolate(sorted.length, p, (k) => sorted[k] as number)).toBe(value);
      expect(percentile(sorted, 0)).toBe(sorted[0]);
      expect(percentile(sorted, 1)).toBe(sorted.at(-1));
    }),
  ));
