import { setTimeout as pause } from 'node:timers/promises';

/**
 * Begins `work` `perSecond` times a second for `seconds`, at even distances, whether or not what began before has
 * ended: a slow answer does not spare the system the next question. Each worker does one thing at a time; when all are
 * busy, what is due waits for the first to be free. Answers when all is done; the first error ends it.
 */
export async function paced(
  workers: number,
  perSecond: number,
  seconds: number,
  work: (worker: number) => Promise<unknown>,
): Promise<void> {
  const total = Math.round(perSecond * seconds);
  const begin = performance.now();
  let begun = 0;
  const keepOn = async (worker: number) => {
    while (begun < total) {
      const due = begin + (begun++ * 1000) / perSecond;
      const early = due - performance.now();
      // Timers are a millisecond late at best: what is due within one begins now.
      if (early > 1) await pause(early);
      await work(worker);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => keepOn(worker)));
}
