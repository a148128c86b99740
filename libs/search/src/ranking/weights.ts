/** How a score is made. docs/search.md says how the figures were chosen. */
export interface Weights {
  /** Per field: its weight, its usual length in content words, and how much a longer one counts less (BM25F's b). */
  readonly fields: Readonly<Record<Field, { weight: number; pivot: number; b: number }>>;
  /** How soon more occurrences of a word stop to matter (BM25's k1). */
  readonly k1: number;
  readonly channels: { readonly stem: number; readonly form: number };
  /** What a word counts that was read with one letter changed, as part of a word that was typed as it stands. */
  readonly typo: number;
  /** The same for a word of which the beginning was typed. */
  readonly prefix: number;
  readonly synonym: number;
  /** What likeness of letters counts beside the words, which count 1; and how often the title's letters count. */
  readonly grams: { readonly weight: number; readonly title: number };
  /** The most that signals change: 0.15 is 15% up or down. */
  readonly signal: number;
}

export type Field = 'title' | 'keywords' | 'headings' | 'body';

export const weights: Weights = {
  fields: {
    title: { weight: 3, pivot: 5, b: 0.5 },
    keywords: { weight: 2, pivot: 8, b: 0.5 },
    headings: { weight: 2, pivot: 8, b: 0.5 },
    body: { weight: 1, pivot: 80, b: 0.65 },
  },
  k1: 1.6,
  channels: { stem: 1, form: 0.6 },
  typo: 0.85,
  prefix: 0.7,
  synonym: 0.7,
  grams: { weight: 0.6, title: 2 },
  signal: 0.15,
};
