import { type IndexReader, keyOf, type KnownForm, type Scope, type TermKey } from '../index-store.js';
import { Accumulator, documentsIn } from './accumulator.js';
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

/** Something that a word was read as: the forms of which a document has the sum. */
interface Sought {
  readonly forms: readonly string[];
  /** Channel's weight × share × rarity. */
  readonly times: number;
}

interface WeighedWord {
  readonly word: QueryWord;
  /** By stem, and by form: a document counts by the best of each. */
  readonly channels: readonly (readonly Sought[])[];
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
  const estimated = query.words.map((word) => weigh(word, query, weights, (forms) => havingAny(forms, documents)));
  const read = worthReading(estimated);
  const terms = new Set(read.flatMap(({ channels }) => channels.flat().flatMap(({ forms }) => forms)));
  const blocks = Map.groupBy(await reader.blocks(scope, [...[...terms].map(formKey), ...facets.map(facetKey)]), keyOf);
  const listOf = (key: TermKey) => blocks.get(keyOf(key)) ?? [];
  const listsOf = (forms: readonly string[]) => forms.map((form) => listOf(formKey(form)));
  const scored = read.map(({ word }) =>
    weigh(word, query, weights, (forms) => documentsIn(listsOf(forms.map(({ form }) => form)))),
  );
  const accumulator = new Accumulator(weights.k1);
  for (const { channels } of scored)
    for (const readings of channels)
      accumulator.addBest(readings.map(({ times, forms }) => ({ times, lists: listsOf(forms) })));
  const all = [...scored, ...estimated.filter(({ word }) => !read.some((each) => each.word === word))];
  return {
    ...accumulator.takeBest(
      count,
      facets.map((facet) => listOf(facetKey(facet))),
    ),
    most: all.reduce((sum, { most }) => sum + most, 0) * (weights.k1 + 1),
    rarity: new Map(scored.map(({ word, most }) => [word.token.folded, most])),
  };
}

const formKey = (term: string): TermKey => ({ channel: 'form', term });
const facetKey = (term: string): TermKey => ({ channel: 'facet', term });

/** The probability weight of Robertson and Spärck Jones, as Lucene keeps it above zero. */
const rarity = (having: number, documents: number): number => Math.log(1 + (documents - having + 0.5) / (having + 0.5));

/** How many documents have one of the forms, if each of them is found without regard to the others. */
const havingAny = (forms: readonly KnownForm[], documents: number): number =>
  documents * (1 - forms.reduce((none, form) => none * (1 - form.documents / documents), 1));

/** @param having how many documents have one of a stem's forms */
function weigh(
  word: QueryWord,
  { forms, documents }: ReadQuery,
  { channels }: Weights,
  having: (forms: readonly KnownForm[]) => number,
): WeighedWord {
  const byStem: Sought[] = [];
  const byForm: Sought[] = [];
  for (const { stem, form, share } of word.readings) {
    const family = forms.get(stem) ?? [];
    const times = channels.stem * share * rarity(having(family), documents);
    byStem.push({ forms: family.map((each) => each.form), times });
    if (form === undefined) continue;
    const found = family.find((each) => each.form === form);
    byForm.push({
      forms: found ? [form] : [],
      times: channels.form * share * rarity(found?.documents ?? 0, documents),
    });
  }
  const greatest = (all: readonly Sought[]) => Math.max(0, ...all.map(({ times }) => times));
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
