import type { DocumentKey, SearchDocument } from '../document.js';
import {
  type Form,
  type IndexReader,
  type IndexWriter,
  keyOf,
  type KnownForm,
  type Lexicon,
  type LexiconChange,
  type PostingBlock,
  type Postings,
  type RankedPart,
  type Scope,
  type SoughtTerm,
  type StoredDocument,
  type TermKey,
  type WantedBlock,
} from '../index-store.js';
import { BlockPostings, keysOf } from '../ranking/block-postings.js';
import { backwards, type Nearby } from '../ranking/edits.js';
import { stretchOf } from '../ranking/posting-block.js';

/** The tables of an index, in memory. */
export class MemoryStore implements IndexReader, IndexWriter {
  /** By language and audience. */
  private readonly parts = new Map<string, Part>();
  /** By language and number. */
  private readonly byKey = new Map<string, StoredDocument>();

  async lexicon(scope: Scope, folded: readonly string[], stems: readonly string[]): Promise<Lexicon> {
    const typed = this.formsWhere(scope, (form) => folded.includes(form.folded));
    const wanted = new Set([...stems, ...typed.map(({ stem }) => stem)]);
    return {
      forms: this.formsWhere(scope, ({ stem }) => wanted.has(stem)),
      documents: this.documentsWith(scope, { channel: 'document', term: '' }),
    };
  }

  async formsNear(scope: Scope, words: readonly Nearby[]): Promise<KnownForm[]> {
    return this.formsWhere(scope, ({ folded }) => {
      const turned = backwards(folded);
      return words.some(
        ({ start, backwards: end, crossed }) =>
          folded.startsWith(start) || turned.startsWith(end) || folded === crossed,
      );
    });
  }

  async formsFrom(scope: Scope, prefix: string, limit: number): Promise<KnownForm[]> {
    return this.formsWhere(scope, ({ folded }) => folded.startsWith(prefix))
      .sort((a, b) => compare(a.folded, b.folded) || compare(a.form, b.form))
      .slice(0, limit);
  }

  private formsWhere(scope: Scope, isWanted: (form: Form) => boolean): KnownForm[] {
    const found = new Map<string, Form>();
    for (const { lexicon } of this.partsOf(scope))
      for (const form of lexicon.values()) if (isWanted(form)) found.set(form.form, form);
    return [...found.values()].map((form) => ({
      ...form,
      documents: this.documentsWith(scope, { channel: 'form', term: form.form }),
    }));
  }

  private documentsWith(scope: Scope, key: TermKey): number {
    const blocks = this.partsOf(scope).flatMap(({ postings }) => postings.get(keyOf(key)) ?? []);
    return blocks.reduce((sum, block) => sum + block.documents, 0);
  }

  async postings(scope: Scope, terms: readonly SoughtTerm[], facets: readonly string[], k1: number): Promise<Postings> {
    const keys = new Set(keysOf(terms, facets).map(keyOf));
    const blocks = this.partsOf(scope).flatMap(({ postings }) => [...keys].flatMap((key) => postings.get(key) ?? []));
    return new BlockPostings(blocks, facets, k1);
  }

  async rankedParts(scope: Scope, numbers: readonly number[]): Promise<RankedPart[]> {
    return this.storedIn(scope, numbers).map(({ document: { number, signal }, vector }) => ({
      number,
      signal,
      vector,
    }));
  }

  async documents(scope: Scope, numbers: readonly number[]): Promise<SearchDocument[]> {
    return this.storedIn(scope, numbers).map(({ document }) => document);
  }

  private storedIn({ locale, audiences }: Scope, numbers: readonly number[]): StoredDocument[] {
    return numbers.flatMap((number) => {
      const stored = this.byKey.get(documentName({ number, locale }));
      return stored && audiences.includes(stored.document.audience) ? [stored] : [];
    });
  }

  async stored(keys: readonly DocumentKey[]): Promise<StoredDocument[]> {
    return keys.flatMap((key) => this.byKey.get(documentName(key)) ?? []);
  }

  async blocksOf(wanted: readonly WantedBlock[]): Promise<PostingBlock[]> {
    const found = wanted.flatMap((key) => {
      const { start, count } = key;
      const blocks = this.partOf(key).postings.get(keyOf(key)) ?? [];
      return blocks.filter((block) => block.start <= start && block.start >= stretchOf(start)).slice(-count);
    });
    return [...new Set(found)];
  }

  async putBlocks(blocks: readonly PostingBlock[]): Promise<void> {
    for (const block of blocks) {
      const { postings } = this.partOf(block);
      const others = (postings.get(keyOf(block)) ?? []).filter(({ start }) => start !== block.start);
      const list = block.entries.length > 0 ? [...others, block] : others;
      if (list.length > 0)
        postings.set(
          keyOf(block),
          list.sort((a, b) => a.start - b.start),
        );
      else postings.delete(keyOf(block));
    }
  }

  async putForms({ come, gone }: LexiconChange): Promise<void> {
    for (const { form, folded, stem, ...part } of come) this.partOf(part).lexicon.set(form, { form, folded, stem });
    for (const { form, ...part } of gone) {
      const { lexicon, postings } = this.partOf(part);
      if (!postings.has(keyOf({ channel: 'form', term: form }))) lexicon.delete(form);
    }
  }

  async putDocuments(documents: readonly StoredDocument[]): Promise<void> {
    for (const stored of documents) this.byKey.set(documentName(stored.document), stored);
  }

  async removeDocuments(keys: readonly DocumentKey[]): Promise<void> {
    for (const key of keys) this.byKey.delete(documentName(key));
  }

  /** All that is kept, in an order of its own: equal for stores that hold the same, byte for byte. */
  dump(): readonly string[] {
    const postings = [...this.parts].flatMap(([part, { postings: lists }]) =>
      [...lists].flatMap(([key, list]) =>
        list.map(({ start, documents, entries }) =>
          JSON.stringify([part, key, start, documents, Buffer.from(entries).toString('hex')]),
        ),
      ),
    );
    const forms = [...this.parts].flatMap(([part, { lexicon }]) =>
      [...lexicon.values()].map((form) => JSON.stringify([part, form])),
    );
    const documents = [...this.byKey.values()].map(({ document, vector }) =>
      JSON.stringify([document, Buffer.from(vector).toString('hex')]),
    );
    return [...postings, ...forms, ...documents].sort();
  }

  private partsOf({ locale, audiences }: Scope): Part[] {
    return [...new Set(audiences)].map((audience) => this.partOf({ locale, audience }));
  }

  private partOf({ locale, audience }: { locale: string; audience: string }): Part {
    const name = `${locale}\t${audience}`;
    const part = this.parts.get(name) ?? { postings: new Map(), lexicon: new Map() };
    this.parts.set(name, part);
    return part;
  }
}

interface Part {
  /** By channel and term, in the order of their documents. */
  readonly postings: Map<string, readonly PostingBlock[]>;
  /** By form. */
  readonly lexicon: Map<string, Form>;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const documentName = ({ number, locale }: DocumentKey): string => `${locale}\t${number}`;
