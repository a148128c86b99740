import { retryPauseMs } from './retry-pause.js';

const pauses = (random: number) => Array.from({ length: 40 }, (_, i) => retryPauseMs(i + 1, random));

it('grows at first', () => {
  expect(pauses(0.5).slice(0, 4)).toEqual([100, 200, 400, 800]);
});

it('adds three seconds at most to the absence of a database, however long that was', () => {
  expect(Math.max(...pauses(1))).toBeLessThanOrEqual(3_000);
});
