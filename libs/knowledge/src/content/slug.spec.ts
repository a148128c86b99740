import { expect, it } from '@jest/globals';
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

it('gives itself for itself', () => {
  for (const title of ['Zażółć', 'Как-то так', '返金', 'a--b']) expect(slugOf(slugOf(title))).toBe(slugOf(title));
});
