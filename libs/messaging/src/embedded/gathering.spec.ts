import type { EventLoopUtilization } from 'node:perf_hooks';
import { Gathering } from './gathering.js';

/** A process that worked for so much of the time since it was last asked. */
function processWith(share: () => number) {
  let atMs = 0;
  const utilization = (since?: EventLoopUtilization): EventLoopUtilization => ({
    idle: 0,
    active: 0,
    utilization: since ? share() : 0,
  });
  let slept = 0;
  const sleep = async (ms: number) => (slept += ms);
  const gathering = new Gathering({ utilization, nowMs: () => atMs, sleep });
  return async (afterMs: number): Promise<boolean> => {
    atMs += afterMs;
    const before = slept;
    await gathering.pause();
    return slept > before;
  };
}

it('does not pause where the event loop has room', async () => {
  const pauses = processWith(() => 0.94);
  expect([await pauses(0), await pauses(60), await pauses(60)]).toEqual([false, false, false]);
});

it('pauses where it is full, as far as the last look tells', async () => {
  let share = 0.95;
  const pauses = processWith(() => share);
  expect(await pauses(10)).toBe(false); // too early to say
  expect(await pauses(50)).toBe(true);
  share = 0.1;
  expect(await pauses(10)).toBe(true); // not looked at anew
  expect(await pauses(50)).toBe(false);
});
