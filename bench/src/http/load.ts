/** Load, at a pace or as fast as answers come. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../rounds.js';

/** Milliseconds each; sorted. */
export class Latencies {
  private readonly taken: number[] = [];
  private isSorted = true;

  add(ms: number): void {
    this.taken.push(ms);
    this.isSorted = false;
  }

  get count(): number {
    return this.taken.length;
  }

  at(share: number): number {
    if (!this.isSorted) this.taken.sort((a, b) => a - b);
    this.isSorted = true;
    return quantile(this.taken, share);
  }
}

/** More than these under way means that the other side does not keep up: a pace that is not kept is no measurement. */
const maxUnderWay = 5_000;

export interface Paced {
  readonly sent: number;
  /** 99th percentile of the generator's own delay, ms. */
  readonly generatorDelayMs: number;
}

/**
 * Begins `work` so many times a second, whether or not the earlier ones are done (an open loop), and waits for the
 * last. `dueMs` is when it should have begun, on performance.now()'s clock.
 */
export async function atPace(
  perSecond: number,
  seconds: number,
  work: (i: number, dueMs: number) => Promise<void>,
): Promise<Paced> {
  const total = Math.round(perSecond * seconds);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const failures: unknown[] = [];
  let underWay = 0;
  const begin = performance.now();
  let i = 0;
  while (i < total) {
    for (; i < total && begin + (i * 1000) / perSecond <= performance.now(); i++) {
      if (++underWay > maxUnderWay) throw new Error(`${maxUnderWay} requests under way: ${perSecond}/s are too many.`);
      work(i, begin + (i * 1000) / perSecond).then(
        () => underWay--,
        (error: unknown) => {
          underWay--;
          failures.push(error);
        },
      );
    }
    if (failures.length > 0) throw failures[0];
    await pause(1);
  }
  for (const deadline = performance.now() + 90_000; underWay > 0;) {
    if (performance.now() > deadline) throw new Error(`${underWay} requests were not answered in time.`);
    await pause(2);
  }
  delay.disable();
  if (failures.length > 0) throw failures[0];
  // What the timer's own resolution adds is no delay.
  return { sent: total, generatorDelayMs: Math.max(0, delay.percentile(99) / 1e6 - 1) };
}

export interface Throughput {
  readonly perSecond: number;
  readonly latencies: Latencies;
}

/** `clients` that ask again as soon as they are answered (a closed loop). */
export async function asFastAsAnswered(
  clients: number,
  seconds: number,
  work: (client: number) => Promise<void>,
): Promise<Throughput> {
  const latencies = new Latencies();
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const client = async (id: number) => {
    for (let from = performance.now(); from < end;) {
      await work(id);
      const now = performance.now();
      latencies.add(now - from);
      from = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, id) => client(id)));
  return { perSecond: (latencies.count * 1000) / (performance.now() - begin), latencies };
}
