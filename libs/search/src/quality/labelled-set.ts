import type { SearchDocument } from '../document.js';

/** Texts of one language and questions of which is known what answers them. */
export interface LabelledSet {
  readonly locale: string;
  readonly documents: readonly {
    readonly id: string | number;
    readonly title: string;
    readonly keywords?: readonly string[];
    readonly body: string;
  }[];
  readonly queries: readonly LabelledQuery[];
}

export interface LabelledQuery {
  readonly query: string;
  /** Ids of the documents that answer it. */
  readonly relevant: readonly (string | number)[];
}

/** The documents of a set, numbered from 0 in its order; each line of a body is a block. */
export const documentsOf = ({ locale, documents }: LabelledSet): SearchDocument[] =>
  documents.map(({ title, keywords = [], body }, number) => ({
    number,
    locale,
    audience: 'public',
    title,
    keywords,
    blocks: body.split('\n').map((text) => ({ text })),
    facets: [],
    signal: 0,
  }));

/** What a search finds, the best first. */
export type Find = (query: string) => Promise<(string | number)[]> | (string | number)[];
export type Measure = (found: readonly (string | number)[], relevant: LabelledQuery['relevant']) => number;

/** The mean of a measure over all queries of a set. @param typed what becomes of a query before it is asked */
export async function meanOf(
  set: LabelledSet,
  find: Find,
  measure: Measure,
  typed = (query: string) => query,
): Promise<number> {
  let sum = 0;
  for (const { query, relevant } of set.queries) sum += measure(await find(typed(query)), relevant);
  return sum / set.queries.length;
}

/** Reciprocal rank of the first answer among the first ten; 0 where none is there. */
export function reciprocalRank(found: readonly (string | number)[], relevant: LabelledQuery['relevant']): number {
  const rank = found.slice(0, 10).findIndex((id) => relevant.includes(id));
  return rank < 0 ? 0 : 1 / (rank + 1);
}

/** Normalised discounted cumulative gain of the first ten: an answer at rank r gains 1 / log2(r + 1). */
export const ndcg = (found: readonly (string | number)[], relevant: LabelledQuery['relevant']): number =>
  gradedNdcg(found, new Map(relevant.map((id) => [id, 1])));

/** The same where answers are graded: one of grade g at rank r gains (2^g - 1) / log2(r + 1). */
export function gradedNdcg(found: readonly (string | number)[], grades: ReadonlyMap<string | number, number>): number {
  const gained = (all: readonly number[]) =>
    all.slice(0, 10).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);
  const best = gained([...grades.values()].sort((a, b) => b - a));
  return best === 0 ? 0 : gained(found.map((id) => grades.get(id) ?? 0)) / best;
}

/** Texts of a set's kind, as many as are wanted: each the title and keywords of one text, and lines of three others. */
export function recombined({ documents }: LabelledSet, count: number, random: () => number): LabelledSet['documents'] {
  const any = () => documents[Math.floor(random() * documents.length)];
  return Array.from({ length: count }, (_, id) => {
    const [first, ...others] = [any(), any(), any(), any()];
    const lines = others.flatMap((other) => {
      const all = other?.body.split('\n') ?? [];
      const from = Math.floor(random() * all.length);
      return all.slice(from, from + Math.ceil(all.length / 3));
    });
    return { id, title: first?.title ?? '', keywords: first?.keywords ?? [], body: lines.join('\n') };
  });
}
