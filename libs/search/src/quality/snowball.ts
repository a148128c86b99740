import { createStemmer, type IsoCode } from 'multilingual-stemmer';
import type { LabelledSet } from './labelled-set.js';

const [k1, b] = [1.2, 0.75];

/**
 * What search engines do by default: words stemmed as they stand, BM25 over the whole text with the collection's mean
 * length. Answers the ids for a query, the best first.
 */
export function plainSnowball({ locale, documents }: LabelledSet): (query: string) => (string | number)[] {
  const stem = createStemmer(locale as IsoCode);
  const stemsOf = (text: string) => (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map((word) => stem(word));
  const texts = documents.map(({ title, keywords = [], body }) => stemsOf([title, ...keywords, body].join('\n')));
  const mean = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  const postings = new Map<string, Map<number, number>>();
  texts.forEach((stems, document) => {
    for (const each of stems) {
      const counts = postings.get(each) ?? new Map<number, number>();
      postings.set(each, counts.set(document, (counts.get(document) ?? 0) + 1));
    }
  });
  return (query) => {
    const scores = new Map<number, number>();
    for (const each of new Set(stemsOf(query))) {
      const counts = postings.get(each) ?? new Map<number, number>();
      const rarity = Math.log(1 + (texts.length - counts.size + 0.5) / (counts.size + 0.5));
      for (const [document, times] of counts) {
        const norm = k1 * (1 - b + (b * (texts[document]?.length ?? 0)) / mean);
        scores.set(document, (scores.get(document) ?? 0) + (rarity * times * (k1 + 1)) / (times + norm));
      }
    }
    const ranked = [...scores].sort(([a, x], [c, y]) => y - x || a - c);
    return ranked.flatMap(([document]) => documents[document]?.id ?? []);
  };
}
