/** An article as it was at an instant: folded from what had happened by then. Pure. */
import type { Audience } from '@guichet/contracts';
import type { Decider, DomainCommand, DomainEvent } from '@guichet/event-sourcing';
import { type Article, articleDecider, type ArticleEvent } from '../article/article.js';
import { categoriesDecider, type CategoryEvent, effectiveAudience } from '../category/categories.js';
import { type Languages, libraryDecider, type LibraryEvent } from '../library/library.js';
import type { Lack } from '../text/staleness.js';
import { textDecider, type TextEvent, type Writing } from '../text/text.js';

/** All that an article's readers saw follows from these, each in the order of its stream. */
export interface ArticleHistory {
  readonly article: readonly ArticleEvent[];
  readonly texts: ReadonlyMap<string, readonly TextEvent[]>;
  readonly library: readonly LibraryEvent[];
  readonly categories: readonly CategoryEvent[];
}

/** What people read of a text then. */
export interface PastPublication {
  readonly locale: string;
  readonly revision: number;
  readonly title: string;
  readonly slug: string;
  readonly publishedAt: string;
  readonly written: Writing;
  /** What a translation lacked of the released source; null: nothing. */
  readonly lack: Lack | null;
}

export interface PastArticle {
  readonly article: Article;
  /** The strictest of its own and its categories’. */
  readonly audience: Audience;
  readonly languages: Languages;
  readonly publications: readonly PastPublication[];
}

/** @param at RFC 3339; what happened at that very instant had happened */
export function articleAt({ article, texts, library, categories }: ArticleHistory, at: string): PastArticle {
  const state = foldTo(articleDecider, article, at);
  return {
    article: state,
    audience: effectiveAudience(foldTo(categoriesDecider, categories, at), state.categoryId, state.audience),
    languages: foldTo(libraryDecider, library, at).languages,
    publications: [...texts].flatMap(([locale, events]) => publicationAt(locale, until(events, at)) ?? []),
  };
}

/** When people could read the article for the first time; undefined: never yet. */
export function firstPublishedAt({ texts }: Pick<ArticleHistory, 'texts'>): string | undefined {
  const all = [...texts.values()].flat().filter(({ type }) => type === 'TranslationPublished');
  return all.map(({ data }) => data.at).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}

/** Imports bring along times of their own, in whatever precision. */
const until = <Event extends DomainEvent>(events: readonly Event[], at: string): readonly Event[] =>
  events.filter(({ data }) => Date.parse(data.at) <= Date.parse(at));

const foldTo = <State, Event extends DomainEvent>(
  { initial, evolve }: Pick<Decider<State, DomainCommand, Event>, 'initial' | 'evolve'>,
  events: readonly Event[],
  at: string,
): State => until(events, at).reduce(evolve, initial);

function publicationAt(locale: string, events: readonly TextEvent[]): PastPublication | undefined {
  const revisions = new Map<number, Writing>();
  let shown: Omit<PastPublication, 'written' | 'lack'> | undefined;
  for (const { type, data } of events) {
    if (type === 'TranslationDrafted') revisions.set(data.revision, data);
    else if (type === 'TranslationWithdrawn') shown = undefined;
    else if (type === 'TranslationPublished') {
      const { revision, title, slug, at: publishedAt } = data;
      shown = { locale, revision, title, slug, publishedAt };
    }
  }
  const written = shown && revisions.get(shown.revision);
  const { lack } = events.reduce((text, event) => textDecider.evolve(text, event), textDecider.initial);
  return shown && written && { ...shown, written, lack };
}
