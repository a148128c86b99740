import fc from 'fast-check';
import { slugOf } from './slug.js';

it.each([
  ['Zażółć gęślą jaźń – łódź!', 'pl', 'zazolc-gesla-jazn-lodz'],
  ["L'été à Besançon, c’est Œuvre", 'fr', 'lete-a-besancon-cest-oeuvre'],
  ['Größe ändern', 'de-AT', 'groesse-aendern'],
  ['Größe ändern', 'sv', 'grosse-andern'],
  ['Как вернуть деньги?', 'ru', 'как-вернуть-деньги'],
  ['返金の手続き', 'ja', '返金の手続き'],
  ['कैसे वापस करें', 'hi', 'कैसे-वापस-करें'],
  ['İstanbul ISPARTA', 'tr', 'istanbul-isparta'],
  ['Version 2.0 (beta)', 'en', 'version-2-0-beta'],
  ['!!! 😀', 'en', ''],
  ['../../etc/passwd?x#y', 'en', 'etc-passwd-x-y'],
])('%j in %s is %j', (title, locale, slug) => expect(slugOf(title, locale)).toBe(slug));

it('cuts between words, at most 80 letters', () => {
  expect(slugOf('word '.repeat(30))).toBe(Array.from({ length: 16 }, () => 'word').join('-'));
  expect([...slugOf('長'.repeat(200))]).toHaveLength(80);
});

it('makes of any title something that an address can hold as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const slug = slugOf(title);
      expect(slug).toMatch(/^(?:[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*)?$/u);
      expect([...slug].length).toBeLessThanOrEqual(80);
      expect(slugOf(slug)).toBe(slug);
    }),
    { numRuns: 1000 },
  );
});
