import fc from 'fast-check';
import { type Block, changedBlocks, eachEntry, latestStart, stretchOf } from './posting-block.js';

const entriesOf = (block: Block) => {
  const found: [number, number][] = [];
  eachEntry(block, (place, weight) => found.push([stretchOf(block.start) + place, weight]));
  return found;
};
const filled = (blocks: readonly Block[]) => blocks.filter(({ entries }) => entries.length > 0);
const made = (weights: ReadonlyMap<number, number>) => filled(changedBlocks([], weights));

/** Numbers that meet at the beginnings of blocks and of stretches. */
const numbers = fc.oneof(
  fc.integer({ min: 0, max: 2_100 }),
  fc.constantFrom(512, 1_024, 1_536, 65_535, 65_536, 65_537, 66_048, 2 ** 31 - 1),
);
const weighted = fc
  .array(fc.tuple(numbers, fc.double({ min: 0.001, max: 60, noNaN: true })), { maxLength: 60 })
  .map((pairs) => new Map(pairs));

/** What a store answers for the documents of some changes. */
const wantedOf = (blocks: readonly Block[], changes: ReadonlyMap<number, number | undefined>) =>
  blocks.filter(({ start }) =>
    [...changes].some(([number, weight]) => {
      const covering = blocks
        .filter((block) => block.start <= latestStart(number) && block.start >= stretchOf(number))
        .sort((a, b) => b.start - a.start)
        .slice(0, weight === undefined ? 2 : 1);
      return covering.some((block) => block.start === start);
    }),
  );

/** The blocks after changes, by a store. */
function applied(blocks: readonly Block[], changes: ReadonlyMap<number, number | undefined>): Block[] {
  const after = new Map(blocks.map((block) => [block.start, block]));
  for (const block of changedBlocks(wantedOf(blocks, changes), changes)) after.set(block.start, block);
  return filled([...after.values()]).sort((a, b) => a.start - b.start);
}

describe('Posting blocks', () => {
  it('have each document once, in order, with its weight to 2%', () => {
    const [block] = made(
      new Map([
        [7, 2.5],
        [511, 31.9],
        [0, 0.01],
      ]),
    );
    const entries = entriesOf(block!);
    expect(entries.map(([number]) => number)).toEqual([0, 7, 511]);
    for (const [i, weight] of [0.01, 2.5, 31.9].entries()) {
      expect(entries[i]![1] / weight).toBeGreaterThan(0.97);
      expect(entries[i]![1] / weight).toBeLessThan(1.03);
    }
    expect(block!.documents).toBe(3);
  });

  it('take two bytes for a document that is near the one before it, and four at most', () => {
    const bytesOf = (...some: number[]) => made(new Map(some.map((number) => [number, 1])))[0]!.entries.length;
    expect(bytesOf(0, 1, 129)).toBe(6);
    expect(bytesOf(129)).toBe(3);
    expect(bytesOf(65_535)).toBe(4);
    expect(entriesOf(made(new Map([[65_535, 1]]))[0]!)).toEqual([[65_535, 1]]);
  });

  it('keep the least and the most that they can of weights beyond', () => {
    const weights = [0, 2 ** -10, 1e9].map((weight) => entriesOf(made(new Map([[1, weight]]))[0]!)[0]![1]);
    expect(weights[0]).toBe(weights[1]);
    expect(weights[2]).toBeGreaterThan(60);
  });

  it('begin at multiples of 512 that have the term, and at stretches', () => {
    const startsOf = (...some: number[]) => made(new Map(some.map((number) => [number, 1]))).map(({ start }) => start);
    expect(startsOf(5, 600, 700)).toEqual([0]);
    expect(startsOf(5, 512, 700, 1_024)).toEqual([0, 512, 1_024]);
    expect(startsOf(600, 65_535, 65_537)).toEqual([0, 65_536]);
  });

  it('are the same by any way to the same documents', () =>
    fc.assert(
      fc.property(weighted, weighted, fc.array(numbers), (first, second, gone) => {
        const both = new Map([...first, ...second]);
        expect(applied(made(first), second)).toEqual(made(both));
        const out = new Map([...gone, ...second.keys()].map((number) => [number, undefined] as const));
        expect(applied(made(both), out)).toEqual(made(new Map([...both].filter(([number]) => !out.has(number)))));
      }),
    ));
});
