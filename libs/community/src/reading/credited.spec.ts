import fc from 'fast-check';
import { credited, mostSeconds } from './credited.js';

it('believes what fits into the time that has gone by', () => {
  expect(credited([20, 40], 60)).toEqual([20, 40]);
  expect(credited([20, 40], 30)).toEqual([10, 20]);
  expect(credited([20, 40], undefined)).toEqual([20, 40]);
  expect(credited([900], 7_200)).toEqual([mostSeconds]);
  expect(credited([], 0)).toEqual([]);
  expect(credited([0, 0], 0)).toEqual([0, 0]);
  // The clock of another replica is behind.
  expect(credited([5], -3)).toEqual([0]);
});
it('never believes more than has gone by, and nothing that was not said', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(3_600), { maxLength: 50 }), fc.nat(7_200), (seconds, elapsed) => {
      const believed = credited(seconds, elapsed);
      expect(believed.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(Math.min(elapsed, mostSeconds));
      believed.forEach((one, i) => expect(one).toBeLessThanOrEqual(seconds[i]!));
    }),
  ));
