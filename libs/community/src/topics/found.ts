/** What of a topic can be found by search. Pure. */
import { audienceAt } from '@guichet/contracts';
import type { SearchChange } from '@guichet/search';

/** A topic with its posts, as the read model has them. */
export interface FoundRow {
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly locale: string;
  /** Rank; null: the category is not there. */
  readonly audience: number | null;
  readonly category_id: string;
  readonly is_listed: boolean;
  readonly title: string;
  readonly solved: boolean;
  /** What readers see: the first post, accepted answers, then those that most find helpful. */
  readonly bodies: readonly string[];
  /** Other languages in which the index has the topic. */
  readonly outdated: readonly string[];
}

/** Answers that are not accepted and can be found all the same. */
export const bestAnswers = 3;

export const categoryFacet = (categoryId: string): string => `category:${categoryId}`;
export const solvedFacet = 'solved';

/** A paragraph is a block: what is shown of a hit is one of them. */
const paragraphs = (body: string): string[] => body.split(/\n\s*\n/).filter((text) => text.trim() !== '');

export function changesOf(row: FoundRow): SearchChange[] {
  const number = Number(row.number);
  const gone = row.outdated.map((locale): SearchChange => ({ type: 'remove', key: { number, locale } }));
  const key = { number, locale: row.locale };
  if (!row.is_listed || row.audience === null) return [...gone, { type: 'remove', key }];
  const document = {
    ...{ ...key, audience: audienceAt(row.audience), title: row.title, keywords: [] },
    blocks: row.bodies.flatMap(paragraphs).map((text) => ({ text })),
    facets: [categoryFacet(row.category_id), ...(row.solved ? [solvedFacet] : [])],
    signal: row.solved ? 0.5 : 0,
  };
  return [...gone, { type: 'put', document }];
}
