/** Which tickets have all the words of a query, and how well. */
import { type AskedWord, languageOf, type Lexicon, type Reading } from './asked-words.js';
import { worthOf } from './ticket-text.js';

/** Where a word stands in a ticket. */
export interface Occurrence<Key> {
  readonly key: Key;
  readonly fields: number;
}

/** Where texts are kept, for searching. Every answer is limited to what belongs to who asks. */
export interface TextSource<Key> extends Lexicon {
  /** How many texts have each word; those that none has are left out. */
  sizes(words: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The newest occurrences of each word, newest first, `limit` of each at least where there are as many. */
  occurrences(words: readonly string[], limit: number): Promise<ReadonlyMap<string, readonly Occurrence<Key>[]>>;
}

/** A ticket that may have all the words. */
export interface Candidate<Key> {
  readonly key: Key;
  /** For each word of the query, as which reading the ticket has it, and in which fields. */
  readonly found: readonly (readonly Found[])[];
}

interface Found {
  readonly reading: Reading;
  readonly fields: number;
}

export interface Candidates<Key> {
  /** The newest first. */
  readonly tickets: readonly Candidate<Key>[];
  /** False where there were more than are looked at. */
  readonly isComplete: boolean;
}

/** Occurrences of the rarest word that are looked at, and tickets that are answered. */
const maxOccurrences = 20_000;
const maxCandidates = 2_000;
/** A word that more texts have tells little: it is not looked for where the query has a rarer one. */
const commonFrom = 60_000;

export async function findCandidates<Key>(
  words: readonly AskedWord[],
  source: TextSource<Key>,
): Promise<Candidates<Key>> {
  const sizes = await source.sizes([...new Set(words.flatMap(({ readings }) => readings.map(({ folded }) => folded)))]);
  const sizeOf = ({ readings }: AskedWord) => readings.reduce((sum, { folded }) => sum + (sizes.get(folded) ?? 0), 0);
  const places = words.map((word, i) => ({ word, i, size: sizeOf(word) })).sort((a, b) => a.size - b.size);
  const [rarest] = places;
  if (rarest === undefined || rarest.size === 0) return { tickets: [], isComplete: true };
  const wanted = places.filter((place) => place === rarest || place.size < commonFrom);
  const readings = (list: typeof places) => list.flatMap(({ word }) => word.readings.map(({ folded }) => folded));
  const found = new Map(await source.occurrences(readings([rarest]), maxOccurrences));
  const others = readings(wanted.slice(1)).filter((folded) => !found.has(folded));
  if (others.length > 0)
    for (const [folded, list] of await source.occurrences(others, commonFrom)) found.set(folded, list);

  const tickets = new Map<Key, Found[][]>();
  for (const { word, i } of wanted) {
    for (const reading of word.readings) {
      for (const { key, fields } of found.get(reading.folded) ?? []) {
        if ((fields & word.fields) === 0) continue;
        let ticket = tickets.get(key);
        if (ticket === undefined) {
          if (i !== rarest.i) continue;
          tickets.set(key, (ticket = words.map(() => [])));
        }
        ticket[i]?.push({ reading, fields: fields & word.fields });
      }
    }
  }
  const complete = [...tickets].filter(([, ticket]) => wanted.every(({ i }) => (ticket[i]?.length ?? 0) > 0));
  return {
    tickets: complete.slice(0, maxCandidates).map(([key, ticket]) => ({ key, found: ticket })),
    isComplete: rarest.size <= maxOccurrences && complete.length <= maxCandidates,
  };
}

const shares: Readonly<Record<Reading['as'], number>> = { typed: 1, form: 0.9, letter: 0.8 };

/** A candidate's rank, and as which readings it has the words of the query. */
export interface Score {
  readonly score: number;
  readonly readings: readonly (Reading | undefined)[];
}

/**
 * What a ticket scores: for each word the worth of the best field it is in, less for another form or letter. Undefined
 * where a word was found only as a word of another language than the ticket's.
 */
export function scoreOf({ found }: Candidate<unknown>, locale: string): Score | undefined {
  const language = languageOf(locale);
  let score = 0;
  const readings: (Reading | undefined)[] = [];
  for (const places of found) {
    let best: { readonly reading: Reading; readonly worth: number } | undefined;
    for (const { reading, fields } of places) {
      if (reading.languages !== 'all' && !reading.languages.has(language)) continue;
      const worth = shares[reading.as] * worthOf(fields);
      if (best === undefined || worth > best.worth) best = { reading, worth };
    }
    if (places.length > 0 && best === undefined) return undefined;
    score += best?.worth ?? 0;
    readings.push(best?.reading);
  }
  return { score, readings };
}
