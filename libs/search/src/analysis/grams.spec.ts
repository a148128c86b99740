import fc from 'fast-check';
import { type Grams, gramQuery, gramsOf, likeness, packGrams } from './grams.js';
import { tokens } from './tokens.js';

const words = (text: string) => tokens(text).map(({ folded }) => folded);
const gramsIn = (text: string, times = 1) => gramsOf([{ words: words(text), times }]);
const like = (query: string, text: string) => likeness(gramQuery(gramsIn(query)), packGrams(gramsIn(text)));

/** Grams that occur once or twice: their weights are kept as they are. */
const someGrams: fc.Arbitrary<Grams> = fc
  .array(
    fc.tuple(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 8_191 })), fc.constantFrom(1, 2)),
    {
      maxLength: 300,
    },
  )
  .map((pairs) => new Map(pairs));
const weigh = (times: number) => (times === 0 ? 0 : 1 + Math.log(times));

describe('Likeness by four letters', () => {
  it('is 1 for the same text, and 0 for one that shares nothing', () => {
    expect(like('zwrot pieniędzy', 'Zwrot pieniędzy!')).toBeCloseTo(1, 5);
    expect(like('zwrot pieniędzy', 'abcdefgh')).toBe(0);
  });

  it('is greater for other forms and misspelt words than for other words', () => {
    expect(like('remboursment', 'Le remboursement')).toBeGreaterThan(like('remboursment', 'La livraison'));
    expect(like('pieniędzmi', 'pieniądze')).toBeGreaterThan(like('pieniędzmi', 'przesyłka'));
  });

  it('is 0 where there is nothing to compare', () => {
    expect(like('', 'text')).toBe(0);
    expect(like('text', '')).toBe(0);
    expect(likeness(gramQuery(gramsIn('text')), new Uint8Array())).toBe(0);
  });

  it('survives the packing of far and of near grams', () => {
    const text = Array.from({ length: 3_000 }, (_, i) => `w${i * 7919}`).join(' ');
    for (const few of ['at', 'two words', text]) expect(like(few, few)).toBeCloseTo(1, 1);
  });

  it('takes six bits for a gram of a short text, and 7,300 bytes at most', () => {
    const short = gramsIn(Array.from({ length: 150 }, (_, i) => `word${(i * 7919) % 100_000}`).join(' '));
    expect((packGrams(short).length * 8) / short.size).toBeLessThan(6.5);
    const long = gramsIn(Array.from({ length: 40_000 }, (_, i) => `w${(i * 7919) % 100_000}`).join(' '));
    expect(packGrams(long).length).toBeLessThanOrEqual(7_300);
  });

  it('is the cosine of what was packed', () =>
    fc.assert(
      fc.property(someGrams, someGrams, (query, document) => {
        const shared = [...query].reduce(
          (sum, [gram, times]) => sum + weigh(times) * weigh(document.get(gram) ?? 0),
          0,
        );
        const length = (grams: Grams) =>
          Math.sqrt([...grams.values()].reduce((sum, times) => sum + weigh(times) ** 2, 0));
        const expected = query.size * document.size === 0 ? 0 : shared / length(query) / length(document);
        expect(likeness(gramQuery(query), packGrams(document))).toBeCloseTo(expected, 5);
      }),
    ));
});
