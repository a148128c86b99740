/** What somebody looks for. */
export interface SearchRequest {
  readonly text: string;
  /** The reader's language first, then those to fall back to. Each has its own index, and its own words. */
  readonly locales: readonly string[];
  /** All that the reader may see. Postings of other audiences are not read. */
  readonly audiences: readonly string[];
  /** Values that a hit must have, all of them. */
  readonly facets?: readonly string[];
  /** Hits to pass over. Default 0. */
  readonly offset?: number;
  /** Hits to answer, 100 at most. Default 10. */
  readonly limit?: number;
  /** The last word may be the beginning of a word. */
  readonly asYouType?: boolean;
  /** What the owner of the texts has set, by language. */
  readonly settings?: Readonly<Record<string, SearchSettings>>;
}

export interface SearchSettings {
  /** Words or phrases that mean the same. */
  readonly synonyms?: readonly (readonly string[])[];
  /** Documents that come first for a query, whatever forms its words have. */
  readonly pins?: readonly { readonly query: string; readonly numbers: readonly number[] }[];
}

export interface SearchAnswer {
  /** The best first; of equal ones, the one with the lower number. */
  readonly hits: readonly Hit[];
  /** How many documents have a word of the query, in the language where most have one. */
  readonly total: number;
  /** The query as it was read, where a word of it was read with a letter changed. */
  readonly corrected?: string;
}

export interface Hit {
  readonly number: number;
  readonly locale: string;
  /** In another language than the reader's. */
  readonly isFallback: boolean;
  readonly isPinned: boolean;
  /** Hits are in the order of their scores, pinned ones apart. It is comparable within one answer. */
  readonly score: number;
  /** From 0 to 1: how much of what was asked is in the document's words. It is comparable between queries. */
  readonly match: number;
  readonly title: Marked;
  /** A passage of the block that answers best; undefined where the document has no blocks. */
  readonly snippet?: Marked & { readonly block: number };
}

/** A text, and the ranges to mark in it: UTF-16 units, `end` exclusive, in order, never overlapping. */
export interface Marked {
  readonly text: string;
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}

export interface CompletionRequest {
  readonly text: string;
  readonly locale: string;
  readonly audiences: readonly string[];
  /** Default 5, 20 at most. */
  readonly limit?: number;
}
