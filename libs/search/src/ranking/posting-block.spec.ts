import fc from 'fast-check';
import { changedBlock, eachEntry, sizeOf } from './posting-block.js';

const entriesOf = (block: Uint8Array) => {
  const entries: [number, number][] = [];
  eachEntry(block, (place, weight) => entries.push([place, weight]));
  return entries;
};
const places = fc.dictionary(
  fc.integer({ min: 0, max: 1_023 }).map(String),
  fc.double({ min: 0.002, max: 31, noNaN: true }),
);
const changesOf = (weights: Record<string, number>) =>
  new Map(Object.entries(weights).map(([place, weight]) => [Number(place), weight] as const));

describe('A posting block', () => {
  it('has each document once, in order, with its weight to 1/512', () => {
    const block = changedBlock(
      new Uint8Array(),
      new Map([
        [7, 2.5],
        [1_023, 31.9],
        [0, 0.01],
      ]),
    );
    expect(entriesOf(block)).toEqual([
      [0, 5 / 512],
      [7, 2.5],
      [1_023, 16_333 / 512],
    ]);
    expect(sizeOf(block.length)).toBe(3);
  });

  it('keeps the least and the most that it can of weights beyond', () =>
    expect(
      entriesOf(
        changedBlock(
          new Uint8Array(),
          new Map([
            [0, 0],
            [1, 1e9],
          ]),
        ),
      ),
    ).toEqual([
      [0, 1 / 512],
      [1, 16_383 / 512],
    ]));

  it('is the same by any way to the same documents', () =>
    fc.assert(
      fc.property(places, places, (first, second) => {
        const at = changedBlock(changedBlock(new Uint8Array(), changesOf(first)), changesOf(second));
        expect(at).toEqual(changedBlock(new Uint8Array(), changesOf({ ...first, ...second })));
        const out = new Map(Object.keys(second).map((place) => [Number(place), undefined] as const));
        const rest = Object.fromEntries(Object.entries(first).filter(([place]) => !(place in second)));
        expect(changedBlock(at, out)).toEqual(changedBlock(new Uint8Array(), changesOf(rest)));
      }),
    ));
});
