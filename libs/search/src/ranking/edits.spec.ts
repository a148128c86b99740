import fc from 'fast-check';
import { backwards, isOneEdit, mayBeMistyped, nearby } from './edits.js';

const letters = [...'abcdeżł'];
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 4, maxLength: 9 });

/** Every word that one edit makes, the first letter kept. */
function edited(from: string): Set<string> {
  const found = new Set<string>();
  for (let i = 1; i <= from.length; i++) {
    const [start, end] = [from.slice(0, i), from.slice(i)];
    for (const letter of letters) {
      found.add(start + letter + end);
      if (end) found.add(start + letter + end.slice(1));
    }
    if (end) found.add(start + end.slice(1));
    if (end.length > 1) found.add(start + end.charAt(1) + end.charAt(0) + end.slice(2));
  }
  found.delete(from);
  return found;
}

describe('One edit', () => {
  it('is a letter more, less or changed, or two neighbours exchanged', () =>
    fc.assert(
      fc.property(word, (from) => {
        for (const to of edited(from)) expect([from, to, isOneEdit(from, to)]).toEqual([from, to, true]);
      }),
    ));

  it('is nothing else', () =>
    fc.assert(
      fc.property(word, word, (from, to) => {
        if (from[0] !== to[0]) return;
        expect(isOneEdit(from, to)).toBe(edited(from).has(to));
      }),
    ));

  it('leaves one half of the word, or exchanges the letters beside the middle', () =>
    fc.assert(
      fc.property(word, (from) => {
        const { start, backwards: end, crossed } = nearby(from);
        for (const to of edited(from)) {
          expect(to.startsWith(start) || backwards(to).startsWith(end) || to === crossed).toBe(true);
        }
      }),
    ));

  it.each([
    ['zwrot', true],
    ['abc', false],
    ['2001', false],
    ['x2001', false],
  ])('is allowed in %j: %j', (typed, may) => expect(mayBeMistyped(typed)).toBe(may));
});
