/** A cell: counters and distributions by metric key. Pure. Its packed format is README.md's. */
import { bucketOf } from '../buckets.js';
import { cellColumns, columnOfKey } from './columns.js';
import type { Distribution } from '../distribution.js';
import { Reader, Writer } from './varint.js';
import { type Basis, metricKey, type MetricName, metrics } from '../metrics.js';

export const formatVersion = 1;

/** Names by metric id; whether it is a distribution, by metric id. */
const names: MetricName[] = [];
const distributions: boolean[] = [];
for (const metric of Object.keys(metrics) as MetricName[]) {
  names[metrics[metric].id] = metric;
  distributions[metrics[metric].id] = metrics[metric].kind === 'distribution';
}
export const isDistribution = (key: number): boolean => distributions[key >> 2] ?? false;

/** A metric's key and one of its buckets (around zero) as one small number. */
const bucketBits = 12;
const zeroBucket = 1 << (bucketBits - 1);
const codeOf = (key: number, bucket: number) => (key << bucketBits) + zeroBucket + bucket;
const keyOf = (code: number) => code >> bucketBits;
const bucketOfCode = (code: number) => (code & ((1 << bucketBits) - 1)) - zeroBucket;

function addTo(counts: Map<number, number>, at: number, n: number): void {
  const sum = (counts.get(at) ?? 0) + n;
  if (sum === 0) counts.delete(at);
  else counts.set(at, sum);
}

type Codes = Uint32Array | readonly number[];

/** A packed cell, or nothing, for each of `cellColumns`. */
export type PackedColumns = readonly (Buffer | undefined)[];

export class Cell {
  /**
   * How many by key and bucket, and the sum of their values by key; both without zeros. Two maps, as there are many
   * cells.
   */
  private readonly counts = new Map<number, number>();
  private readonly sums = new Map<number, number>();

  /** Adds `n` times a whole number (of a counter: adds `n`). A negative `n` takes away. */
  add(key: number, n: number, value = 0): void {
    if (!isDistribution(key)) return addTo(this.counts, codeOf(key, 0), n);
    addTo(this.counts, codeOf(key, bucketOf(value)), n);
    addTo(this.sums, key, n * value);
  }

  /** Adds every metric of another cell. */
  merge({ counts, sums }: Cell): void {
    for (const [code, n] of counts) addTo(this.counts, code, n);
    for (const [key, sum] of sums) addTo(this.sums, key, sum);
  }

  /** Adds the metrics of another cell that stand in one of `cellColumns`. */
  mergeColumn({ counts, sums }: Cell, column: number): void {
    for (const [code, n] of counts) if (columnOfKey(keyOf(code)) === column) addTo(this.counts, code, n);
    for (const [key, sum] of sums) if (columnOfKey(key) === column) addTo(this.sums, key, sum);
  }

  /** Adds every metric of a packed cell. */
  mergePacked(packed: Buffer): void {
    eachMetric(new Reader(packed), packed.length, (key, reader) => {
      const n = reader.signed();
      if (!isDistribution(key)) return addTo(this.counts, codeOf(key, 0), n);
      addTo(this.sums, key, reader.signed());
      eachBucket(reader, (bucket, count) => addTo(this.counts, codeOf(key, bucket), count));
    });
  }

  /** True where every metric is zero. */
  get isEmpty(): boolean {
    return this.counts.size === 0 && this.sums.size === 0;
  }

  /** The metrics that are not zero on some basis. */
  metrics(): ReadonlySet<MetricName> {
    return new Set(Array.from(this.sortedCodes(), keyOf).flatMap((key) => names[key >> 2] ?? []));
  }

