/** Percentiles by linear interpolation between closest ranks: Hyndman and Fan's type 7, SQL's percentile_cont. */

/** `sorted` ascending; `p` from 0 to 1. `undefined` of nothing. */
export function percentile(sorted: ArrayLike<number>, p: number): number | undefined {
  if (sorted.length === 0) return undefined;
  return interpolate(sorted.length, p, (index) => sorted[index] as number);
}

/** The same over anything that can tell its k-th smallest value, k from 0: a histogram, for one. */
export function interpolate(n: number, p: number, smallest: (index: number) => number): number {
  const rank = (n - 1) * p;
  const below = Math.floor(rank);
  const lower = smallest(below);
  const share = rank - below;
  return share === 0 ? lower : lower + (smallest(Math.min(below + 1, n - 1)) - lower) * share;
}
