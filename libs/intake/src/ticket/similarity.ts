/**
 * How alike two subjects are: shared trigrams of what is left when case, accents, punctuation and prefixes are gone.
 */

/** From here on two subjects are called similar: one word of five may differ. */
export const similarEnough = 0.5;

const replyPrefix = /^\s*((re|aw|fwd?|wg|tr|odp|pd)\s*:\s*)+/i;

function normalised(subject: string): string {
  return subject
    .replace(replyPrefix, '')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}

function trigramsOf(text: string): Set<string> {
  const trigrams = new Set<string>();
  for (const word of text.split(' ')) {
    const letters = [...`  ${word} `];
    for (let start = 0; start + 3 <= letters.length; start += 1) trigrams.add(letters.slice(start, start + 3).join(''));
  }
  return trigrams;
}

/** Shared trigrams ÷ all trigrams of both: 1 for the same words in any order, 0 for nothing in common. */
export function similarity(one: string, other: string): number {
  const [a, b] = [normalised(one), normalised(other)];
  // A subject of punctuation only resembles nothing but itself.
  if (a === '' || b === '') return one.trim() === other.trim() ? 1 : 0;
  const [left, right] = [trigramsOf(a), trigramsOf(b)];
  const shared = [...left].filter((trigram) => right.has(trigram)).length;
  return shared / (left.size + right.size - shared);
}
