import { stemmerFor } from './stemmer.js';

const sameStem = (locale: string, a: string, b: string) =>
  expect(stemmerFor(locale).stem(a)).toBe(stemmerFor(locale).stem(b));

describe('A stemmer', () => {
  it('brings the forms of a word together', () => {
    sameStem('en', 'refund', 'refunded');
    sameStem('fr', 'remboursement', 'remboursements');
    sameStem('pl', 'faktura', 'faktury');
  });

  it('is that of the language, whatever the region or the written form', () => {
    expect(stemmerFor('fr-CA')).toBe(stemmerFor('FR'));
    expect(stemmerFor('nb')).toBe(stemmerFor('no'));
  });

  it('answers without accents', () => expect(stemmerFor('fr').stem('préféré')).toMatch(/^[a-z]+$/));

  it.each(['tlh', '', 'xx-', 'constructor'])(
    'leaves words as they are in a language without an algorithm: %j',
    (locale) => expect(stemmerFor(locale).stem('running')).toBe('running'),
  );

  it.each(['\u0000', '\ud800', '', 'x'.repeat(10_000)])('takes whatever it is given', (word) =>
    expect(typeof stemmerFor('pl').stem(word)).toBe('string'),
  );
});
