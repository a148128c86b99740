/** Adds up one metric of many packed cells. Pure. */
import { bucketLimit } from '../buckets.js';
import { eachBucket, eachMetric } from './cell.js';
import type { Distribution } from '../distribution.js';
import { Reader } from './varint.js';

/** Visits packed cells that stand one behind the other, each after its length in four bytes (big-endian). */
export function eachPacked(cells: Buffer, visit: (reader: Reader, end: number) => void): void {
  const reader = new Reader(cells);
  while (reader.at < cells.length) {
    const begin = reader.at + 4;
    const end = begin + cells.readUInt32BE(reader.at);
    reader.at = begin;
    visit(reader, end);
    reader.at = end;
  }
}

/** One for each metric that is asked for, for one group after the other: its array is large, and in no map. */
export class PackedSum {
  private n = 0;
  private sum = 0;
  /** By bucket + bucketLimit. */
  private readonly counts = new Float64Array(2 * bucketLimit + 1);
  private low = Infinity;
  private high = -Infinity;

  constructor(
    private readonly wantedKey: number,
    private readonly hasBuckets: boolean,
  ) {}

  /** @param cells as `eachPacked` reads them. */
  add(cells: Buffer): void {
    eachPacked(cells, (reader, end) => eachMetric(reader, end, this.take));
  }

  private readonly take = (key: number, reader: Reader): void => {
    if (key !== this.wantedKey) return;
    this.n += reader.signed();
    if (!this.hasBuckets) return;
    this.sum += reader.signed();
    eachBucket(reader, this.count);
  };

  private readonly count = (bucket: number, n: number): void => {
    const at = bucket + bucketLimit;
    this.counts[at] = (this.counts[at] ?? 0) + n;
    if (at < this.low) this.low = at;
    if (at > this.high) this.high = at;
  };

  /** Adds what was added up to `into`, and begins anew. */
  moveTo(into: Distribution): void {
    into.n += this.n;
    into.sum += this.sum;
    for (let at = this.low; at <= this.high; at++) {
      const n = this.counts[at] ?? 0;
      if (n === 0) continue;
      const bucket = at - bucketLimit;
      const sum = (into.buckets?.get(bucket) ?? 0) + n;
      if (sum === 0) into.buckets?.delete(bucket);
      else into.buckets?.set(bucket, sum);
    }
    this.counts.fill(0, this.low, this.high + 1);
    this.n = 0;
    this.sum = 0;
    this.low = Infinity;
    this.high = -Infinity;
  }
}
