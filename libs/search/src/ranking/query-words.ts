import { stemmerFor } from '../analysis/stemmer.js';
import { type Token, tokens } from '../analysis/tokens.js';
import type { IndexReader, KnownForm, Lexicon, Scope } from '../index-store.js';
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
  readonly corrected?: string | undefined;
}

export interface Reading {
  readonly stem: string;
  /** Undefined for a synonym: only its stem is looked for. */
  readonly form?: string;
  /** What it counts, as part of a word that was typed as it stands. */
  readonly share: number;
}

/** A query, in the words of one language's index. */
export interface ReadQuery {
  readonly words: readonly QueryWord[];
  /** By stem, the forms that texts have of it: of all readings. */
  readonly forms: ReadonlyMap<string, readonly KnownForm[]>;
  /** All documents of the scope. */
  readonly documents: number;
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
): Promise<ReadQuery> {
  const typed = distinct(tokens(text)).slice(0, maxWords);
  if (typed.length === 0) return { words: [], forms: new Map(), documents: 0 };
  const stemmer = stemmerFor(scope.locale);
  const stems = typed.map(({ form }) => stemmer.stem(form));
  const folded = typed.map((token) => token.folded);
  const { forms: found, documents } = await reader.lexicon(scope, folded, stems);
  const forms = inOneOrder(found);
  const known = Map.groupBy(forms, (form) => form.folded);
  const byStem = Map.groupBy(forms, ({ stem }) => stem);
  const words = typed.map((token, i): QueryWord => {
    const exact = known.get(token.folded) ?? [{ form: token.form, stem: stems[i] ?? token.folded }];
    return { token, readings: exact.map(({ form, stem }) => ({ form, stem, share: 1 })) };
  });
  const last = asYouType && !/\s$/u.test(text) ? words.at(-1) : undefined;
  const begun = last && (await begunForms(last, scope, reader));
  const unknown = folded.filter((word, i) => !known.has(word) && mayBeMistyped(word) && !byStem.has(stems[i] ?? word));
  const near = await nearForms(unknown, scope, reader);
  const widened = words.map((word): QueryWord => {
    if (word === last && begun && begun.length > 0)
      return { ...word, readings: [...word.readings, ...begun.map(readingOf(weights.prefix))] };
    const read = near.get(word.token.folded);
    if (!read) return word;
    return { ...word, readings: [...word.readings, ...read.map(readingOf(weights.typo))], corrected: read[0]?.form };
  });
  const all = withSynonyms(widened, settings.synonyms ?? [], stemmer, weights);
  const asked = new Set([...stems, ...words.flatMap(({ readings }) => readings.map(({ stem }) => stem))]);
  const others = new Set(all.flatMap(({ readings }) => readings.map(({ stem }) => stem)).filter((s) => !asked.has(s)));
  const more = others.size === 0 ? undefined : await reader.lexicon(scope, [], [...others]);
  return { words: all, forms: new Map([...byStem, ...stemsOf(more)]), documents };
}

const stemsOf = (lexicon: Lexicon | undefined) => Map.groupBy(inOneOrder(lexicon?.forms ?? []), ({ stem }) => stem);

/** Whatever index they come from: sums of fractions depend on the order of what is added. */
const inOneOrder = (forms: readonly KnownForm[]): readonly KnownForm[] =>
  forms.toSorted((a, b) => (a.form < b.form ? -1 : 1));

const readingOf =
  (share: number) =>
  ({ form, stem }: KnownForm): Reading => ({ form, stem, share });

function distinct(all: readonly Token[]): Token[] {
  const seen = new Set<string>();
  return all.filter(({ folded }) => !seen.has(folded) && seen.add(folded));
}

/** By the folded word that was typed: forms one edit away, the most frequent first. */
async function nearForms(
  unknown: readonly string[],
  scope: Scope,
  reader: IndexReader,
): Promise<ReadonlyMap<string, readonly KnownForm[]>> {
  if (unknown.length === 0) return new Map();
  const found = byFrequency(await reader.formsNear(scope, unknown.map(nearby)));
  const isNear = (word: string) => (form: KnownForm) => form.folded[0] === word[0] && isOneEdit(form.folded, word);
  const near = unknown.map((word) => [word, found.filter(isNear(word)).slice(0, maxReadings)] as const);
  return new Map(near.filter(([, forms]) => forms.length > 0));
}

async function begunForms(
  { token: { folded } }: QueryWord,
  scope: Scope,
  reader: IndexReader,
): Promise<readonly KnownForm[]> {
  if (folded.length < minPrefix) return [];
  const forms = await reader.formsFrom(scope, folded, maxForms);
  return byFrequency(forms.filter((form) => form.folded !== folded)).slice(0, maxReadings);
}

/** The most frequent first, then by the alphabet. */
export const byFrequency = (forms: readonly KnownForm[]): readonly KnownForm[] =>
  [...forms].sort((a, b) => b.documents - a.documents || (a.form < b.form ? -1 : 1));
