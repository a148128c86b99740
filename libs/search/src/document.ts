/** What is searched for. A text has a document for each language. */
export interface SearchDocument {
  /**
   * An integer from 0 to 2,147,483,647, the same for ever, shared by the languages of a text, and unique in an index.
   * Numbers that follow each other make a small index; the index is a function of the documents alone because of them.
   */
  readonly number: number;
  /** A BCP 47 tag. */
  readonly locale: string;
  /** Who may find it: a search reads the postings of the audiences it names, and no others. */
  readonly audience: string;
  readonly title: string;
  readonly keywords: readonly string[];
  /** The text from top to bottom. A snippet comes from one block. */
  readonly blocks: readonly SearchBlock[];
  /** Exact values that a search can ask for, for example `category:billing`. */
  readonly facets: readonly string[];
  /** From -1 (outdated) to 1 (verified, found helpful): moves the score by 15% at most. */
  readonly signal: number;
}

export interface SearchBlock {
  readonly text: string;
  readonly isHeading?: boolean;
}

/** Which text, in which language. */
export type DocumentKey = Pick<SearchDocument, 'number' | 'locale'>;

const maxNumber = 2 ** 31 - 1;

/** UTF-16 units of what is a key: a language, an audience, a facet. */
const maxKey = 200;

/** Throws a RangeError that names what an index cannot hold. */
export function mustBeIndexable({ number, locale, audience, facets, signal }: SearchDocument): void {
  if (!Number.isInteger(number) || number < 0 || number > maxNumber) {
    throw new RangeError(`A document's number is an integer from 0 to ${maxNumber}; this is ${number}.`);
  }
  mustBeKeys(`locale of document ${number}`, [locale]);
  mustBeKeys(`audience of document ${number}`, [audience]);
  mustBeKeys(`facet of document ${number}`, facets);
  if (!(signal >= -1 && signal <= 1)) {
    throw new RangeError(`The signal of document ${number} is ${signal}: give a number from -1 to 1.`);
  }
}

/** Throws a RangeError for a text that cannot be a key. */
export function mustBeKeys(name: string, keys: readonly string[]): void {
  for (const key of keys) {
    if (key.length >= 1 && key.length <= maxKey && !key.includes('\u0000') && key.isWellFormed()) continue;
    throw new RangeError(
      `The ${name} is ${JSON.stringify(key.slice(0, 20))}: give 1 to ${maxKey} characters, no U+0000.`,
    );
  }
}
