/** What of an article can be found by search, in each language that it has a text in. Pure. */
import { audienceAt } from '@guichet/contracts';
import { type DocumentKey, type SearchChange, type SearchDocument } from '@guichet/search';
import { splitBlocks } from '../content/text-facts.js';

/** A text with its article, as the read model has them. */
export interface FoundRow {
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly locale: string;
  /** Rank: see audience.ts. */
  readonly effective_audience: number;
  readonly archived: boolean;
  readonly verified_at: Date | null;
  /** The categories that it is in, from the top down. */
  readonly categories: readonly string[];
  /** Of a translation that lacks something. */
  readonly significance: 'update' | 'major' | null;
  /** What is published; null: nothing, and so are the fields below. */
  readonly published_revision: number | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly keywords: readonly string[] | null;
  readonly body: string | null;
}

export const categoryFacet = (categoryId: string): string => `category:${categoryId}`;

/** What is not published, or archived, cannot be found. */
export function changeOf(row: FoundRow): SearchChange {
  const key: DocumentKey = { number: Number(row.number), locale: row.locale };
  const { title, body, summary, keywords } = row;
  if (row.archived || title === null || body === null) return { type: 'remove', key };
  const text = splitBlocks(body).map((block) => ({ text: block.text, isHeading: block.kind === 'heading' }));
  const document: SearchDocument = {
    ...key,
    audience: audienceAt(row.effective_audience),
    ...{ title, keywords: keywords ?? [] },
    blocks: [...(summary ? [{ text: summary }] : []), ...text],
    facets: row.categories.map(categoryFacet),
    signal: signalOf(row),
  };
  return { type: 'put', document };
}

/** A translation that says the wrong thing comes last of its equals, an article that somebody has verified first. */
function signalOf({ significance, verified_at }: FoundRow): number {
  if (significance === 'major') return -1;
  return verified_at === null ? 0 : 0.5;
}
