import { type IndexReader, keyOf, type PostingBlock, type Scope, type TermKey } from '../index-store.js';
import { blockDocuments, eachEntry } from './posting-block.js';
import type { QueryWord } from './query-words.js';
import type { Weights } from './weights.js';

/** Words that are scored: of a long query, the rarest ones that a text has. */
const maxScored = 24;

/** What the words of a query give the documents of one language. */
export interface Scores {
  /** Documents that have a word, the best first; of equal ones, the lower number. At most as many as were asked for. */
  readonly best: readonly { readonly number: number; readonly score: number }[];
  /** Documents that have a word. */
  readonly total: number;
  /** What a document would have that is full of every word. */
  readonly most: number;
  /** By folded form, how rare each word is that was scored. */
  readonly rarity: ReadonlyMap<string, number>;
}

const nothing: Scores = { best: [], total: 0, most: 0, rarity: new Map() };

interface ScoredTerm extends TermKey {
  /** Channel's weight × share × rarity. */
  readonly times: number;
}

/** BM25F of every document with one of the words: Σ over words of the best reading's stem, and of its form. */
export async function score(
  words: readonly QueryWord[],
  scope: Scope,
  facets: readonly string[],
  count: number,
  reader: IndexReader,
  weights: Weights,
): Promise<Scores> {
  if (words.length === 0) return nothing;
  const all: TermKey = { channel: 'document', term: '' };
  const sizes = await reader.sizes(scope, [all, ...words.flatMap(termsOf)]);
  const documents = sizes.get(keyOf(all)) ?? 0;
  if (documents === 0) return nothing;
  const rarityOf = (key: TermKey) => rarity(sizes.get(keyOf(key)) ?? 0, documents);
  const weighed = words
    .map((word) => ({ word, terms: scoredTerms(word, rarityOf, weights) }))
    .map((each) => ({ ...each, most: mostOf(each.terms) }));
  const scored = weighed
    .filter(({ terms }) => terms.some((term) => sizes.has(keyOf(term))))
    .sort((a, b) => b.most - a.most)
    .slice(0, maxScored);
  const wanted = scored.flatMap(({ terms }) => terms).filter((term) => sizes.has(keyOf(term)));
  const filters = facets.map((term): TermKey => ({ channel: 'facet', term }));
  const blocks = groupByTerm(await reader.blocks(scope, uniqueTerms([...wanted, ...filters])));
  const accumulator = new Accumulator(weights.k1);
  for (const { terms } of scored) {
    for (const channel of ['stem', 'form'] as const) {
      accumulator.addBest(
        terms.filter((term) => term.channel === channel).map((term) => [term.times, blocks.get(keyOf(term)) ?? []]),
      );
    }
  }
  const found = accumulator.documents(filters.map((filter) => blocks.get(keyOf(filter)) ?? []));
  return {
    best: found.sort((a, b) => b.score - a.score || a.number - b.number).slice(0, count),
    total: found.length,
    most: weighed.reduce((sum, { most }) => sum + most, 0) * (weights.k1 + 1),
    rarity: new Map(scored.map(({ word, most }) => [word.token.folded, most])),
  };
}

/** The probability weight of Robertson and Spärck Jones, as Lucene keeps it above zero. */
const rarity = (having: number, documents: number): number => Math.log(1 + (documents - having + 0.5) / (having + 0.5));

const termsOf = ({ readings }: QueryWord): TermKey[] =>
  readings.flatMap(({ stem, form }) => [
    { channel: 'stem' as const, term: stem },
    ...(form === undefined ? [] : [{ channel: 'form' as const, term: form }]),
  ]);

function scoredTerms({ readings }: QueryWord, rarityOf: (key: TermKey) => number, weights: Weights): ScoredTerm[] {
  const best = new Map<string, ScoredTerm>();
  for (const { stem, form, share } of readings) {
    for (const [channel, term] of [
      ['stem', stem],
      ['form', form],
    ] as const) {
      if (term === undefined) continue;
      const times = weights.channels[channel] * share * rarityOf({ channel, term });
      const key = keyOf({ channel, term });
      if (times > (best.get(key)?.times ?? 0)) best.set(key, { channel, term, times });
    }
  }
  return [...best.values()];
}

const mostOf = (terms: readonly ScoredTerm[]): number =>
  (['stem', 'form'] as const).reduce(
    (sum, channel) => sum + Math.max(0, ...terms.filter((term) => term.channel === channel).map(({ times }) => times)),
    0,
  );

const uniqueTerms = (terms: readonly TermKey[]): TermKey[] => [
  ...new Map(terms.map((term) => [keyOf(term), term])).values(),
];

function groupByTerm(blocks: readonly PostingBlock[]): ReadonlyMap<string, readonly PostingBlock[]> {
  const groups = new Map<string, PostingBlock[]>();
  for (const block of blocks) {
    const group = groups.get(keyOf(block));
    if (group) group.push(block);
    else groups.set(keyOf(block), [block]);
  }
  return groups;
}

/** Sums by document, in blocks of 1,024. */
class Accumulator {
  private readonly sums = new Map<number, Float64Array>();

  constructor(private readonly k1: number) {}

  /** Adds, to each document, the best of what the lists give it. */
  addBest(lists: readonly (readonly [times: number, blocks: readonly PostingBlock[]])[]): void {
    const [first, ...others] = lists;
    if (!first) return;
    if (others.length === 0) return this.addTo(this.sums, first, (sum, value) => sum + value);
    const best = new Map<number, Float64Array>();
    for (const list of lists) this.addTo(best, list, Math.max);
    for (const [block, values] of best) {
      const sums = pageOf(this.sums, block);
      values.forEach((value, place) => (sums[place] = (sums[place] ?? 0) + value));
    }
  }

  private addTo(
    pages: Map<number, Float64Array>,
    [times, blocks]: readonly [number, readonly PostingBlock[]],
    join: (a: number, b: number) => number,
  ): void {
    const top = times * (this.k1 + 1);
    for (const { block, entries } of blocks) {
      const page = pageOf(pages, block);
      eachEntry(entries, (place, weight) => {
        page[place] = join(page[place] ?? 0, (top * weight) / (this.k1 + weight));
      });
    }
  }

  /** The documents that have something, and are in every filter. */
  documents(filters: readonly (readonly PostingBlock[])[]): { number: number; score: number }[] {
    const found: { number: number; score: number }[] = [];
    const passes = filters.map(numbersOf);
    for (const [block, page] of this.sums) {
      page.forEach((score, place) => {
        const number = block * blockDocuments + place;
        if (score > 0 && passes.every((numbers) => numbers.has(number))) found.push({ number, score });
      });
    }
    return found;
  }
}

function pageOf(pages: Map<number, Float64Array>, block: number): Float64Array {
  const page = pages.get(block) ?? new Float64Array(blockDocuments);
  pages.set(block, page);
  return page;
}

function numbersOf(blocks: readonly PostingBlock[]): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const { block, entries } of blocks) eachEntry(entries, (place) => numbers.add(block * blockDocuments + place));
  return numbers;
}
