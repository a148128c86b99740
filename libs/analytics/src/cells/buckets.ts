/**
 * The buckets of the histograms: log-scaled whole numbers (seconds or counts), symmetric around zero. Up to 99 every
 * whole number has its own bucket; above, a bucket spans less than a factor of 1.02, so that its representative is
 * within 1% of every value in it. The edges include the usual limits, so that "at most this long" is exact for them.
 *
 * Bucket numbers are a storage format: changing anything here means a new version of the projection.
 */

/** Widest ratio between two values of a bucket. */
export const gamma = 1.02;
/** Guaranteed error of a percentile, in percent of its value. */
export const relativeErrorPercent = 1;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** Limits, in seconds, at which `countAtMost` is exact whatever the values. */
export const exactLimits: readonly number[] = [
  ...[1, 5, 10, 15, 20, 30, 45].map((n) => n * minute),
  ...[1, 2, 3, 4, 6, 8, 10, 12, 16, 18].map((n) => n * hour),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 21, 28, 30, 60, 90, 180, 365].map((n) => n * day),
];

/** Ten thousand years in seconds: RFC 3339 ends there. */
const largest = 10_000 * 366 * day;

/** Lowest value of each bucket from 1 on; bucket k holds the whole numbers in [edges[k - 1], edges[k]). */
const edges: readonly number[] = (() => {
  const limits = exactLimits.map((limit) => limit + 1);
  const list: number[] = [];
  for (let edge = 1; edge <= 2 * largest; edge = Math.max(edge + 1, Math.floor(edge * gamma))) list.push(edge);
  return [...new Set([...list, ...limits])].sort((a, b) => a - b);
})();

/** No bucket's number is further from zero. */
export const bucketLimit = edges.length;

/** The bucket of a whole number: 0 for 0, positive for positive values, mirrored for negative ones. */
export function bucketOf(value: number): number {
  if (value === 0) return 0;
  const magnitude = Math.abs(value);
  const bucket = magnitude <= 99 ? magnitude : lastEdgeAtMost(magnitude) + 1;
  return value < 0 ? -bucket : bucket;
}

function lastEdgeAtMost(value: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((edges[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The value that stands for a bucket: within 1% of every value in it. */
export function representative(bucket: number): number {
  if (bucket === 0) return 0;
  const lowest = edges[Math.abs(bucket) - 1] ?? largest;
  const highest = (edges[Math.abs(bucket)] ?? lowest + 1) - 1;
  const value = (2 * lowest * highest) / (lowest + highest);
  return bucket < 0 ? -value : value;
}

/** Largest value of a bucket. */
export function largestOf(bucket: number): number {
  if (bucket === 0) return 0;
  const lowest = edges[Math.abs(bucket) - 1] ?? largest;
  return bucket < 0 ? -lowest : (edges[bucket] ?? lowest + 1) - 1;
}

/** True where `countAtMost` of this limit (whole seconds) is exact. */
export const isExactLimit = (limit: number): boolean => largestOf(bucketOf(limit)) === limit;
