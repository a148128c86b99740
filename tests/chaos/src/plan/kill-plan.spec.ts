import { killPlan } from './kill-plan.js';

const options = {
  seed: 7,
  durationMs: 600_000,
  parts: ['identity', 'intake 1', 'intake 2', 'postgres', 'kafka'],
  everyMs: [2_000, 6_000],
} as const;

it('is the same for the same seed, and another for another', () => {
  expect(killPlan(options)).toEqual(killPlan(options));
  expect(killPlan({ ...options, seed: 8 })).not.toEqual(killPlan(options));
});

it('keeps to its time and its pauses', () => {
  const kills = killPlan(options);
  const pauses = kills.map(({ atMs }, i) => atMs - (kills[i - 1]?.atMs ?? 0));
  expect(Math.max(...kills.map(({ atMs }) => atMs))).toBeLessThan(600_000);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(6_000);
});

it.each([1, 2, 3, 4, 5])('kills each part once before any twice, none twice in a row, seed %i', (seed) => {
  const parts = killPlan({ ...options, seed }).map(({ part }) => part);
  expect(new Set(parts.slice(0, options.parts.length)).size).toBe(options.parts.length);
  expect(parts.filter((part, i) => part === parts[i - 1])).toEqual([]);
  const times = options.parts.map((part) => parts.filter((one) => one === part).length);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
});

it('kills one part again and again, and refuses to kill none', () => {
  expect(new Set(killPlan({ ...options, parts: ['kafka'] }).map(({ part }) => part))).toEqual(new Set(['kafka']));
  expect(() => killPlan({ ...options, parts: [] })).toThrow('nothing to kill');
});
