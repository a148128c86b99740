import { LagClock } from './lag-clock.js';

const second = 1_000;

it('counts from when the oldest waiting record was seen', () => {
  const clock = new LagClock();
  clock.sawEnd(10, 0);
  clock.sawEnd(20, 5 * second);
  clock.sawEnd(30, 9 * second);
  expect(clock.secondsBehind(10, 10 * second)).toBe(5);
  expect(clock.secondsBehind(25, 10 * second)).toBe(1);
  expect(clock.secondsBehind(30, 10 * second)).toBe(0);
});

it('grows while nothing is received, also where nothing more comes', () => {
  const clock = new LagClock();
  clock.sawEnd(1, 0);
  clock.sawEnd(1, 30 * second);
  expect(clock.secondsBehind(0, 60 * second)).toBe(60);
});

it('is 0 for who has read all, and before anything was seen', () => {
  const clock = new LagClock();
  expect(clock.secondsBehind(0, second)).toBe(0);
  clock.sawEnd(5, 0);
  expect(clock.secondsBehind(5, 100 * second)).toBe(0);
  clock.sawEnd(6, 200 * second);
  expect(clock.secondsBehind(5, 203 * second)).toBe(3);
});

it('keeps the oldest of very many growths', () => {
  const clock = new LagClock();
  for (let i = 1; i <= 5_000; i++) clock.sawEnd(i, i * second);
  expect(clock.secondsBehind(0, 6_000 * second)).toBe(5_999);
});

it('begins anew with a topic that ends earlier', () => {
  const clock = new LagClock();
  clock.sawEnd(100, 0);
  clock.sawEnd(3, 50 * second);
  expect(clock.secondsBehind(0, 60 * second)).toBe(10);
});