  /** One metric; undefined where it is zero. */
  get(metric: MetricName, basis: Basis): Distribution | undefined {
    const wanted = metricKey(metric, basis);
    const buckets = new Map<number, number>();
    for (const [code, n] of this.counts) if (keyOf(code) === wanted) buckets.set(bucketOfCode(code), n);
    const sum = this.sums.get(wanted) ?? 0;
    if (buckets.size === 0 && sum === 0) return undefined;
    const n = [...buckets.values()].reduce((total, count) => total + count, 0);
    return { n, sum, buckets: isDistribution(wanted) ? buckets : undefined };
  }

  /** The packed cell, undefined where nothing is left in it. Throws RangeError for a sum beyond 2^52. */
  pack(): Buffer | undefined {
    return this.isEmpty ? undefined : this.packCodes(this.sortedCodes());
  }

  /** The same in parts, by `cellColumns`; undefined where a part has nothing, or all of them do. */
  packColumns(): PackedColumns | undefined {
    if (this.isEmpty) return undefined;
    const packed: (Buffer | undefined)[] = Array.from(cellColumns, () => undefined);
    const byColumn = new Map<number, number[]>();
    for (const code of this.sortedCodes()) {
      const column = columnOfKey(keyOf(code));
      const codes = byColumn.get(column);
      if (codes) codes.push(code);
      else byColumn.set(column, [code]);
    }
    for (const [column, codes] of byColumn) packed[column] = this.packCodes(codes);
    return packed;
  }

  private packCodes(codes: Codes): Buffer {
    writer.reset();
    writer.unsigned(formatVersion);
    for (let from = 0, to = 0; from < codes.length; from = to) {
      const key = keyOf(codes[from] ?? 0);
      while (to < codes.length && keyOf(codes[to] ?? 0) === key) to++;
      this.packMetric(key, codes.slice(from, to));
    }
    return writer.copy();
  }

  private packMetric(key: number, codes: Codes): void {
    let n = 0;
    for (const code of codes) n += this.counts.get(code) ?? 0;
    writer.unsigned(key);
    writer.sized(() => {
      writer.signed(n);
      if (!isDistribution(key)) return;
      writer.signed(this.sums.get(key) ?? 0);
      writer.unsigned(codes.length);
      let last = 0;
      for (const code of codes) {
        writer.signed(bucketOfCode(code) - last);
        writer.signed(this.counts.get(code) ?? 0);
        last = bucketOfCode(code);
      }
    });
  }

  /** Codes of what is not zero, ascending. A sum without values (a change may be that) stands as a zero bucket. */
  private sortedCodes(): Uint32Array {
    const codes = new Uint32Array(this.counts.size);
    let at = 0;
    for (const code of this.counts.keys()) codes[at++] = code;
    codes.sort();
    const withValues = new Set<number>();
    let last = -1;
    for (const code of codes) {
      const key = keyOf(code);
      if (key !== last && this.sums.has(key)) withValues.add(key);
      last = key;
    }
    if (withValues.size === this.sums.size) return codes;
    const bare = [...this.sums.keys()].filter((key) => !withValues.has(key));
    return Uint32Array.from([...codes, ...bare.map((key) => codeOf(key, 0))]).sort();
  }
}

/** Packing never waits for anything: one buffer serves all. */
const writer = new Writer();

export function unpack(packed: Buffer): Cell {
  const cell = new Cell();
  cell.mergePacked(packed);
  return cell;
}

/** Visits each metric of a packed cell, at its value; what is not read is skipped. Up to `end` of the reader. */
export function eachMetric(reader: Reader, end: number, visit: (key: number, reader: Reader) => void): void {
  const version = reader.unsigned();
  if (version !== formatVersion) throw new RangeError(`A cell of format ${version}: rebuild the projection.`);
  while (reader.at < end) {
    const key = reader.unsigned();
    const next = reader.unsigned() + reader.at;
    visit(key, reader);
    reader.at = next;
  }
}

/** Of a distribution, behind its n and sum. */
export function eachBucket(reader: Reader, visit: (bucket: number, n: number) => void): void {
  let bucket = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    bucket += reader.signed();
    visit(bucket, reader.signed());
  }
}
