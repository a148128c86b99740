/** The words of a query, and as which words of the texts they are read. */
import { stemmerFor } from '../analysis/stemmer.js';
import { hasDigit, type Token, tokens } from '../analysis/tokens.js';
import { isOneEdit, mayBeMistyped, type Nearby, nearby } from '../ranking/edits.js';
import { WrongQuery } from './operators.js';
import { fieldBits, wholeNumber, type WrittenForm } from './ticket-text.js';

/** Different words of a query at most. */
export const maxAskedWords = 32;
/** Forms that an unknown word may be read as. */
const maxNear = 12;
const minPrefix = 3;

/** A range of folded forms in bytewise order, `to` exclusive. */
export interface FormRange {
  readonly from: string;
  readonly to: string;
}

/** The words that texts have. Each answer is limited to the words of who asks. */
export interface Lexicon {
  /** Of each range the first ones at least, in the order of the folded forms. */
  formsIn(ranges: readonly FormRange[]): Promise<readonly WrittenForm[]>;
  /** At least the forms that are one edit away, with the same first letter. */
  formsNear(words: readonly Nearby[]): Promise<readonly WrittenForm[]>;
}

/** A word of the texts, and in which languages it is the same word as the one that was asked for. */
export interface Reading {
  readonly folded: string;
  readonly languages: 'all' | ReadonlySet<string>;
  /** As it was typed, another form of it, or with a letter changed. */
  readonly as: 'typed' | 'form' | 'letter';
}

export interface AskedWord {
  readonly token: Token;
  /** The fields that count, as bits. */
  readonly fields: number;
  readonly readings: readonly Reading[];
}

/** Part of a query: where a word shall stand. */
export interface Asked {
  readonly text: string;
  readonly fields: number;
}

export const languageOf = (locale: string): string => locale.toLowerCase().split(/[-_]/)[0] ?? '';

const end = '\u{10ffff}';

interface Typed {
  readonly token: Token;
  readonly fields: number;
}

/**
 * @param languages those that the texts are in
 * @throws WrongQuery for too many words
 */
export async function readAsked(
  asked: readonly Asked[],
  languages: readonly string[],
  lexicon: Lexicon,
): Promise<readonly AskedWord[]> {
  const typed = typedWords(asked);
  if (typed.length > maxAskedWords)
    throw new WrongQuery(
      'too-many-words',
      `A search has ${maxAskedWords} different words at most; this has ${typed.length}.`,
    );
  const stemmed = typed.filter(({ token }) => mayBeMistyped(token.folded));
  const stemmers = languages.map((language) => ({ language, stemmer: stemmerFor(language) }));
  const ranges = stemmed.flatMap(({ token }) => [
    { from: token.folded, to: `${token.folded}\u0001` },
    ...prefixesOf(
      token,
      stemmers.map(({ stemmer }) => stemmer.stem(token.form)),
    ),
  ]);
  const forms = ranges.length === 0 ? [] : await lexicon.formsIn(ranges);
  const words = typed.map(({ token, fields }): AskedWord => {
    const exact: Reading = { folded: token.folded, languages: 'all', as: 'typed' };
    if (!mayBeMistyped(token.folded)) return { token, fields, readings: [exact] };
    const written = forms.filter(({ folded }) => folded === token.folded).map(({ form }) => form);
    const byForm = new Map<string, Set<string>>();
    for (const { language, stemmer } of stemmers) {
      const stems = new Set([token.form, ...written].map((form) => stemmer.stem(form)));
      for (const { form, folded } of forms) {
        if (folded === token.folded || !stems.has(stemmer.stem(form))) continue;
        byForm.set(folded, (byForm.get(folded) ?? new Set()).add(language));
      }
    }
    const others = [...byForm].map(([folded, same]): Reading => ({ folded, languages: same, as: 'form' }));
    return { token, fields, readings: [exact, ...others] };
  });
  const known = new Set(forms.map(({ folded }) => folded));
  return withNear(words, (folded) => mayBeMistyped(folded) && !known.has(folded), lexicon);
}

/** Each word once; a piece that could be the number of a ticket, both as that and as its words. */
function typedWords(asked: readonly Asked[]): Typed[] {
  const found = new Map<string, Typed>();
  for (const { text, fields } of asked) {
    for (const token of tokens(text)) {
      const key = `${fields}\t${token.folded}`;
      if (!found.has(key)) found.set(key, { token, fields });
    }
  }
  return [...found.values()];
}

/** The pieces of a text that could be whole numbers of tickets, as the index has them. */
export const numbersIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(/\s+/u)
      .filter((piece) => hasDigit(piece) && !/^\p{N}+$/u.test(piece))
      .map((piece) => [wholeNumber(piece), piece]),
  );

/** The word that stands for a number which a ticket has. */
export const numberWord = (whole: string): AskedWord => ({
  token: { form: whole, folded: whole, start: 0, end: whole.length },
  fields: fieldBits.number,
  readings: [{ folded: whole, languages: 'all', as: 'typed' }],
});

/** Forms with the stem of a word nearly always begin as the stem and the word both do. */
function prefixesOf({ folded }: Token, stems: readonly string[]): FormRange[] {
  const prefixes = new Set(stems.map((stem) => folded.slice(0, common(stem, folded))));
  return [...prefixes].filter(({ length }) => length >= minPrefix).map((from) => ({ from, to: from + end }));
}

function common(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** A word that no text has is read as those that are a letter away, too. */
async function withNear(
  words: readonly AskedWord[],
  isUnknown: (folded: string) => boolean,
  lexicon: Lexicon,
): Promise<readonly AskedWord[]> {
  const unknown = words.filter(({ token }) => isUnknown(token.folded));
  if (unknown.length === 0) return words;
  const found = await lexicon.formsNear(unknown.map(({ token }) => nearby(token.folded)));
  const near = [...new Set(found.map(({ folded }) => folded))].sort();
  return words.map((word) => {
    const { folded: typed } = word.token;
    if (!isUnknown(typed)) return word;
    const letters = near
      .filter((folded) => folded[0] === typed[0] && isOneEdit(folded, typed))
      .slice(0, maxNear)
      .map((folded): Reading => ({ folded, languages: 'all', as: 'letter' }));
    return { ...word, readings: [...word.readings, ...letters] };
  });
}
