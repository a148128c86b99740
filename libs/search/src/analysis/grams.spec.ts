import { gramQuery, gramsOf, likeness, packGrams } from './grams.js';
import { tokens } from './tokens.js';

const words = (text: string) => tokens(text).map(({ folded }) => folded);
const gramsIn = (text: string, times = 1) => gramsOf([{ words: words(text), times }]);
const like = (query: string, text: string) => likeness(gramQuery(gramsIn(query)), packGrams(gramsIn(text)));

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

  it('takes no more than a byte and a bit for a gram', () => {
    const long = gramsIn(Array.from({ length: 40_000 }, (_, i) => `w${(i * 7919) % 100_000}`).join(' '));
    expect(packGrams(long).length).toBeLessThanOrEqual(2 ** 14 + 2 ** 14 / 63);
  });
});
