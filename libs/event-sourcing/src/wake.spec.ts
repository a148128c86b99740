import { Wake } from './wake.js';

const longMs = 60_000;

describe('Wake', () => {
  it('wakes everyone who waits', async () => {
    const wake = new Wake();
    const waiting = Promise.all([wake.wait(longMs), wake.wait(longMs)]);
    wake.notify();
    await waiting;
  });

  it('does not lose what came between looking and waiting', async () => {
    const wake = new Wake();
    const { seen } = wake;
    wake.notify();
    await wake.wait(longMs, seen);
  });

  it('gives up after a while', async () => {
    const began = performance.now();
    await new Wake().wait(20);
    expect(performance.now() - began).toBeGreaterThan(15);
  });
});
