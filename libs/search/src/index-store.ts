import type { Channel } from './analysis/document-terms.js';
import type { SearchDocument } from './document.js';
import type { Nearby } from './ranking/edits.js';
import type { Best } from './ranking/accumulator.js';
import type { Block } from './ranking/posting-block.js';

/** What a search may see: one language, and the audiences of the person who searches. */
export interface Scope {
  readonly locale: string;
  readonly audiences: readonly string[];
}

/** A word as texts have it. */
export interface Form {
  readonly form: string;
  readonly folded: string;
  readonly stem: string;
}

/** A word of the lexicon. */
export interface KnownForm extends Form {
  /** How many documents of the scope have it. */
  readonly documents: number;
}

/** What a scope knows of some words. */
export interface Lexicon {
  readonly forms: readonly KnownForm[];
  /** All documents of the scope. */
  readonly documents: number;
}

export interface TermKey {
  readonly channel: Channel;
  readonly term: string;
}

/** The postings of a term: those of one language and one audience. */
export interface PostingKey extends TermKey {
  readonly locale: string;
  readonly audience: string;
}

/** A part of them; see ranking/posting-block.ts. */
export interface PostingBlock extends PostingKey, Block {}

/** Which blocks are asked for: the last that begins at `start` or before it, in its stretch. */
export interface WantedBlock extends PostingKey {
  readonly start: number;
  /** 2: and the block before it. */
  readonly count: 1 | 2;
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

/** A word of a query as documents may have it: a form, or a stem with all its forms. */
export interface SoughtTerm {
  readonly kind: 'form' | 'stem';
  readonly term: string;
  /** The forms of the lexicon that it stands for; none where no document has it. */
  readonly forms: readonly string[];
}

/** A term, and what a document counts that is full of it. */
export interface WeighedTerm extends SoughtTerm {
  readonly times: number;
}

/** What the documents of a scope have of the terms that were asked for. */
export interface Postings {
  /** How many documents have the term. */
  having(term: SoughtTerm): number;
  /**
   * The documents that have one of the terms and all facets that were asked for: how many there are, and the best of them.
   * A document's score is the sum, over the groups, of the greatest that one of its terms gives: times × BM25's share.
   * @param count how many of the best
   */
  best(groups: readonly (readonly WeighedTerm[])[], count: number): Promise<{ best: readonly Best[]; total: number }>;
}

/** Where an index is kept, for reading. Every answer is limited to the scope. */
export interface IndexReader {
  /** The forms with one of these folded forms, and all forms that share a stem with them or have one of `stems`. */
  lexicon(scope: Scope, folded: readonly string[], stems: readonly string[]): Promise<Lexicon>;
  /** At least the forms that are one edit away, with the same first letter. */
  formsNear(scope: Scope, words: readonly Nearby[]): Promise<readonly KnownForm[]>;
  /** The forms that begin so, in the order of their folded forms, `limit` at most. */
  formsFrom(scope: Scope, prefix: string, limit: number): Promise<readonly KnownForm[]>;
  /** @param k1 see `Weights` */
  postings(scope: Scope, terms: readonly SoughtTerm[], facets: readonly string[], k1: number): Promise<Postings>;
  rankedParts(scope: Scope, numbers: readonly number[]): Promise<readonly RankedPart[]>;
  documents(scope: Scope, numbers: readonly number[]): Promise<readonly SearchDocument[]>;
}

/** Where an index is kept, for writing. */
export interface IndexWriter {
  /** The documents with these numbers and languages that the index has. */
  stored(keys: readonly Pick<SearchDocument, 'number' | 'locale'>[]): Promise<readonly StoredDocument[]>;
  /** Each block once. */
  blocksOf(wanted: readonly WantedBlock[]): Promise<readonly PostingBlock[]>;
  /** Puts blocks in the place of those with their keys; an empty block is removed. */
  putBlocks(blocks: readonly PostingBlock[]): Promise<void>;
  /** `come` have come into the lexicon of a language and an audience; `gone` may have left it. */
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
