import { createHash } from 'node:crypto';

/** Where the index of a tenant is in OpenSearch: two indexes, which all tenants share, and whose names begin alike. */
export interface OpenSearchPlace {
  readonly name: string;
  readonly tenantId: string;
}

export const documentsIndex = (name: string): string => `${name}-documents`;
export const termsIndex = (name: string): string => `${name}-terms`;

/** What a document is, or a term of the lexicon, as an id of any length: 43 characters. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

const keyword = { type: 'keyword' } as const;
const kept = { type: 'object', enabled: false } as const;
const settings = {
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  // What was written is made visible by whoever wrote it.
  refresh_interval: '-1',
} as const;

/** Hits that a search passes over, and those that it answers, at most. */
const maxWindow = 10_100;

/**
 * A document by what it is found by. `forms` and `stems` have the weights that BM25F wants (see document-terms.ts), which
 * rank_features keep to within 0.4%; `terms` are the same words for counting. What ranks a hundred of them, signal and
 * vector, is read by column: a document as it was sent is read for a page of hits only.
 */
export const documentsDefinition = {
  settings: { ...settings, max_result_window: maxWindow },
  mappings: {
    dynamic: 'strict',
    _source: { excludes: ['forms', 'stems', 'terms', 'vector'] },
    properties: {
      ...{ tenant: keyword, locale: keyword, audience: keyword, facets: keyword },
      number: { type: 'integer' },
      ...{ forms: { type: 'rank_features' }, stems: { type: 'rank_features' } },
      terms: { type: 'keyword', index: false },
      signal: { type: 'double', index: false },
      vector: { type: 'binary', doc_values: true },
      kept,
    },
  },
} as const;

/**
 * The lexicon: for a language and an audience, how many documents have a form, and how many a stem; a term of the kind
 * `all` counts all. `pending` ones are to be counted anew.
 */
export const termsDefinition = {
  settings,
  mappings: {
    dynamic: 'strict',
    properties: {
      ...{ tenant: keyword, locale: keyword, audience: keyword },
      ...{ kind: keyword, term: keyword, folded: keyword, stem: keyword },
      documents: { type: 'integer' },
      pending: { type: 'boolean' },
      kept,
    },
  },
} as const;

/** A term of the lexicon. */
export interface TermEntry {
  readonly tenant: string;
  readonly locale: string;
  readonly audience: string;
  readonly kind: 'form' | 'stem' | 'all';
  readonly term: string;
  /** Of a form. */
  readonly folded?: string;
  readonly stem?: string;
}

export interface CountedTerm extends TermEntry {
  readonly documents: number;
}

/** How `terms` of a document name a term. */
export const namedTerm = ({ kind, term }: Pick<TermEntry, 'kind' | 'term'>): string => `${kind} ${term}`;

/** What a document keeps that is not searched. */
export interface KeptDocument {
  /** Title, keywords, blocks and facets, deflated, in base64. */
  readonly content: string;
}

/** A document as it is sent. */
export interface SentDocument {
  readonly tenant: string;
  readonly locale: string;
  readonly audience: string;
  readonly number: number;
  readonly facets: readonly string[];
  readonly forms?: Readonly<Record<string, number>>;
  readonly stems?: Readonly<Record<string, number>>;
  readonly terms: readonly string[];
  readonly signal: number;
  /** The packed grams, in base64. */
  readonly vector: string;
  readonly kept: KeptDocument;
}

/** A document as it comes back: without what it is found by. */
export type StoredSource = Pick<SentDocument, 'number' | 'locale' | 'audience' | 'signal' | 'kept'>;

export interface Found<Source> {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly {
      readonly _id: string;
      readonly _score: number;
      readonly _source: Source;
      readonly fields?: Readonly<Record<string, readonly (number | string)[]>>;
    }[];
  };
}

/** All that is asked for is limited to these. */
export interface Filtered {
  readonly tenant: string;
  readonly locale: string;
  readonly audiences: readonly string[];
}

export const filtersOf = ({ tenant, locale, audiences }: Filtered): object[] => [
  { term: { tenant } },
  { term: { locale } },
  { terms: { audience: audiences } },
];
