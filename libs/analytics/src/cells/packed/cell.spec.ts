import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { bucketOf, exactLimits, isExactLimit, largestOf, representative } from '../buckets.js';
import { Cell, unpack } from './cell.js';
import { PackedSum } from './packed-sum.js';
import { countAtMost, emptyDistribution, quantile } from '../distribution.js';
import { metricKey, metrics } from '../metrics.js';

const response = metricKey('firstResponse', 'opening');
const duration = fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -200, max: 200 }), fc.nat(315e9));
const durations = fc.array(duration, { maxLength: 60 });

function cellOf(values: readonly number[]): Cell {
  const cell = new Cell();
  for (const value of values) cell.add(response, 1, value);
  return cell;
}

/** As the server puts them together for a question. */
function behindLengths(cells: readonly Cell[]): Buffer {
  const parts = cells.flatMap((cell) => {
    const packed = cell.pack();
    if (!packed) return [];
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packed.length);
    return [length, packed];
  });
  return Buffer.concat(parts);
}

describe('a bucket', () => {
  it('stands for its values within 1%, and keeps their sign', () =>
    fc.assert(
      fc.property(duration, (value) => {
        const shown = representative(bucketOf(value));
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.abs(value) * 0.01);
        expect(largestOf(bucketOf(value))).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: effort(2000, 80000) },
    ));
  it('keeps order', () =>
    fc.assert(
      fc.property(duration, duration, (a, b) => {
        if (a < b) expect(bucketOf(a)).toBeLessThanOrEqual(bucketOf(b));
      }),
    ));
  it('of its own has every whole number up to 99', () => {
    for (let value = -99; value <= 99; value++) expect(representative(bucketOf(value))).toBe(value);
  });
  it('ends at the usual limits', () => {
    for (const limit of exactLimits) expect(isExactLimit(limit)).toBe(true);
    expect(isExactLimit(123_456)).toBe(false);
    expect(bucketOf(3600)).not.toBe(bucketOf(3601));
  });
});

describe('a cell', () => {
  it('is packed and unpacked without loss', () =>
    fc.assert(
      fc.property(durations, (values) => {
        const cell = cellOf(values);
        const packed = cell.pack();
        if (values.length === 0) expect(packed).toBeUndefined();
        else expect(packed && unpack(packed).pack()).toEqual(packed);
      }),
    ));
  it('is added up packed, with others, one metric at a time', () =>
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 5 }), durations, (cells, before) => {
        const sum = new PackedSum(response, true);
        const one = cellOf([...before, 5]);
        one.add(metricKey('handle', 'flow'), 1, 60);
        sum.add(behindLengths([one]));
        const [first, rest] = [emptyDistribution(), emptyDistribution()];
        sum.moveTo(first);
        expect(first).toEqual(one.get('firstResponse', 'opening'));
        sum.add(behindLengths(cells.map(cellOf)));
        sum.moveTo(rest);
        expect(rest).toEqual(cellOf(cells.flat()).get('firstResponse', 'opening') ?? emptyDistribution());
      }),
    ));
  it('has the same bytes in whatever order it was filled, and none when emptied', () =>
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = cellOf(some);
        merged.merge(cellOf(others));
        expect(merged.pack()).toEqual(cellOf([...others, ...some].reverse()).pack());
        for (const value of [...some, ...others]) merged.add(response, -1, value);
        expect(merged.pack()).toBeUndefined();
        expect(merged.isEmpty).toBe(true);
      }),
    ));
  it('keeps metrics and bases apart', () => {
    const cell = new Cell();
    cell.add(metricKey('opened', 'opening'), 3);
    cell.add(metricKey('handle', 'flow'), 2, 60);
    const read = unpack(cell.pack() ?? Buffer.of());
    expect(read.get('opened', 'opening')?.n).toBe(3);
    expect(read.get('handle', 'flow')).toMatchObject({ n: 2, sum: 120 });
    expect(read.get('handle', 'opening')).toBeUndefined();
    expect([...read.metrics()]).toEqual(['opened', 'handle']);
  });
  it('refuses what it cannot keep exactly, a format it does not know, and a torn one', () => {
    const cell = new Cell();
    cell.add(response, 1, 2 ** 52);
    cell.add(response, 1, 2 ** 52);
    expect(() => cell.pack()).toThrow(RangeError);
    expect(() => unpack(Buffer.of(9))).toThrow('format 9');
    expect(() => unpack(Buffer.of(1, response, 4, 2))).toThrow('too early');
  });
});

describe('a percentile', () => {
  const exact = (values: readonly number[], p: number) => {
    const sorted = values.toSorted((a, b) => a - b);
    const rank = (sorted.length - 1) * p;
    const low = sorted[Math.floor(rank)] ?? NaN;
    return low + ((sorted[Math.ceil(rank)] ?? NaN) - low) * (rank - Math.floor(rank));
  };
  it('is within 1% of the exact one', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const distribution = cellOf(values).get('firstResponse', 'opening') ?? emptyDistribution();
        const truth = exact(values, p);
        expect(Math.abs((quantile(distribution, p) ?? NaN) - truth)).toBeLessThanOrEqual(truth * 0.01 + 1e-9);
      }),
    ));
  it('of nothing is not known', () => expect(quantile(emptyDistribution(), 0.5)).toBeUndefined());
});

it('counts values up to a usual limit exactly', () =>
  fc.assert(
    fc.property(durations, fc.constantFrom(...exactLimits), (values, limit) => {
      const distribution = cellOf(values).get('firstResponse', 'opening') ?? emptyDistribution();
      expect(countAtMost(distribution, limit)).toBe(values.filter((value) => value <= limit).length);
    }),
  ));

it('gives every metric its own id', () => {
  const ids = Object.values(metrics).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
