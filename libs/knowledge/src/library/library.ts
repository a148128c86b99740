/** The Library: what holds for the whole knowledge base of a tenant. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import {
  mustHaveWords,
  mustTakePin,
  type Pin,
  pinKey,
  type SearchSettings,
  type Synonyms,
  withPin,
  withSynonyms,
} from './search-settings.js';

/** Where there is no text in `locale`, the first of `then` that there is one in is shown. */
export interface Fallback {
  readonly locale: string;
  readonly then: readonly string[];
}

export interface Languages {
  readonly source: string;
  readonly locales: readonly string[];
  readonly fallbacks: readonly Fallback[];
}

export interface ReviewRule {
  /** Authors publish too where it is false. */
  readonly editorsOnly: boolean;
  /** Nobody publishes the revision that they wrote. */
  readonly fourEyes: boolean;
}

interface Translating {
  /** By the `sub` of their tokens. */
  readonly personId: string;
  readonly locales: readonly string[];
}

type At = { readonly at: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type LibraryEvent =
  | DomainEvent<'LanguagesSet', Languages & At>
  | DomainEvent<'ReviewRuleSet', ReviewRule & At>
  | DomainEvent<'SynonymsSet', Synonyms & At>
  | DomainEvent<'AnswerPinned', Pin & At>
  /** Private: it names a person. An empty list: they translate no more. */
  | DomainEvent<'TranslatorLanguagesSet', Translating & At>;

export type LibraryCommand =
  | DomainCommand<'SetLanguages', Languages & At>
  | DomainCommand<'SetReviewRule', ReviewRule & At>
  | DomainCommand<'SetSynonyms', Synonyms & At>
  /** `articles`: as they were found, in the order of `articleIds`. */
  | DomainCommand<'PinAnswer', Pin & At & { readonly articles: readonly PinnedArticle[] }>
  | DomainCommand<'SetTranslatorLanguages', Translating & At>;

export interface PinnedArticle {
  readonly isThere: boolean;
  readonly isArchived: boolean;
}

export interface Library {
  readonly languages: Languages;
  readonly review: ReviewRule;
  /** Also those that texts could be in once. */
  readonly everyLocale: ReadonlySet<string>;
  /** Languages by person. */
  readonly translators: ReadonlyMap<string, readonly string[]>;
  readonly search: SearchSettings;
}

const initialLocales = ['en', 'fr', 'pl'];

/** As long as nobody has said otherwise. */
export const initialLibrary: Library = {
  languages: { source: 'en', locales: initialLocales, fallbacks: [] },
  everyLocale: new Set(initialLocales),
  review: { editorsOnly: true, fourEyes: false },
  translators: new Map(),
  search: { synonyms: new Map(), pins: new Map() },
};

const evolve = (library: Library, { type, data }: LibraryEvent): Library => {
  switch (type) {
    case 'LanguagesSet': {
      const { source, locales, fallbacks } = data;
      const everyLocale = new Set([...library.everyLocale, ...locales]);
      return { ...library, languages: { source, locales, fallbacks }, everyLocale };
    }
    case 'ReviewRuleSet': {
      const { editorsOnly, fourEyes } = data;
      return { ...library, review: { editorsOnly, fourEyes } };
    }
    case 'SynonymsSet':
      return { ...library, search: withSynonyms(library.search, data) };
    case 'AnswerPinned':
      return { ...library, search: withPin(library.search, data) };
    case 'TranslatorLanguagesSet': {
      const translators = new Map(library.translators);
      if (data.locales.length === 0) translators.delete(data.personId);
      else translators.set(data.personId, data.locales);
      return { ...library, translators };
    }
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: LibraryCommand, library: Library): readonly LibraryEvent[] => {
  switch (type) {
    case 'SetLanguages': {
      const { at, ...languages } = data;
      for (const locale of [languages.source, ...languages.fallbacks.flatMap(({ locale, then }) => [locale, ...then])])
        mustBeLanguage(languages, locale);
      return isSame(languages, library.languages) ? [] : [{ type: 'LanguagesSet', data: { ...languages, at } }];
    }
    case 'SetReviewRule': {
      const { at, ...review } = data;
      return isSame(review, library.review) ? [] : [{ type: 'ReviewRuleSet', data: { ...review, at } }];
    }
    case 'SetSynonyms': {
      const { locale, groups } = data;
      mustBeLanguage(library.languages, locale);
      mustHaveWords(...groups.flat());
      return isSame(groups, library.search.synonyms.get(locale) ?? []) ? [] : [{ type: 'SynonymsSet', data }];
    }
    case 'PinAnswer':
      return pin(data, library);
    case 'SetTranslatorLanguages': {
      for (const locale of data.locales) mustBeLanguage(library.languages, locale);
      const before = library.translators.get(data.personId) ?? [];
      return isSame(data.locales, before) ? [] : [{ type: 'TranslatorLanguagesSet', data }];
    }
  }
};

function pin(
  { articles, ...data }: Extract<LibraryCommand, { type: 'PinAnswer' }>['data'],
  { languages, search }: Library,
): LibraryEvent[] {
  const { locale, query, articleIds } = data;
  mustBeLanguage(languages, locale);
  mustHaveWords(query);
  if (isSame(articleIds, search.pins.get(pinKey(data))?.articleIds ?? [])) return [];
  for (const [i, { isThere, isArchived }] of articles.entries()) {
    const details = { articleId: articleIds[i] };
    if (!isThere) throw new DomainError('unknown-article', 'There is no such article.', details, 'invalid');
    if (isArchived) throw new DomainError('article-archived', 'The article is archived. Reinstate it first.', details);
  }
  if (articleIds.length > 0) mustTakePin(search, data);
  return [{ type: 'AnswerPinned', data }];
}

/** @throws DomainError `unknown-locale` (422) for a language that texts cannot be in */
export function mustBeLanguage({ locales }: Pick<Languages, 'locales'>, locale: string): void {
  if (locales.includes(locale)) return;
  const words = `The knowledge base has no texts in ${locale}: name one of its languages, or add it to them.`;
  throw new DomainError('unknown-locale', words, { locale, locales }, 'invalid');
}

/** Of values without functions whose keys are in one order: what was folded, and what a body of the same class said. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const libraryDecider: Decider<Library, LibraryCommand, LibraryEvent> = {
  category: 'library',
  initial: initialLibrary,
  evolve,
  decide,
};
