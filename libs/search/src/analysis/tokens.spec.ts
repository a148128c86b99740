import fc from 'fast-check';
import { fold, tokens } from './tokens.js';

const folded = (text: string) => tokens(text).map((token) => token.folded);

describe('The words of a text', () => {
  it.each([
    ['Zwrot pieniędzy', ['zwrot', 'pieniedzy']],
    ["L'adresse d’un cœur", ['l', 'adresse', 'd', 'un', 'coeur']],
    ['ŁÓDŹ Straße smørrebrød', ['lodz', 'strasse', 'smorrebrod']],
    ['Firmware 2.14 on the X200', ['firmware', '2', '14', 'on', 'the', 'x200']],
    ['Ёлка ΕΛΛΆΔΑ', ['елка', 'ελλαδα']],
    ["'; drop table posting; -- .*(a|b)+$", ['drop', 'table', 'posting', 'a', 'b']],
    ['a\u0000b', ['a', 'b']],
    ['払い戻し', ['払い', 'い戻', '戻し']],
    ['%%% !!! \u200b', []],
    ['', []],
  ])('of %j are %j', (text, words) => expect(folded(text)).toEqual(words));

  it('are the same, composed or not', () => {
    expect(tokens('remboursé').map(({ form }) => form)).toEqual(['remboursé']);
    expect(tokens('remboursé'.normalize('NFD')).map(({ form }) => form)).toEqual(['remboursé']);
  });

  it('say where they stand in the text as it was given', () => {
    const text = `Café ${'é'.normalize('NFD')}tat, payé`;
    expect(tokens(text).map(({ start, end }) => text.slice(start, end).normalize('NFC'))).toEqual([
      'Café',
      'état',
      'payé',
    ]);
  });

  it('stand where a regular expression finds letters, marks and digits, in any text', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('a', ' ')) }),
        (text) => {
          const covered = (ranges: readonly (readonly [number, number])[]) =>
            ranges.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
          const expected = [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map(
            ({ index, 0: word }) => [index, index + word.length] as const,
          );
          // Scripts without spaces give pairs, which overlap.
          const found = new Set(covered(tokens(text).map(({ start, end }) => [start, end] as const)));
          expect([...found].sort((a, b) => a - b)).toEqual(covered(expected));
        },
      ),
      { numRuns: 1_000 },
    ));

  it('fold letter by letter as they do as a whole', () => {
    const letters = Array.from({ length: 0x180 }, (_, unit) => String.fromCharCode(unit));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters)), (some) => {
        // A letter of another script has the whole word folded at once.
        const whole = fold(`${some.join('')}ж`);
        expect(`${fold(some.join(''))}ж`).toBe(whole);
      }),
    );
  });

  it('keep the vowel signs that belong to a letter', () => expect(fold('धनवापसी')).toBe('धनवापसी'));

  it('are cut where nobody would type on, and stay whole text', () => {
    const [word] = tokens(`${'a'.repeat(63)}𐐀`);
    expect(word?.form).toHaveLength(64);
    expect(word?.form.isWellFormed()).toBe(true);
    expect(word?.end).toBe(65);
  });
});
