import { chainOf } from './fallback.js';

const languages = (...fallbacks: { locale: string; then: string[] }[]) => ({
  source: 'en',
  locales: ['en', 'fr', 'pl'],
  fallbacks,
});

it.each([
  ['fr', [], ['fr', 'en', 'pl']],
  ['fr-CA', [], ['fr-CA', 'fr', 'en', 'pl']],
  ['zh-Hant-TW', [], ['zh-Hant-TW', 'zh-Hant', 'zh', 'en', 'fr', 'pl']],
  ['uk', [{ locale: 'uk', then: ['pl'] }], ['uk', 'pl', 'en', 'fr']],
  ['uk-UA', [{ locale: 'uk', then: ['pl'] }], ['uk-UA', 'uk', 'pl', 'en', 'fr']],
])('%s falls back, by %j, along %j', (asked, fallbacks, chain) =>
  expect(chainOf(asked, languages(...fallbacks), 'en')).toEqual(chain),
);

it('comes to the language that the article is written in before the others', () =>
  expect(chainOf('fr', languages(), 'pl')).toEqual(['fr', 'pl', 'en']));
