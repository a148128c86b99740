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

/** Throws a RangeError that names what an index cannot hold. */
export function mustBeIndexable({ number, locale, audience, signal }: SearchDocument): void {
  if (!Number.isInteger(number) || number < 0 || number > maxNumber) {
    throw new RangeError(`A document's number is an integer from 0 to ${maxNumber}; this is ${number}.`);
  }
  if (locale === '' || audience === '') throw new RangeError(`Document ${number} has no locale or no audience.`);
  if (!(signal >= -1 && signal <= 1)) {
    throw new RangeError(`The signal of document ${number} is ${signal}: give a number from -1 to 1.`);
  }
}
