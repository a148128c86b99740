import { specification } from '@guichet/event-sourcing/testing';
import { libraryDecider, type LibraryCommand, type LibraryEvent } from './library.js';
import { settingLimits } from './search-settings.js';

const given = specification(libraryDecider);
const at = '2026-03-02T09:00:00.000Z';
const languages = { source: 'en', locales: ['en', 'de'], fallbacks: [{ locale: 'de', then: ['en'] }] };
const set = (more: object = {}): LibraryCommand => ({ type: 'SetLanguages', data: { ...languages, ...more, at } });
const synonyms = (groups: string[][], locale = 'en') => ({
  command: { type: 'SetSynonyms', data: { locale, groups, at } } as const,
  event: { type: 'SynonymsSet', data: { locale, groups, at } } as const,
});
const there = { isThere: true, isArchived: false };
const pin = (query: string, articleIds: string[], articles = articleIds.map(() => there), locale = 'en') => ({
  command: { type: 'PinAnswer', data: { locale, query, articleIds, articles, at } } as const,
  event: { type: 'AnswerPinned', data: { locale, query, articleIds, at } } as const,
});
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

describe('synonyms', () => {
  const refund = synonyms([['refund', 'money back']]);

  it('are set for a language, once, and taken away', () => {
    given().when(refund.command).then(refund.event);
    given(refund.event).when(refund.command).thenNothing();
    given().when(synonyms([]).command).thenNothing();
    given(refund.event).when(synonyms([]).command).then(synonyms([]).event);
    given(refund.event, synonyms([]).event).when(refund.command).then(refund.event);
  });
  it('are a language’s own', () => {
    const french = synonyms([['a', 'b']], 'fr');
    given(refund.event).when(french.command).then(french.event);
    given(refund.event, french.event).when(refund.command).thenNothing();
  });
  it.each([[[]], [[refund.event]]])(
    'are refused without words, and in a language that there is not, after %j',
    (before) => {
      given(...before)
        .when(synonyms([['refund', '…']]).command)
        .thenRefused('no-words');
      given(...before)
        .when(synonyms([['a', 'b']], 'de').command)
        .thenRefused('unknown-locale');
    },
  );
});

describe('a pinned answer', () => {
  const refund = pin('Refund?', ['a', 'b']);

  it('is pinned to a query, once, in an order, and no more', () => {
    given().when(refund.command).then(refund.event);
    given(refund.event).when(refund.command).thenNothing();
    given(refund.event)
      .when(pin('refund', ['a', 'b']).command)
      .thenNothing();
    given(refund.event)
      .when(pin('refund', ['b', 'a']).command)
      .then(pin('refund', ['b', 'a']).event);
    given().when(pin('refund', []).command).thenNothing();
    given(refund.event).when(pin('REFUND', []).command).then(pin('REFUND', []).event);
    given(refund.event, pin('REFUND', []).event).when(refund.command).then(refund.event);
  });
  it('is a language’s own', () => {
    const french = pin('refund', ['a'], [there], 'fr');
    given(refund.event).when(french.command).then(french.event);
    given(refund.event, french.event).when(refund.command).thenNothing();
  });
  it.each([[[]], [[refund.event]]])('is refused where it cannot be, after %j', (before) => {
    const refusedOf = (command: LibraryCommand, code: string) =>
      given(...before)
        .when(command)
        .thenRefused(code);
    refusedOf(pin('?!', ['a']).command, 'no-words');
    refusedOf(pin('x', ['a'], [there], 'de').command, 'unknown-locale');
    refusedOf(pin('x', ['a', 'b'], [there, { isThere: false, isArchived: false }]).command, 'unknown-article');
    refusedOf(pin('x', ['a', 'b'], [there, { isThere: true, isArchived: true }]).command, 'article-archived');
  });
  it('is for so many queries of a language', () => {
    const many = Array.from({ length: settingLimits.pins }, (_, i) => pin(`query ${i}`, ['a']).event);
    given(...many)
      .when(pin('refund', ['a']).command)
      .thenRefused('too-many-pins');
    given(...many)
      .when(pin('query 7', ['b']).command)
      .then(pin('query 7', ['b']).event);
    given(...many)
      .when(pin('refund', ['a'], [there], 'fr').command)
      .then(pin('refund', ['a'], [there], 'fr').event);
    given(...many, pin('query 7', []).event)
      .when(pin('refund', ['a']).command)
      .then(pin('refund', ['a']).event);
  });
});
