import { preferredLocale } from './accept-language.js';

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
  ['und', `en-${'x'.repeat(8)}${'-abcdefgh'.repeat(26)}`],
  ['fr', `en-x${'-abcdefgh'.repeat(4)}, fr;q=0.1`],
])('prefers %s in %s', (locale, header) => expect(preferredLocale(header)).toBe(locale));
