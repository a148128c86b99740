import type { Stemmer } from '../analysis/stemmer.js';
import { tokens } from '../analysis/tokens.js';
import type { QueryWord, Reading } from './query-words.js';
import type { Weights } from './weights.js';

/**
 * Gives the words of a phrase the words of its synonyms as further readings. A synonym of several words counts as one
 * in all: each of its words has its part.
 */
export function withSynonyms(
  words: readonly QueryWord[],
  synonyms: readonly (readonly string[])[],
  stemmer: Stemmer,
  weights: Weights,
): readonly QueryWord[] {
  if (synonyms.length === 0) return words;
  const stems = words.map(
    ({ readings }) => new Set(readings.filter(({ share }) => share === 1).map(({ stem }) => stem)),
  );
  const added = words.map((): Reading[] => []);
  for (const group of synonyms) {
    const phrases = group.map((phrase) => tokens(phrase).map(({ form }) => stemmer.stem(form)));
    for (const [which, phrase] of phrases.entries()) {
      const start = placeOf(phrase, stems);
      if (start < 0) continue;
      const others = phrases.filter((_, other) => other !== which);
      const readings = others.flatMap((other) =>
        other.map((stem): Reading => ({ stem, share: weights.synonym / other.length })),
      );
      for (const place of phrase.keys()) added[start + place]?.push(...readings);
    }
  }
  return words.map((word, place) => ({ ...word, readings: [...word.readings, ...(added[place] ?? [])] }));
}

/** Where the stems of a phrase follow each other in a query; -1 where they do not. */
function placeOf(phrase: readonly string[], query: readonly ReadonlySet<string>[]): number {
  if (phrase.length === 0) return -1;
  return query.findIndex((_, start) => phrase.every((stem, i) => query[start + i]?.has(stem)));
}
