/** Numbers from 0 (inclusive) to 1 (exclusive), the same for the same seed. */
export type Random = () => number;

/**
 * Runs a test of chance. The seed is GUICHET_TEST_SEED or a new one, and stands in the message of whatever fails, so
 * that the same choices can be made again.
 */
export async function withSeed(work: (random: Random, seed: number) => Promise<void>): Promise<void> {
  const seed = seedOfRun();
  try {
    await work(seeded(seed), seed);
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message}\n(GUICHET_TEST_SEED=${seed})`;
    throw error;
  }
}

/** GUICHET_TEST_SEED, or a new one; to be named wherever the run can fail. */
export const seedOfRun = (): number => Number(process.env.GUICHET_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Mulberry32, by Tommy Ettinger (public domain). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
