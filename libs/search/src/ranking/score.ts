import type { IndexReader, KnownForm, Scope, SoughtTerm, WeighedTerm } from '../index-store.js';
import type { QueryWord, ReadQuery } from './query-words.js';
import type { Weights } from './weights.js';

/** Words that are scored: of a long query, the rarest ones that a text has. */
const maxScored = 24;
/** Of what a query can give: the most common words that together give no more are not looked for. */
const negligible = 0.01;

/** What the words of a query give the documents of one language. */
export interface Scores {
  /** Documents that have a word, the best first; of equal ones, the lower number. At most as many as were asked for. */
  readonly best: readonly { readonly number: number; readonly score: number }[];
  /** Documents that have a word that was looked for. */
  readonly total: number;
  /** What a document would have that is full of every word. */
  readonly most: number;
  /** By folded form, how rare each word is that was scored. */
  readonly rarity: ReadonlyMap<string, number>;
}

const nothing: Scores = { best: [], total: 0, most: 0, rarity: new Map() };

interface WeighedWord {
  readonly word: QueryWord;
  /** By stem, and by form: a document counts by the best of each. A term's times: channel's weight × share × rarity. */
  readonly channels: readonly (readonly WeighedTerm[])[];
  readonly most: number;
}

/** BM25F of every document with one of the words: Σ over words of the best reading's stem, and of its form. */
export async function score(
  query: ReadQuery,
  scope: Scope,
  facets: readonly string[],
  count: number,
  reader: IndexReader,
  weights: Weights,
): Promise<Scores> {
  const { documents } = query;
  if (documents === 0) return nothing;
  const estimated = query.words.map((word) => weigh(word, query, weights, (_, forms) => havingAny(forms, documents)));
  const read = worthReading(estimated);
  const terms = read.flatMap(({ channels }) => channels.flat());
  const postings = await reader.postings(scope, terms, facets, weights.k1);
  const scored = read.map(({ word }) => weigh(word, query, weights, (term) => postings.having(term)));
  const all = [...scored, ...estimated.filter(({ word }) => !read.some((each) => each.word === word))];
  return {
    ...(await postings.best(
      scored.flatMap(({ channels }) => channels),
      count,
    )),
    most: all.reduce((sum, { most }) => sum + most, 0) * (weights.k1 + 1),
    rarity: new Map(scored.map(({ word, most }) => [word.token.folded, most])),
  };
}

/** The probability weight of Robertson and Spärck Jones, as Lucene keeps it above zero. */
const rarity = (having: number, documents: number): number => Math.log(1 + (documents - having + 0.5) / (having + 0.5));

/** How many documents have one of the forms, if each of them is found without regard to the others. */
const havingAny = (forms: readonly KnownForm[], documents: number): number =>
  documents * (1 - forms.reduce((none, form) => none * (1 - form.documents / documents), 1));

/** @param having how many documents have a stem, which is one of these forms */
function weigh(
  word: QueryWord,
  { forms, documents }: ReadQuery,
  { channels }: Weights,
  having: (stem: SoughtTerm, forms: readonly KnownForm[]) => number,
): WeighedWord {
  const byStem: WeighedTerm[] = [];
  const byForm: WeighedTerm[] = [];
  for (const { stem, form, share } of word.readings) {
    const family = forms.get(stem) ?? [];
    const sought: SoughtTerm = { kind: 'stem', term: stem, forms: family.map((each) => each.form) };
    byStem.push({ ...sought, times: channels.stem * share * rarity(having(sought, family), documents) });
    if (form === undefined) continue;
    const found = family.find((each) => each.form === form);
    const times = channels.form * share * rarity(found?.documents ?? 0, documents);
    byForm.push({ kind: 'form', term: form, forms: found ? [form] : [], times });
  }
  const greatest = (all: readonly WeighedTerm[]) => Math.max(0, ...all.map(({ times }) => times));
  return { word, channels: [byStem, byForm], most: greatest(byStem) + greatest(byForm) };
}

/** The rarest words that a text has, without those that hardly change what the others give. */
function worthReading(words: readonly WeighedWord[]): readonly WeighedWord[] {
  const isKnown = ({ channels }: WeighedWord) => channels.some((all) => all.some(({ forms }) => forms.length > 0));
  const rarest = words
    .filter(isKnown)
    .sort((a, b) => b.most - a.most)
    .slice(0, maxScored);
  const enough = (1 - negligible) * words.reduce((sum, { most }) => sum + most, 0);
  let [sum, count] = [0, 0];
  for (const { most } of rarest) {
    if (count > 0 && sum >= enough) break;
    sum += most;
    count++;
  }
  return rarest.slice(0, count);
}
