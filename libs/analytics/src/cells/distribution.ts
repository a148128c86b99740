/** One metric's counts and values, and what is asked of them. Pure. */
import { largestOf, representative } from './buckets.js';

/** How values of a metric are distributed; of a counter only `n` is used. */
export interface Distribution {
  n: number;
  sum: number;
  /** Bucket → how many, without zeros. Undefined for a counter. */
  readonly buckets: Map<number, number> | undefined;
}

export const emptyDistribution = (): Distribution => ({ n: 0, sum: 0, buckets: new Map() });

/** Adds `from` to `into`. */
export function mergeDistribution(into: Distribution, from: Distribution): void {
  into.n += from.n;
  into.sum += from.sum;
  if (into.buckets && from.buckets) {
    for (const [bucket, n] of from.buckets) {
      const sum = (into.buckets.get(bucket) ?? 0) + n;
      if (sum === 0) into.buckets.delete(bucket);
      else into.buckets.set(bucket, sum);
    }
  }
}

/**
 * Percentile of type 7 (linear between the two nearest ranks) from the histogram: within 1% of the exact one where both
 * ranks have the same sign. `p` in [0, 1]. Undefined where there are no values.
 */
export const quantile = (distribution: Distribution, p: number): number | undefined => quantiles(distribution, [p])[0];

/** Several at once: sorted once. */
export function quantiles({ n, buckets }: Distribution, shares: readonly number[]): readonly (number | undefined)[] {
  if (!buckets || n <= 0) return shares.map(() => undefined);
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  return shares.map((p) => {
    const rank = (n - 1) * p;
    const low = valueAt(sorted, Math.floor(rank));
    return low + (valueAt(sorted, Math.ceil(rank)) - low) * (rank - Math.floor(rank));
  });
}

function valueAt(sorted: readonly (readonly [number, number])[], rank: number): number {
  let passed = 0;
  let bucket = 0;
  for (const [next, count] of sorted) {
    bucket = next;
    passed += count;
    if (passed > rank) break;
  }
  return representative(bucket);
}

/**
 * How many values are at most `limit` (whole): exact where `isExactLimit(limit)`, else those of buckets wholly below
 * it.
 */
export function countAtMost({ buckets }: Distribution, limit: number): number {
  let count = 0;
  for (const [bucket, n] of buckets ?? []) if (largestOf(bucket) <= limit) count += n;
  return count;
}
