import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { Cell, unpack } from './cell.js';
import { metricKey } from '../metrics.js';
import { addPacked } from './add-packed.js';

const keys = [
  metricKey('opened', 'opening'),
  metricKey('firstResponse', 'opening'),
  metricKey('firstResponse', 'moment'),
  metricKey('handle', 'flow'),
];
const value = fc.oneof(fc.constantFrom(0, 1, 60), fc.integer({ min: -1e9, max: 1e9 }), fc.nat(315e9));
const counted = fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer({ min: -2, max: 2 }), value), { maxLength: 40 });

function cellOf(entries: readonly (readonly [key: number, n: number, value: number])[]): Cell {
  const cell = new Cell();
  for (const [key, n, of] of entries) cell.add(key, n, of);
  return cell;
}

it('is what the sum of both cells packs, with what takes away too', () =>
  fc.assert(
    fc.property(counted, counted, fc.nat(40), (before, more, gone) => {
      // What is taken away again was mostly there before.
      const change = [...more, ...before.slice(0, gone).map(([key, n, of]) => [key, -n, of] as const)];
      const [a, b] = [cellOf(before).pack(), cellOf(change).pack()];
      fc.pre(a !== undefined && b !== undefined);
      if (a && b) expect(addPacked(a, b)).toEqual(cellOf([...before, ...change]).pack());
    }),
    { numRuns: effort(2000, 40_000) },
  ));

it('is nothing where as much is taken away', () =>
  fc.assert(
    fc.property(counted, (entries) => {
      const [a, b] = [cellOf(entries).pack(), cellOf(entries.map(([key, n, of]) => [key, -n, of])).pack()];
      if (a && b) expect(addPacked(a, b)).toBeUndefined();
    }),
  ));

it('keeps a sum whose values are not there any more', () => {
  const response = metricKey('firstResponse', 'opening');
  const [a, b] = [cellOf([[response, 1, 100_000]]).pack(), cellOf([[response, -1, 100_001]]).pack()];
  const sum = a && b && addPacked(a, b);
  expect(sum && unpack(sum).get('firstResponse', 'opening')).toMatchObject({ n: 0, sum: -1 });
});

it('adds cells longer than its buffer was', () => {
  const response = metricKey('firstResponse', 'opening');
  const [a, b] = [1, -1].map((sign) =>
    cellOf(Array.from({ length: 1270 }, (_, i) => [response, 1, sign * Math.round(1.02 ** i)])),
  );
  const packed = [a?.pack(), b?.pack()] as [Buffer, Buffer];
  if (b) a?.merge(b);
  const sum = addPacked(...packed);
  expect(sum?.length).toBeGreaterThan(4096);
  expect(sum).toEqual(a?.pack());
});

it('refuses another format', () => {
  const cell = cellOf([[metricKey('opened', 'opening'), 1, 0]]).pack() ?? Buffer.of();
  expect(() => addPacked(cell, Buffer.from([9, ...cell.subarray(1)]))).toThrow(/rebuild/);
});
