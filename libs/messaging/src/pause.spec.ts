import { backoffMs } from './pause.js';

const pauses = (random: number) => Array.from({ length: 40 }, (_, i) => backoffMs(i + 1, random));

it('doubles at first', () => {
  expect(pauses(0.5).slice(0, 4)).toEqual([100, 200, 400, 800]);
});

it('adds less than three seconds to the absence of a broker, however long that was', () => {
  expect(Math.max(...pauses(1))).toBeLessThan(3_000);
});
