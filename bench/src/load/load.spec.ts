import { setTimeout as pause } from 'node:timers/promises';
import { flatOut } from './flat-out.js';
import { paced } from './paced.js';

describe('flatOut', () => {
  it('has each worker do one thing at a time, and counts no more than was answered', async () => {
    const busy = new Set<number>();
    let answered = 0;
    const { perSecond, latenciesMs } = await flatOut(3, 0.05, async (worker) => {
      expect(busy.has(worker)).toBe(false);
      busy.add(worker);
      await pause(1);
      busy.delete(worker);
      answered++;
    });
    expect(latenciesMs.length).toBeLessThanOrEqual(answered);
    expect(perSecond).toBeCloseTo(latenciesMs.length / 0.05);
    expect(latenciesMs).toEqual([...latenciesMs].sort((a, b) => a - b));
  });

  it('ends with the first error', async () => {
    await expect(flatOut(2, 5, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('paced', () => {
  it('does exactly what is due, however slow the answers are', async () => {
    let [begun, busy, most] = [0, 0, 0];
    await paced(2, 1000, 0.03, async () => {
      begun++;
      most = Math.max(most, ++busy);
      await pause(3);
      busy--;
    });
    expect(begun).toBe(30);
    expect(most).toBe(2);
  });
});
