import type { SearchDocument } from '../document.js';
import type { Field, Weights } from '../ranking/weights.js';
import { gramsOf, packGrams } from './grams.js';
import { isContentWord, type Token, tokens } from './tokens.js';

/**
 * `form`: words. `facet`: exact values. `document`: a single empty term, that every document has; it counts them. What
 * a document has of a stem is the sum of what it has of the stem's forms.
 */
export type Channel = 'form' | 'facet' | 'document';

/** What the index keeps of a document: a function of the document alone, whatever else is in the index. */
export interface DocumentTerms {
  /**
   * The weight of each term: over the fields, the field's weight × occurrences ÷ (1 - b + b × length ÷ pivot), as in
   * BM25F (Zaragoza et al., TREC 2004), with fixed pivots instead of the means of the collection.
   */
  readonly terms: Readonly<Record<Channel, ReadonlyMap<string, number>>>;
  /** The grams, packed. */
  readonly vector: Uint8Array;
}

export function analyse(document: SearchDocument, { fields, grams }: Weights): DocumentTerms {
  const texts = fieldsOf(document);
  const form = new Map<string, number>();
  for (const [field, words] of texts) {
    const { weight, pivot, b } = fields[field];
    const length = words.filter((word) => isContentWord(word.form)).length;
    const each = weight / (1 - b + (b * length) / pivot);
    for (const word of words) add(form, word.form, each);
  }
  const folded = (...names: Field[]) => names.flatMap((name) => texts.get(name)?.map((word) => word.folded) ?? []);
  const vector = packGrams(
    gramsOf([
      { words: folded('title'), times: grams.title },
      { words: folded('keywords'), times: 1 },
      { words: folded('headings', 'body'), times: 1 },
    ]),
  );
  const facet = new Map(document.facets.map((value) => [value, 1]));
  return { terms: { form, facet, document: new Map([['', 1]]) }, vector };
}

function fieldsOf({ title, keywords, blocks }: SearchDocument): ReadonlyMap<Field, Token[]> {
  const textOf = (isHeading: boolean) =>
    blocks.flatMap((block) => ((block.isHeading ?? false) === isHeading ? tokens(block.text) : []));
  return new Map<Field, Token[]>([
    ['title', tokens(title)],
    ['keywords', keywords.flatMap((keyword) => tokens(keyword))],
    ['headings', textOf(true)],
    ['body', textOf(false)],
  ]);
}

const add = (weights: Map<string, number>, term: string, weight: number): void =>
  void weights.set(term, (weights.get(term) ?? 0) + weight);
