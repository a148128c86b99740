import { unpackContent } from '../content.store.js';
import type { SearchDocument } from '../document.js';
import type {
  IndexReader,
  KnownForm,
  Lexicon,
  Postings,
  RankedPart,
  Scope,
  SoughtTerm,
  WeighedTerm,
} from '../index-store.js';
import type { Best } from '../ranking/accumulator.js';
import type { Nearby } from '../ranking/edits.js';
import type { OpenSearchClient } from './open-search-client.store.js';
import {
  type CountedTerm,
  documentsIndex,
  filtersOf,
  type Found,
  type OpenSearchPlace,
  type StoredSource,
  termsIndex,
} from './indexes.js';

/** Terms that one question answers at most. */
const maxTerms = 10_000;
/** Forms that one letter makes of a word: those that most documents have. */
const maxNear = 1_000;

/** By column, without the document as it was sent. */
const columns = (...names: string[]) => ({ stored_fields: '_none_', docvalue_fields: names });

/** Reads an index in OpenSearch. Each method asks once, `lexicon` and `postings` at most twice. */
export class OpenSearchReader implements IndexReader {
  constructor(
    private readonly client: OpenSearchClient,
    private readonly place: OpenSearchPlace,
  ) {}

  async lexicon(scope: Scope, folded: readonly string[], stems: readonly string[]): Promise<Lexicon> {
    const typed = await this.terms(scope, [
      {
        bool: { filter: [{ term: { kind: 'form' } }], should: anyOf({ folded, stem: stems }), minimum_should_match: 1 },
      },
      { term: { kind: 'all' } },
    ]);
    const known = new Set(stems);
    const others = [...new Set(typed.flatMap(({ kind, stem = '' }) => (kind === 'form' ? [stem] : [])))].filter(
      (stem) => !known.has(stem),
    );
    const family = others.length === 0 ? [] : await this.forms(scope, anyOf({ stem: others }));
    const all = typed.filter(({ kind }) => kind === 'all').reduce((sum, { documents }) => sum + documents, 0);
    const forms = typed.filter(({ kind }) => kind === 'form');
    return { forms: summed([...forms.filter(({ stem = '' }) => known.has(stem)), ...family]), documents: all };
  }

  async formsNear(scope: Scope, words: readonly Nearby[]): Promise<readonly KnownForm[]> {
    const near = words.map(({ folded: value }) => ({
      fuzzy: { folded: { value, fuzziness: 1, prefix_length: 1, max_expansions: maxNear, transpositions: true } },
    }));
    return summed(await this.forms(scope, near, { size: maxNear, sort: [{ documents: 'desc' }, { term: 'asc' }] }));
  }

  async formsFrom(scope: Scope, prefix: string, limit: number): Promise<readonly KnownForm[]> {
    const size = limit * Math.max(1, new Set(scope.audiences).size);
    const found = await this.forms(scope, [{ prefix: { folded: prefix } }], {
      ...{ size, sort: [{ folded: 'asc' }, { term: 'asc' }] },
    });
    return summed(found).slice(0, limit);
  }

  async postings(scope: Scope, terms: readonly SoughtTerm[], facets: readonly string[], k1: number): Promise<Postings> {
    const stems = [...new Set(terms.flatMap(({ kind, term }) => (kind === 'stem' ? [term] : [])))];
    const counted = await this.terms(scope, [
      { bool: { filter: [{ term: { kind: 'stem' } }, { terms: { term: stems } }] } },
    ]);
    const having = new Map<string, number>();
    for (const { term, documents } of counted) having.set(term, (having.get(term) ?? 0) + documents);
    return {
      having: ({ term, forms }) => (forms.length === 0 ? 0 : (having.get(term) ?? 0)),
      best: (groups, count) => this.best(scope, groups, facets, k1, count),
    };
  }

