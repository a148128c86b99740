import type { DocumentKey, SearchDocument } from '../document.js';
import {
  type BlockKey,
  type Form,
  type IndexReader,
  type IndexWriter,
  keyOf,
  type LexiconChange,
  type PostingBlock,
  type RankedPart,
  type Scope,
  type StoredDocument,
  type TermKey,
} from '../index-store.js';
import { backwards, type Nearby } from '../ranking/edits.js';
import { sizeOf } from '../ranking/posting-block.js';

/** The tables of an index, in memory. */
export class MemoryStore implements IndexReader, IndexWriter {
  /** By language and audience. */
  private readonly parts = new Map<string, Part>();
  /** By language and number. */
  private readonly byKey = new Map<string, StoredDocument>();

  async formsOf(scope: Scope, folded: readonly string[]): Promise<Form[]> {
    return this.partsOf(scope).flatMap(({ lexicon }) =>
      folded.flatMap((word) => [...(lexicon.get(word) ?? [])].map((form) => ({ form, folded: word }))),
    );
  }

  async formsNear(scope: Scope, words: readonly Nearby[]): Promise<Form[]> {
    const isNear = (folded: string) => {
      const turned = backwards(folded);
      return words.some(
        ({ start, backwards: end, crossed }) =>
          folded.startsWith(start) || turned.startsWith(end) || folded === crossed,
      );
    };
    return this.formsWhere(scope, isNear);
  }

  async formsFrom(scope: Scope, prefix: string, limit: number): Promise<Form[]> {
    return this.formsWhere(scope, (folded) => folded.startsWith(prefix))
      .sort((a, b) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0))
      .slice(0, limit);
  }

  private formsWhere(scope: Scope, isWanted: (folded: string) => boolean): Form[] {
    return this.partsOf(scope).flatMap(({ lexicon }) =>
      [...lexicon].flatMap(([folded, forms]) => (isWanted(folded) ? [...forms].map((form) => ({ form, folded })) : [])),
    );
  }

  async sizes(scope: Scope, terms: readonly TermKey[]): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for (const { channel, term, entries } of await this.blocks(scope, terms)) {
      const key = keyOf({ channel, term });
      sizes.set(key, (sizes.get(key) ?? 0) + sizeOf(entries.length));
    }
    return sizes;
  }

  async blocks(scope: Scope, terms: readonly TermKey[]): Promise<PostingBlock[]> {
    const keys = new Set(terms.map(keyOf));
    return this.partsOf(scope).flatMap(({ postings }) =>
      [...keys].flatMap((key) => [...(postings.get(key)?.values() ?? [])]),
    );
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

  async blocksOf(keys: readonly BlockKey[]): Promise<PostingBlock[]> {
    return keys.flatMap((key) => this.partOf(key).postings.get(keyOf(key))?.get(key.block) ?? []);
  }

  async putBlocks(blocks: readonly PostingBlock[]): Promise<void> {
    for (const block of blocks) {
      const { postings } = this.partOf(block);
      const list = postings.get(keyOf(block)) ?? new Map<number, PostingBlock>();
      if (block.entries.length > 0) list.set(block.block, block);
      else list.delete(block.block);
      if (list.size > 0) postings.set(keyOf(block), list);
      else postings.delete(keyOf(block));
    }
  }

  async putForms({ come, gone }: LexiconChange): Promise<void> {
    for (const entry of come) {
      const { lexicon } = this.partOf(entry);
      lexicon.set(entry.folded, (lexicon.get(entry.folded) ?? new Set()).add(entry.form));
    }
    for (const entry of gone) {
      const { lexicon, postings } = this.partOf(entry);
      if (postings.has(keyOf({ channel: 'form', term: entry.form }))) continue;
      const forms = lexicon.get(entry.folded);
      forms?.delete(entry.form);
      if (forms?.size === 0) lexicon.delete(entry.folded);
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
      [...lists.values()].flatMap((list) =>
        [...list.values()].map(({ entries, ...key }) =>
          JSON.stringify([part, key, Buffer.from(entries).toString('hex')]),
        ),
      ),
    );
    const forms = [...this.parts].flatMap(([part, { lexicon }]) =>
      [...lexicon].flatMap(([folded, all]) => [...all].map((form) => JSON.stringify([part, folded, form]))),
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
  /** By channel and term, then by block. */
  readonly postings: Map<string, Map<number, PostingBlock>>;
  /** By folded form. */
  readonly lexicon: Map<string, Set<string>>;
}

const documentName = ({ number, locale }: DocumentKey): string => `${locale}\t${number}`;
