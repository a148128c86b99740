import { specification } from '@guichet/event-sourcing/testing';
import { libraryDecider, type LibraryCommand, type LibraryEvent } from './library.js';

const given = specification(libraryDecider);
const at = '2026-03-02T09:00:00.000Z';
const languages = { source: 'en', locales: ['en', 'de'], fallbacks: [{ locale: 'de', then: ['en'] }] };
const set = (more: object = {}): LibraryCommand => ({ type: 'SetLanguages', data: { ...languages, ...more, at } });
const areSet: LibraryEvent = { type: 'LanguagesSet', data: { ...languages, at } };
const translate = (...locales: string[]): LibraryCommand => ({
  type: 'SetTranslatorLanguages',
  data: { personId: 'tomek', locales, at },
});

it('has the languages that are set', () => given().when(set()).then(areSet));
it('sets them once', () => given(areSet).when(set()).thenNothing());
it.each([
  { source: 'fr' },
  { fallbacks: [{ locale: 'fr', then: ['en'] }] },
  { fallbacks: [{ locale: 'de', then: ['fr'] }] },
])('refuses %j, which names a language that it does not have', (more) =>
  given().when(set(more)).thenRefused('unknown-locale'),
);
it('has a rule of review', () => {
  const rule = { editorsOnly: false, fourEyes: true, at };
  const ruled: LibraryEvent = { type: 'ReviewRuleSet', data: rule };
  given().when({ type: 'SetReviewRule', data: rule }).then(ruled);
  given(ruled).when({ type: 'SetReviewRule', data: rule }).thenNothing();
});
it('knows who translates into what, until they do no more', () => {
  const data = { personId: 'tomek', locales: ['fr'], at };
  const translates: LibraryEvent = { type: 'TranslatorLanguagesSet', data };
  given().when(translate('fr')).then(translates);
  given(translates).when(translate('fr')).thenNothing();
  given().when(translate()).thenNothing();
  given(translates).when(translate('de')).thenRefused('unknown-locale');
  given(translates)
    .when(translate())
    .then({ type: 'TranslatorLanguagesSet', data: { ...data, locales: [] } });
});
