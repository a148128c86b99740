import {
  keyOf,
  type PostingBlock,
  type Postings,
  type SoughtTerm,
  type TermKey,
  type WeighedTerm,
} from '../index-store.js';
import { Accumulator, type Best, documentsIn } from './accumulator.js';
import type { Block } from './posting-block.js';

/** The keys of all that the terms stand for, each once, and of the facets. */
export const keysOf = (terms: readonly SoughtTerm[], facets: readonly string[]): readonly TermKey[] => [
  ...[...new Set(terms.flatMap(({ forms }) => forms))].map(formKey),
  ...facets.map(facetKey),
];

/** Postings in blocks that have been read: those of `keysOf`. What a stem gives is added up from its forms. */
export class BlockPostings implements Postings {
  private readonly blocks: ReadonlyMap<string, readonly Block[]>;

  constructor(
    blocks: readonly PostingBlock[],
    private readonly facets: readonly string[],
    private readonly k1: number,
  ) {
    this.blocks = Map.groupBy(blocks, keyOf);
  }

  having({ forms }: SoughtTerm): number {
    return documentsIn(this.listsOf(forms));
  }

  async best(
    groups: readonly (readonly WeighedTerm[])[],
    count: number,
  ): Promise<{ best: readonly Best[]; total: number }> {
    const accumulator = new Accumulator(this.k1);
    for (const terms of groups)
      accumulator.addBest(terms.map(({ times, forms }) => ({ times, lists: this.listsOf(forms) })));
    return accumulator.takeBest(
      count,
      this.facets.map((facet) => this.listOf(facetKey(facet))),
    );
  }

  private listOf(key: TermKey): readonly Block[] {
    return this.blocks.get(keyOf(key)) ?? [];
  }

  private listsOf(forms: readonly string[]): (readonly Block[])[] {
    return forms.map((form) => this.listOf(formKey(form)));
  }
}

const formKey = (term: string): TermKey => ({ channel: 'form', term });
const facetKey = (term: string): TermKey => ({ channel: 'facet', term });
