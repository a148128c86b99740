import fc from 'fast-check';
import { changedWordsBetween, commonWords } from './common-words.js';

/** The textbook table. */
function slowly(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const row = [0];
    b.forEach((other, at) => {
      row.push(word === other ? (above[at] ?? 0) + 1 : Math.max(above[at + 1] ?? 0, row[at] ?? 0));
    });
    above = row;
  }
  return above[b.length] ?? 0;
}

it('counts what the textbook counts', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 150, size: 'max' });
  fc.assert(fc.property(words, words, (a, b) => expect(commonWords(a, b)).toBe(slowly(a, b))));
});

it('counts a word in the place of another once', () => {
  expect(changedWordsBetween(['a', 'b', 'c'], ['a', 'x', 'c'])).toBe(1);
  expect(changedWordsBetween(['a', 'b'], ['a', 'b', 'c', 'd'])).toBe(2);
  expect(changedWordsBetween(['a', 'b'], [])).toBe(2);
});