  private async best(
    scope: Scope,
    groups: readonly (readonly WeighedTerm[])[],
    facets: readonly string[],
    k1: number,
    count: number,
  ): Promise<{ best: readonly Best[]; total: number }> {
    const should = groups.flatMap((terms) => {
      const clauses = terms.filter(({ forms, times }) => forms.length > 0 && times > 0).map(featureOf(k1));
      return clauses.length > 1 ? [{ dis_max: { queries: clauses } }] : clauses;
    });
    if (should.length === 0) return { best: [], total: 0 };
    const filter = [...this.filters(scope), ...facets.map((facet) => ({ term: { facets: facet } }))];
    const { hits } = await this.search<never>(documentsIndex(this.place.name), {
      query: { bool: { filter, should, minimum_should_match: 1 } },
      ...{ size: count, track_total_hits: true, track_scores: true, ...columns('number') },
      sort: [{ _score: 'desc' }, { number: 'asc' }],
    });
    const best = hits.hits.flatMap(({ fields, _score: score }) =>
      (fields?.['number'] ?? []).map((number) => ({ number: Number(number), score })),
    );
    return { best, total: hits.total.value };
  }

  async rankedParts(scope: Scope, numbers: readonly number[]): Promise<readonly RankedPart[]> {
    const hits = await this.numbered<never>(scope, numbers, columns('number', 'signal', 'vector'));
    return hits.map(({ fields }) => {
      const column = (name: string) => fields?.[name]?.[0];
      const vector = Buffer.from(String(column('vector')), 'base64');
      return { number: Number(column('number')), signal: Number(column('signal')), vector };
    });
  }

  async documents(scope: Scope, numbers: readonly number[]): Promise<readonly SearchDocument[]> {
    return (await this.numbered<StoredSource>(scope, numbers)).map(({ _source }) => documentOf(_source));
  }

  private async numbered<Source>(
    scope: Scope,
    numbers: readonly number[],
    more: object = {},
  ): Promise<Found<Source>['hits']['hits']> {
    if (numbers.length === 0) return [];
    const { hits } = await this.search<Source>(documentsIndex(this.place.name), {
      query: { bool: { filter: [...this.filters(scope), { terms: { number: numbers } }] } },
      ...{ size: numbers.length, ...more },
    });
    return hits.hits;
  }

  /** Forms with one of these properties. */
  private forms(scope: Scope, should: readonly object[], more: object = {}): Promise<readonly CountedTerm[]> {
    return this.terms(
      scope,
      [{ bool: { filter: [{ term: { kind: 'form' } }], should, minimum_should_match: 1 } }],
      more,
    );
  }

  private async terms(scope: Scope, should: readonly object[], more: object = {}): Promise<readonly CountedTerm[]> {
    const { hits } = await this.search<CountedTerm>(termsIndex(this.place.name), {
      query: { bool: { filter: [...this.filters(scope), { bool: { should, minimum_should_match: 1 } }] } },
      ...{ size: maxTerms, ...more },
    });
    return hits.hits.map(({ _source }) => _source);
  }

  private filters({ locale, audiences }: Scope): object[] {
    return filtersOf({ tenant: this.place.tenantId, locale, audiences });
  }

  private search<Source>(index: string, body: object): Promise<Found<Source>> {
    return this.client.request('POST', `/${index}/_search`, body);
  }
}

const anyOf = (values: Readonly<Record<string, readonly string[]>>): object[] =>
  Object.entries(values).map(([field, all]) => ({ terms: { [field]: all } }));

/** times × (k1 + 1) × weight ÷ (weight + k1): BM25's share of the weight that the document has. */
const featureOf =
  (k1: number) =>
  ({ kind, term, times }: WeighedTerm): object => ({
    rank_feature: {
      field: `${kind === 'stem' ? 'stems' : 'forms'}.${term}`,
      ...{ boost: times * (k1 + 1), saturation: { pivot: k1 } },
    },
  });

/** Each form once, with the documents of all audiences. A form that is waiting to be counted may have none yet. */
function summed(terms: readonly CountedTerm[]): readonly KnownForm[] {
  const found = new Map<string, KnownForm>();
  for (const { term, folded = '', stem = '', documents } of terms)
    found.set(term, { form: term, folded, stem, documents: documents + (found.get(term)?.documents ?? 0) });
  return [...found.values()].filter(({ documents }) => documents > 0);
}

export const documentOf = ({ number, locale, audience, signal, kept }: StoredSource): SearchDocument => ({
  ...{ number, locale, audience, signal },
  ...unpackContent(Buffer.from(kept.content, 'base64')),
});
