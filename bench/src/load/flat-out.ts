/** Workers that ask again as soon as they are answered. */
export interface FlatOut {
  readonly perSecond: number;
  /** From question to answer, sorted. */
  readonly latenciesMs: readonly number[];
}

/**
 * Has `workers` do `work` again and again for `seconds`; counts what is answered in that time. The first error ends it.
 */
export async function flatOut(
  workers: number,
  seconds: number,
  work: (worker: number) => Promise<unknown>,
): Promise<FlatOut> {
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const keepOn = async (worker: number) => {
    for (let started = performance.now(); started < end;) {
      await work(worker);
      const now = performance.now();
      if (now <= end) latencies.push(now - started);
      started = now;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => keepOn(worker)));
  return { perSecond: latencies.length / seconds, latenciesMs: latencies.sort((a, b) => a - b) };
}
