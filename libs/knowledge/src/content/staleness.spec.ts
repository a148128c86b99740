import fc from 'fast-check';
import type { Significance } from '../text/text.js';
import { confirmed, type SourceRevision, staleness } from './staleness.js';

/** Blocks by id: what each says. */
type Texts = Readonly<Record<string, string>>;

const revision = (number: number, significance: Significance, texts: Texts): SourceRevision => ({
  revision: number,
  significance,
  blocks: Object.entries(texts).map(([id, text]) => ({ id, text, hash: text })),
});
const first = revision(1, 'major', { a: 'one two three', b: 'four five', c: 'six' });
const of = (revisions: readonly SourceRevision[], follows = 1, released = revisions.at(-1)?.revision ?? 1) =>
  staleness(revisions, { follows }, released);

describe('what an edit outdates', () => {
  it('counts blocks and words', () => {
    const second = revision(2, 'update', { a: 'one 2 three 4', c: 'six', d: 'seven eight' });
    expect(of([first, second])).toEqual({
      sourceRevision: 2,
      significance: 'update',
      outdated: [
        { id: 'a', change: 'changed', words: 2, since: 1 },
        { id: 'd', change: 'added', words: 2, since: 1 },
        { id: 'b', change: 'removed', words: 2, since: 1 },
      ],
      changedBlocks: 3,
      ofBlocks: 4,
      changedWords: 6,
    });
  });

  it('is nothing for a minor edit', () => {
    expect(of([first, revision(2, 'minor', { a: 'other words', d: 'new' })])).toMatchObject({
      significance: undefined,
      outdated: [],
      changedWords: 0,
    });
  });

  it('is nothing for an edit that was taken back', () => {
    const there = revision(2, 'major', { ...{ a: 'one two three', b: 'X' }, c: 'six' });
    expect(of([first, there, { ...first, revision: 3, significance: 'update' }]).outdated).toEqual([]);
  });

  it('is the same for the same blocks in another order', () => {
    expect(of([first, revision(2, 'major', { c: 'six', b: 'four five', a: 'one two three' })]).outdated).toEqual([]);
  });

  it('is as grave as the gravest edit of what is outdated', () => {
    const second = revision(2, 'major', { a: 'one two three', b: 'four five', c: 'X' });
    const third = revision(3, 'update', { a: 'Y', b: 'four five', c: 'X' });
    expect(of([first, second, third]).significance).toBe('major');
    expect(of([first, second, third], 2).significance).toBe('update');
  });

  it('includes what a minor edit did to a block that is outdated anyway', () => {
    const second = revision(2, 'update', { a: 'one two X', b: 'four five', c: 'six' });
    const third = revision(3, 'minor', { a: 'one Y X', b: 'four five', c: 'six' });
    expect(of([first, second, third]).changedWords).toBe(2);
  });
});

describe('release and confirm', () => {
  const second = revision(2, 'update', { a: 'X', b: 'four five', c: 'six' });
  const third = revision(3, 'update', { a: 'X', b: 'Y', c: 'six' });

  it('spares translators what is not released', () => {
    expect(of([first, second, third], 1, 1).outdated).toEqual([]);
    expect(of([first, second, third], 1, 2).outdated.map(({ id }) => id)).toEqual(['a']);
  });

  it('counts five edits of one block once', () => {
    const later = [2, 3, 4, 5, 6].map((n) => revision(n, 'update', { a: `one two ${n}`, b: 'four five', c: 'six' }));
    expect(of([first, ...later])).toMatchObject({ changedBlocks: 1, changedWords: 1 });
  });

  it('is current once it was confirmed', () => {
    expect(staleness([first, second, third], confirmed({ follows: 1 }, 3), 3).outdated).toEqual([]);
  });

  it('changes nothing by confirming an older revision', () => {
    const text = { follows: 2, blocks: [{ source: { id: 'a', revision: 3 } }, {}] };
    expect(confirmed(text, 2)).toBe(text);
    expect(confirmed(text, 3)).toEqual({ ...text, follows: 3 });
    expect(confirmed({ follows: 3, blocks: [{ source: { id: 'a', revision: 1 } }] }, 2)).toEqual({
      follows: 3,
      blocks: [{ source: { id: 'a', revision: 2 } }],
    });
  });

  it('asks each block which revision it renders', () => {
    const partly = { follows: 1, blocks: [{ source: { id: 'a', revision: 2 } }, {}] };
    expect(staleness([first, second, third], partly, 3).outdated.map(({ id }) => id)).toEqual(['b']);
    const behind = { follows: 3, blocks: [{ source: { id: 'a', revision: 1 } }] };
    expect(staleness([first, second, third], behind, 3).outdated).toEqual([
      { id: 'a', change: 'changed', words: 3, since: 1 },
    ]);
  });

  it('refuses a revision that is not released', () => {
    expect(() => of([first, second], 2, 1)).toThrow('Revision 2 is not among');
  });
});

/** Any edits, and what a reader of the history says: compare each block then and now, ask whether an edit that counts lies between. */
it('agrees with a model for any edits, releases and confirmations', () => {
  const anyTexts = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'x y', 'z', 'x z y'));
  const anySignificance = fc.constantFrom<Significance>('minor', 'update', 'major');
  const anyEdits = fc.array(fc.tuple(anySignificance, anyTexts), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(anyEdits, fc.nat(), fc.nat(), fc.nat(), (edits, a, b, c) => {
      const history = edits.map(([significance, texts], place) => revision(place + 1, significance, texts));
      const released = (a % edits.length) + 1;
      const text = confirmed({ follows: (b % released) + 1 }, (c % released) + 1);
      const saying = (id: string, number: number) => edits[number - 1]?.[1][id];
      const expected = ['a', 'b', 'c', 'd'].filter((id) => {
        if (saying(id, text.follows) === saying(id, released)) return false;
        for (let number = text.follows + 1; number <= released; number++)
          if (edits[number - 1]?.[0] !== 'minor' && saying(id, number) !== saying(id, number - 1)) return true;
        return false;
      });
      expect(
        staleness(history, text, released)
          .outdated.map(({ id }) => id)
          .sort(),
      ).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
