import { analyse, type DocumentTerms } from '../analysis/document-terms.js';
import { stemmerFor } from '../analysis/stemmer.js';
import { fold } from '../analysis/tokens.js';
import { packContent } from '../content.store.js';
import { mustBeIndexable, type SearchDocument } from '../document.js';
import { weights } from '../ranking/weights.js';
import { keyOf, lastChanges, type SearchChange } from '../write-changes.js';
import type { OpenSearchClient } from './open-search-client.store.js';
import {
  documentsIndex,
  filtersOf,
  type Found,
  idOf,
  namedTerm,
  type OpenSearchPlace,
  type SentDocument,
  type StoredSource,
  type TermEntry,
  termsIndex,
} from './indexes.js';
import { documentOf } from './open-search-reader.store.js';

/** Documents of one request. */
const documentsTogether = 200;
/** Terms of one request: well below what OpenSearch counts at once. */
const termsTogether = 5_000;

/** A document with what it is found by. */
interface Analysed {
  readonly document: SearchDocument;
  readonly forms: ReadonlyMap<string, number>;
  readonly stems: ReadonlyMap<string, number>;
  readonly vector: Uint8Array;
}

/**
 * Writes an index in OpenSearch; one at a time. OpenSearch has no transactions: before documents are written, the terms
 * that they gain or lose are marked as pending, and afterwards all that is pending is counted. Whoever is interrupted
 * makes the same changes again: what was marked stays marked until it is counted.
 */
export class OpenSearchWriter {
  constructor(
    private readonly client: OpenSearchClient,
    private readonly place: OpenSearchPlace,
  ) {}

  async change(changes: readonly SearchChange[]): Promise<void> {
    for (const change of changes) if (change.type === 'put') mustBeIndexable(change.document);
    const last = lastChanges(changes);
    for (let from = 0; from < last.length; from += documentsTogether)
      await this.write(last.slice(from, from + documentsTogether));
    await this.countPending();
  }

  private async write(changes: readonly SearchChange[]): Promise<void> {
    const before = await this.stored(changes);
    const touched = new Map<string, TermEntry>();
    const operations: object[] = [];
    for (const change of changes) {
      const id = this.idOf(keyOf(change));
      const old = before.get(id);
      const now = change.type === 'put' ? analysed(change.document) : undefined;
      for (const entry of this.moved(old && analysed(old), now)) touched.set(this.idOfTerm(entry), entry);
      if (now) operations.push({ index: { _id: id } }, this.sent(now));
      else if (old) operations.push({ delete: { _id: id } });
    }
    await this.markPending(touched);
    await this.bulk(documentsIndex(this.place.name), operations);
    await this.client.request('POST', `/${documentsIndex(this.place.name)}/_refresh`);
  }

  private async stored(changes: readonly SearchChange[]): Promise<ReadonlyMap<string, SearchDocument>> {
    const ids = changes.map((change) => this.idOf(keyOf(change)));
    const { docs } = await this.client.request<{
      docs: readonly { _id: string; found?: boolean; _source?: StoredSource }[];
    }>('POST', `/${documentsIndex(this.place.name)}/_mget`, { ids });
    return new Map(docs.flatMap(({ _id, _source }) => (_source ? [[_id, documentOf(_source)] as const] : [])));
  }

  /** The terms that one of the two has and the other has not: all of them where the audience is another. */
  private moved(old: Analysed | undefined, now: Analysed | undefined): TermEntry[] {
    const [left, come] = [this.entriesOf(old), this.entriesOf(now)];
    return [
      ...[...left].filter(([id]) => !come.has(id)).map(([, entry]) => entry),
      ...[...come].filter(([id]) => !left.has(id)).map(([, entry]) => entry),
    ];
  }

  /** By audience and name. */
  private entriesOf(from: Analysed | undefined): ReadonlyMap<string, TermEntry> {
    if (from === undefined) return new Map();
    const { locale, audience } = from.document;
    const scope = { tenant: this.place.tenantId, locale, audience };
    const stemmer = stemmerFor(locale);
    const entries: TermEntry[] = [
      { ...scope, kind: 'all', term: '' },
      ...[...from.stems.keys()].map((term): TermEntry => ({ ...scope, kind: 'stem', term })),
      ...[...from.forms.keys()].map((term): TermEntry => ({
        ...{ ...scope, kind: 'form', term },
        ...{ folded: fold(term), stem: stemmer.stem(term) },
      })),
    ];
    return new Map(entries.map((entry) => [`${entry.audience}\t${namedTerm(entry)}`, entry]));
  }

