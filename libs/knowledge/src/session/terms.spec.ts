import { stemsOf, termsOf } from './terms.js';

describe('of a query', () => {
  it('the words are kept without accents, in their order', () =>
    expect(termsOf('  Être   REMBOURSÉ, łatwo? ')).toBe('etre rembourse latwo'));
  it('what looks like personal data is not kept', () => {
    expect(termsOf('refund for ann.smith@mail.fr please')).toBe('refund for please');
    expect(termsOf('IBAN DE89 3704 0044 0532 0130 00 wrong')).toBe('iban wrong');
  });
  it('no more than 300 characters are kept', () =>
    expect(termsOf('word '.repeat(500)).length).toBeLessThanOrEqual(300));
  it('nothing may be left', () => expect(termsOf('?!')).toBe(''));
});

describe('of a subject', () => {
  it('the forms of a word have one stem', () =>
    expect(stemsOf('Invoices: charged invoice', 'en')).toEqual(stemsOf('charges, invoicing', 'en')));
  it('numbers, short words and personal data are left out', () =>
    expect(stemsOf('Order 10423 of ann@mail.fr is on A7X', 'en')).toEqual(['order']));
});
