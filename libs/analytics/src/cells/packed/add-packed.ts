/** Adds packed cells up without unpacking them: two ordered lists make a third. Pure. The format is README.md's. */
import { formatVersion, isDistribution } from './cell.js';
import { Reader, Writer } from './varint.js';

/** Adding never waits for anything: one buffer serves all. */
const writer = new Writer();

/** The metrics of a packed cell, one after the other. */
class Metrics {
  /** Undefined behind the last. */
  key: number | undefined;
  /** At the metric's value. */
  readonly reader: Reader;
  private from = 0;
  private to: number;

  constructor(private readonly packed: Buffer) {
    this.reader = new Reader(packed);
    const version = this.reader.unsigned();
    if (version !== formatVersion) throw new RangeError(`A cell of format ${version}: rebuild the projection.`);
    this.to = this.reader.at;
    this.next();
  }

  next(): void {
    this.from = this.to;
    this.reader.at = this.to;
    this.key = this.from < this.packed.length ? this.reader.unsigned() : undefined;
    if (this.key !== undefined) this.to = this.reader.unsigned() + this.reader.at;
  }

  copy(): void {
    writer.raw(this.packed, this.from, this.to);
    this.next();
  }
}

/** The sum of two packed cells, byte for byte as `Cell` would pack it; undefined where nothing is left. */
export function addPacked(a: Buffer, b: Buffer): Buffer | undefined {
  writer.reset();
  writer.unsigned(formatVersion);
  const empty = writer.length;
  const [left, right] = [new Metrics(a), new Metrics(b)];
  while (left.key !== undefined || right.key !== undefined) {
    const [low, high] = [left.key ?? Infinity, right.key ?? Infinity];
    if (low < high) left.copy();
    else if (high < low) right.copy();
    else {
      addMetric(low, left.reader, right.reader);
      left.next();
      right.next();
    }
  }
  return writer.length > empty ? writer.copy() : undefined;
}

function addMetric(key: number, a: Reader, b: Reader): void {
  const n = a.signed() + b.signed();
  if (!isDistribution(key)) {
    if (n === 0) return;
    writer.unsigned(key);
    writer.sized(() => writer.signed(n));
    return;
  }
  const sum = a.signed() + b.signed();
  let length = addBuckets(a, b);
  if (length === 0) {
    if (sum === 0) return;
    // A sum without values stands as a zero bucket.
    [buckets[0], counts[0], length] = [0, 0, 1];
  }
  writer.unsigned(key);
  writer.sized(() => {
    writer.signed(n);
    writer.signed(sum);
    writer.unsigned(length);
    let last = 0;
    for (let i = 0; i < length; i++) {
      const bucket = buckets[i] ?? 0;
      writer.signed(bucket - last);
      writer.signed(counts[i] ?? 0);
      last = bucket;
    }
  });
}

const buckets: number[] = [];
const counts: number[] = [];

/** Leaves in `buckets` and `counts` what is not zero; answers how many they are. */
function addBuckets(a: Reader, b: Reader): number {
  let length = 0;
  let [leftA, leftB] = [a.unsigned(), b.unsigned()];
  let bucketA = leftA > 0 ? a.signed() : Infinity;
  let bucketB = leftB > 0 ? b.signed() : Infinity;
  while (leftA > 0 || leftB > 0) {
    const bucket = Math.min(bucketA, bucketB);
    let n = 0;
    if (bucketA === bucket) {
      n += a.signed();
      bucketA = --leftA > 0 ? bucketA + a.signed() : Infinity;
    }
    if (bucketB === bucket) {
      n += b.signed();
      bucketB = --leftB > 0 ? bucketB + b.signed() : Infinity;
    }
    if (n === 0) continue;
    buckets[length] = bucket;
    counts[length++] = n;
  }
  return length;
}
