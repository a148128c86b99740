import { canonicalLocale, preferredLocale } from './locale.js';

it.each([
  ['fr-CH', 'fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5'],
  ['pl', 'en;q=0.3, pl'],
  ['de', '*, de;q=0.1'],
  ['en-GB', 'EN-gb'],
  ['und', '*'],
  ['und', 'fr;q=0'],
  ['und', 'fr;q=abc'],
  ['und', '!!, ;;,=,'],
  ['und', ''],
  ['und', undefined],
])('prefers %s in %s', (locale, header) => expect(preferredLocale(header)).toBe(locale));

it('writes tags in one way', () => expect(canonicalLocale('ZH-hans-cn')).toBe('zh-Hans-CN'));
it.each(['french!', 'x', '', 'en_GB'])('does not take %p for a tag', (tag) =>
  expect(canonicalLocale(tag)).toBeUndefined(),
);
