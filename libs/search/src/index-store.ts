import type { Channel } from './analysis/document-terms.js';
import type { SearchDocument } from './document.js';
import type { Nearby } from './ranking/edits.js';

/** What a search may see: one language, and the audiences of the person who searches. */
export interface Scope {
  readonly locale: string;
  readonly audiences: readonly string[];
}

/** A word as texts have it. */
export interface Form {
  readonly form: string;
  readonly folded: string;
}

export interface TermKey {
  readonly channel: Channel;
  readonly term: string;
}

export interface BlockKey extends TermKey {
  readonly locale: string;
  readonly audience: string;
  readonly block: number;
}

/** 1,024 documents of a posting list; see ranking/posting-block.ts. */
export interface PostingBlock extends BlockKey {
  readonly entries: Uint8Array;
}

/** A document as the index keeps it. */
export interface StoredDocument {
  readonly document: SearchDocument;
  /** The packed grams. */
  readonly vector: Uint8Array;
}

/** What ranks one document among others, without its text. */
export interface RankedPart {
  readonly number: number;
  readonly signal: number;
  readonly vector: Uint8Array;
}

/** Where an index is kept, for reading. Every answer is limited to the scope. */
export interface IndexReader {
  /** The forms whose folded form is one of these. */
  formsOf(scope: Scope, folded: readonly string[]): Promise<readonly Form[]>;
  /** At least the forms that are one edit away, with the same first letter. */
  formsNear(scope: Scope, words: readonly Nearby[]): Promise<readonly Form[]>;
  /** The forms that begin so, in the order of their folded forms, `limit` at most. */
  formsFrom(scope: Scope, prefix: string, limit: number): Promise<readonly Form[]>;
  /** How many documents have each term, by `keyOf`; terms that none has are left out. */
  sizes(scope: Scope, terms: readonly TermKey[]): Promise<ReadonlyMap<string, number>>;
  blocks(scope: Scope, terms: readonly TermKey[]): Promise<readonly PostingBlock[]>;
  rankedParts(scope: Scope, numbers: readonly number[]): Promise<readonly RankedPart[]>;
  documents(scope: Scope, numbers: readonly number[]): Promise<readonly SearchDocument[]>;
}

/** Where an index is kept, for writing. */
export interface IndexWriter {
  /** The documents with these numbers and languages that the index has. */
  stored(keys: readonly Pick<SearchDocument, 'number' | 'locale'>[]): Promise<readonly StoredDocument[]>;
  blocksOf(keys: readonly BlockKey[]): Promise<readonly PostingBlock[]>;
  /** Puts blocks in the place of those with their keys; an empty block is removed. */
  putBlocks(blocks: readonly PostingBlock[]): Promise<void>;
  /** `forms` have come into the lexicon of a language and an audience; `gone` may have left it. */
  putForms(lexicon: LexiconChange): Promise<void>;
  putDocuments(documents: readonly StoredDocument[]): Promise<void>;
  removeDocuments(keys: readonly Pick<SearchDocument, 'number' | 'locale'>[]): Promise<void>;
}

export interface LexiconEntry extends Form {
  readonly locale: string;
  readonly audience: string;
}

export interface LexiconChange {
  /** They may be there already. */
  readonly come: readonly LexiconEntry[];
  /** No longer in a block that was written; they stay while another block has them. */
  readonly gone: readonly LexiconEntry[];
}

export const keyOf = ({ channel, term }: TermKey): string => `${channel}\t${term}`;
