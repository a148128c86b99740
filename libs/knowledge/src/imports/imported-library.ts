import type { Audience } from '@guichet/contracts';
import type { Significance } from '../text/text.js';

/** What an import brings, whatever it comes from. Keys are those of the source; ids are made of them. */
export interface ImportedLibrary {
  readonly categories: readonly ImportedCategory[];
  readonly articles: readonly ImportedArticle[];
  /** What did not come along as it was, so that nothing is lost without a word. */
  readonly findings: readonly ImportFinding[];
}

export interface ImportedCategory {
  readonly key: string;
  readonly parent: string | undefined;
  /** By language. */
  readonly names: Readonly<Record<string, string>>;
  /** Of all that is in it; everybody if not given. */
  readonly audience?: Audience;
}

export interface ImportedArticle {
  readonly key: string;
  readonly category: string | undefined;
  readonly sourceLocale: string;
  readonly audience: Audience;
  /** Paths under which the article was found, to be redirected. */
  readonly oldAddresses: readonly string[];
  /** The source text first, then the others by language. */
  readonly texts: readonly ImportedText[];
}

export interface ImportedText {
  readonly locale: string;
  /** Oldest first. */
  readonly revisions: readonly ImportedRevision[];
}

export interface ImportedRevision {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  /** Markdown. */
  readonly body: string;
  readonly isDraft: boolean;
  /** Of a translation: the revision of the source that it renders, counted from 1. By time if not given. */
  readonly follows?: number;
  /** Of the source: how much the change matters to translations; `update` if not given. */
  readonly significance?: Significance;
}

export interface ImportFinding {
  readonly code:
    | 'picture-missing'
    | 'unsafe-dropped'
    | 'text-refused'
    | 'text-without-article'
    | 'unknown-category'
    | 'unknown-audience'
    | 'source-text-missing'
    | 'picture-refused'
    | 'category-refused'
    | 'address-refused'
    | 'text-not-published'
    | 'edited-here'
    | 'not-imported';
  /** Article, category or path that it is about. */
  readonly key: string;
  readonly locale?: string;
  readonly detail: string;
}

/** Languages as BCP 47 writes them: `en-us` is `en-US`. Undefined for what is no language. */
export function localeOf(locale: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
}

/** An instant in the one form that events have; undefined for what is none. */
export function instantOf(text: string): string | undefined {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}

/** The source text first, then by language. */
export const inOrder = (texts: readonly ImportedText[], sourceLocale: string): readonly ImportedText[] =>
  texts.toSorted(
    (a, b) => Number(b.locale === sourceLocale) - Number(a.locale === sourceLocale) || (a.locale < b.locale ? -1 : 1),
  );
