import { stemmerFor } from '../analysis/stemmer.js';
import { type Token, tokens } from '../analysis/tokens.js';
import { type Form, type IndexReader, keyOf, type Scope, type TermKey } from '../index-store.js';
import type { SearchSettings } from '../search-request.js';
import { isOneEdit, mayBeMistyped, nearby } from './edits.js';
import { withSynonyms } from './synonyms.js';
import type { Weights } from './weights.js';

/** Different words that are looked for; those after them are passed over. */
const maxWords = 64;
/** Forms that a word may be read as, the most frequent ones, where it is misspelt or unfinished. */
const maxReadings = 12;
/** Forms that are looked at to find these. */
const maxForms = 300;
/** An unfinished word of a single letter could be anything. */
const minPrefix = 2;

/** A word of a query, and what it can be read as. A document counts by the best reading alone. */
export interface QueryWord {
  readonly token: Token;
  readonly readings: readonly Reading[];
  /** The form it was read as, where it was read with a letter changed. */
  readonly corrected?: string;
}

export interface Reading {
  readonly stem: string;
  /** Undefined for a synonym: only its stem is looked for. */
  readonly form?: string;
  /** What it counts, as part of a word that was typed as it stands. */
  readonly share: number;
}

export interface QueryOptions {
  readonly asYouType: boolean;
  readonly settings: SearchSettings;
}

/** The words of a query and their readings, in the words of one language's index. */
export async function readQuery(
  text: string,
  scope: Scope,
  reader: IndexReader,
  weights: Weights,
  { asYouType, settings }: QueryOptions,
): Promise<readonly QueryWord[]> {
  const typed = distinct(tokens(text)).slice(0, maxWords);
  if (typed.length === 0) return [];
  const stemmer = stemmerFor(scope.locale);
  const forms = await reader.formsOf(
    scope,
    typed.map(({ folded }) => folded),
  );
  const known = groupBy(forms);
  const reading = (share: number) => (form: string) => ({ form, stem: stemmer.stem(form), share });
  const words: QueryWord[] = typed.map((token) => {
    const exact = [...new Set(known.get(token.folded))];
    return { token, readings: (exact.length > 0 ? exact : [token.form]).map(reading(1)) };
  });
  const unknown = await unknownOf(
    words.filter(({ token }) => !known.has(token.folded)),
    scope,
    reader,
  );
  const last = asYouType && !/\s$/u.test(text) ? words.at(-1) : undefined;
  const begun = last && (await begunForms(last, scope, reader));
  const near = await nearForms(unknown, scope, reader);
  const widened = words.map((word) => {
    if (word === last && begun && begun.length > 0)
      return { ...word, readings: [...word.readings, ...begun.map(reading(weights.prefix))] };
    const read = near.get(word.token.folded);
    if (!read) return word;
    return { ...word, readings: [...word.readings, ...read.map(reading(weights.typo))], corrected: read[0] };
  });
  return withSynonyms(widened, settings.synonyms ?? [], stemmer, weights);
}

function distinct(all: readonly Token[]): Token[] {
  const seen = new Set<string>();
  return all.filter(({ folded }) => !seen.has(folded) && seen.add(folded));
}

function groupBy(forms: readonly Form[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { form, folded } of forms) groups.set(folded, [...(groups.get(folded) ?? []), form]);
  return groups;
}

/** Words that may be misspelt: no text has them, nor another form of them. */
async function unknownOf(words: readonly QueryWord[], scope: Scope, reader: IndexReader): Promise<readonly string[]> {
  const candidates = words.filter(({ token }) => mayBeMistyped(token.folded));
  if (candidates.length === 0) return [];
  const keyed = candidates.map(({ token, readings: [first] }) => ({
    folded: token.folded,
    key: { channel: 'stem' as const, term: first?.stem ?? token.folded },
  }));
  const sizes = await reader.sizes(
    scope,
    keyed.map(({ key }) => key),
  );
  return keyed.filter(({ key }) => !sizes.has(keyOf(key))).map(({ folded }) => folded);
}

/** By the folded word that was typed: forms one edit away, the most frequent first. */
async function nearForms(
  unknown: readonly string[],
  scope: Scope,
  reader: IndexReader,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (unknown.length === 0) return new Map();
  const found = await reader.formsNear(scope, unknown.map(nearby));
  const near = unknown.map((word) => ({
    word,
    forms: found.filter(({ folded }) => folded[0] === word[0] && isOneEdit(folded, word)).map(({ form }) => form),
  }));
  const frequent = await byFrequency(
    near.flatMap(({ forms }) => forms),
    scope,
    reader,
  );
  return new Map(
    near.flatMap(({ word, forms }) => {
      const read = frequent.filter((form) => forms.includes(form)).slice(0, maxReadings);
      return read.length > 0 ? [[word, read] as const] : [];
    }),
  );
}

async function begunForms({ token: { folded } }: QueryWord, scope: Scope, reader: IndexReader): Promise<string[]> {
  if (folded.length < minPrefix) return [];
  const forms = await reader.formsFrom(scope, folded, maxForms);
  const begun = forms.filter((form) => form.folded !== folded).map(({ form }) => form);
  return (await byFrequency(begun, scope, reader)).slice(0, maxReadings);
}

/** Each form once, the most frequent first, then by the alphabet. */
export async function byFrequency(forms: readonly string[], scope: Scope, reader: IndexReader): Promise<string[]> {
  const keys = [...new Set(forms)].map((term): TermKey => ({ channel: 'form', term }));
  const sizes = await reader.sizes(scope, keys);
  const sizeOf = (key: TermKey) => sizes.get(keyOf(key)) ?? 0;
  return keys
    .filter((key) => sizeOf(key) > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.term < b.term ? -1 : 1))
    .map(({ term }) => term);
}
