/**
 * What is remembered of an article: its own stream and those of its texts, each in its order. They arrive in any order
 * among each other, so that the facts are derived from all of them by time (text-segments.ts). Pure.
 */
import type { ArticleEvent } from './knowledge-event.js';

/** Since when the article is in the category, and whether it is shown. Instants are milliseconds since 1970. */
export interface Place {
  readonly at: number;
  /** '' for none. */
  readonly categoryId: string;
  readonly isShown: boolean;
}

/** Since when the text stands so. */
export interface TextState {
  readonly at: number;
  readonly isPublished: boolean;
  /** Of the revision published last. */
  readonly words: number;
  /** What a translation lacks of its source. */
  readonly outdatedBlocks: number;
  readonly outdatedWords: number;
}

export interface ArticleHistory {
  readonly tenantId: string;
  readonly articleId: string;
  /** Null while its stream has not arrived. */
  number: number | null;
  sourceLocale: string | null;
  /** Ascending. */
  readonly places: Place[];
  /** By language; each ascending. */
  readonly texts: Record<string, TextState[]>;
}

export const newHistory = (tenantId: string, articleId: string): ArticleHistory => ({
  ...{ tenantId, articleId, number: null, sourceLocale: null, places: [], texts: {} },
});

/** Changes the history in place. */
export function foldArticle(history: ArticleHistory, { type, data }: ArticleEvent): void {
  const at = Date.parse(data.at);
  const { places } = history;
  const { categoryId, isShown } = places.at(-1) ?? { categoryId: '', isShown: true };
  switch (type) {
    case 'ArticleDrafted':
      history.number = data.number;
      history.sourceLocale = data.sourceLocale;
      return change(places, { at, categoryId: data.categoryId ?? '', isShown: true });
    case 'ArticleMoved':
      return change(places, { at, categoryId: data.categoryId ?? '', isShown });
    case 'ArticleArchived':
    case 'ArticleMerged':
      return change(places, { at, categoryId, isShown: false });
    case 'ArticleReinstated':
      return change(places, { at, categoryId, isShown: true });
    case 'TranslationPublished':
      return changeText(history, data.locale, at, { isPublished: true, words: data.words, ...nothing });
    case 'TranslationWithdrawn':
      return changeText(history, data.locale, at, { isPublished: false });
    case 'TranslationConfirmed':
      return changeText(history, data.locale, at, nothing);
    case 'TranslationOutdated': {
      const { changedBlocks: outdatedBlocks, changedWords: outdatedWords } = data;
      return changeText(history, data.locale, at, { outdatedBlocks, outdatedWords });
    }
  }
}

const nothing = { outdatedBlocks: 0, outdatedWords: 0 };

/** Of the text in a language; undefined where there is none. A language may be called like what every object has. */
export const statesOf = ({ texts }: ArticleHistory, locale: string): TextState[] | undefined =>
  Object.hasOwn(texts, locale) ? texts[locale] : undefined;

function changeText(history: ArticleHistory, locale: string, at: number, changed: Partial<TextState>): void {
  const states = statesOf(history, locale);
  const before = states?.at(-1) ?? { isPublished: false, words: 0, ...nothing };
  const after = { ...before, ...changed, at };
  if (states) change(states, after);
  else Object.defineProperty(history.texts, locale, { value: [after], enumerable: true });
}

/** What a stream tells for a time before its last change counts at that change; of one instant the last change counts. */
function change<State extends { readonly at: number }>(states: State[], state: State): void {
  const last = states.at(-1);
  if (last === undefined || last.at < state.at) states.push(state);
  else states[states.length - 1] = { ...state, at: last.at };
}