  private async markPending(touched: ReadonlyMap<string, TermEntry>): Promise<void> {
    const operations = [...touched].flatMap(([_id, entry]) => [
      { index: { _id } },
      { ...entry, documents: 0, pending: true },
    ]);
    await this.bulk(termsIndex(this.place.name), operations);
  }

  /** Counts what is pending, of whatever change. A term that no document has any more is removed. */
  private async countPending(): Promise<void> {
    const index = termsIndex(this.place.name);
    for (;;) {
      await this.client.request('POST', `/${index}/_refresh`);
      const { hits } = await this.client.request<Found<TermEntry>>('POST', `/${index}/_search`, {
        query: { bool: { filter: [{ term: { tenant: this.place.tenantId } }, { term: { pending: true } }] } },
        size: termsTogether,
      });
      if (hits.hits.length === 0) return;
      const byScope = Map.groupBy(hits.hits, ({ _source: { locale, audience } }) => JSON.stringify([locale, audience]));
      const operations: object[] = [];
      for (const pending of byScope.values()) {
        const counts = await this.counts(pending.map(({ _source }) => _source));
        for (const { _id, _source } of pending) {
          const documents = counts.get(namedTerm(_source)) ?? 0;
          if (documents === 0) operations.push({ delete: { _id } });
          else operations.push({ index: { _id } }, { ..._source, documents, pending: false });
        }
      }
      await this.bulk(index, operations);
    }
  }

  /** @param entries of one language and audience */
  private async counts(entries: readonly TermEntry[]): Promise<ReadonlyMap<string, number>> {
    const [first] = entries;
    if (first === undefined) return new Map();
    const { tenant, locale, audience } = first;
    const include = entries.map(namedTerm);
    const { aggregations } = await this.client.request<{
      aggregations: { having: { buckets: readonly { key: string; doc_count: number }[] } };
    }>('POST', `/${documentsIndex(this.place.name)}/_search`, {
      query: { bool: { filter: filtersOf({ tenant, locale, audiences: [audience] }) } },
      size: 0,
      aggs: { having: { terms: { field: 'terms', include, size: include.length } } },
    });
    return new Map(aggregations.having.buckets.map(({ key, doc_count }) => [key, doc_count]));
  }

  private sent({ document, forms, stems, vector }: Analysed): SentDocument {
    const { locale, audience, number, facets, signal } = document;
    const terms = [
      namedTerm({ kind: 'all', term: '' }),
      ...[...forms.keys()].map((term) => namedTerm({ kind: 'form', term })),
      ...[...stems.keys()].map((term) => namedTerm({ kind: 'stem', term })),
    ];
    return {
      ...{ tenant: this.place.tenantId, locale, audience, number, facets, terms },
      ...(forms.size > 0 && { forms: Object.fromEntries(forms), stems: Object.fromEntries(stems) }),
      ...{ signal, vector: base64(vector) },
      kept: { content: base64(packContent(document)) },
    };
  }

  private async bulk(index: string, operations: readonly object[]): Promise<void> {
    if (operations.length === 0) return;
    const { errors, items } = await this.client.request<{
      errors: boolean;
      items: readonly Readonly<Record<string, { status: number; error?: { type: string; reason: string } }>>[];
    }>('POST', `/${index}/_bulk`, operations);
    if (!errors) return;
    const [wrong] = items.flatMap((item) => Object.values(item)).filter(({ error }) => error !== undefined);
    if (wrong?.error)
      throw new Error(`OpenSearch did not write to ${index}: ${wrong.error.type}, ${wrong.error.reason}`);
  }

  private idOf({ locale, number }: Pick<SearchDocument, 'locale' | 'number'>): string {
    return idOf(this.place.tenantId, locale, number);
  }

  private idOfTerm({ tenant, locale, audience, kind, term }: TermEntry): string {
    return idOf(tenant, locale, audience, kind, term);
  }
}

function analysed(document: SearchDocument): Analysed {
  const { terms, vector }: DocumentTerms = analyse(document, weights);
  const stemmer = stemmerFor(document.locale);
  const stems = new Map<string, number>();
  for (const [form, weight] of terms.form) {
    const stem = stemmer.stem(form);
    stems.set(stem, (stems.get(stem) ?? 0) + weight);
  }
  return { document, forms: terms.form, stems, vector };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
