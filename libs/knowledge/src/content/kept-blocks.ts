import { WordNumbers } from './common-words.js';
import { wordsOf } from './words.js';

interface Comparable {
  readonly hash: string;
  readonly text: string;
  readonly markdown: string;
}

/** How alike two texts must be to be the same block: twice the common words over the words of both. */
export const leastLikeness = 0.6;

/** More are only needed where very many blocks consist of the same words. */
const comparedPerBlock = 64;

interface Candidate {
  readonly now: number;
  readonly before: number;
  readonly likeness: number;
}

const likeness = (common: number, a: number, b: number) => (2 * common) / (a + b);

/** A picture without text is known by its Markdown. */
const comparedWords = ({ text, markdown }: Comparable) => {
  const words = wordsOf(text);
  return words.length > 0 ? words : wordsOf(markdown);
};

function countsOf(words: Uint32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Equal blocks first, in order. Answers the place of the earlier block by the place of the block. */
function equalBlocks(blocks: readonly Comparable[], previous: readonly Comparable[]): Map<number, number> {
  const waiting = new Map<string, number[]>();
  previous.forEach(({ hash }, place) => {
    const places = waiting.get(hash);
    if (places) places.push(place);
    else waiting.set(hash, [place]);
  });
  for (const places of waiting.values()) places.reverse();
  const pairs = new Map<number, number>();
  blocks.forEach(({ hash }, place) => {
    const before = waiting.get(hash)?.pop();
    if (before !== undefined) pairs.set(place, before);
  });
  return pairs;
}

interface Open {
  readonly place: number;
  readonly words: Uint32Array;
}

/** By word: the places of the blocks in which it stands. */
function indexOf(blocks: readonly Open[]): ReadonlyMap<number, readonly number[]> {
  const index = new Map<number, number[]>();
  blocks.forEach(({ words }, at) => {
    for (const word of new Set(words)) {
      const places = index.get(word);
      if (places) places.push(at);
      else index.set(word, [at]);
    }
  });
  return index;
}

/**
 * Which blocks are worth a comparison: the words that two blocks have in common, in any order, bound what they can have
 * in common in order. At most `comparedPerBlock` of them, those with most in common.
 */
function promising(block: Open, earlier: readonly Open[], index: ReturnType<typeof indexOf>, shared: Uint32Array) {
  shared.fill(0);
  // A word counts as often as it stands in this block: too much rather than too little.
  for (const [word, count] of countsOf(block.words))
    for (const at of index.get(word) ?? []) shared[at] = (shared[at] ?? 0) + count;
  const places: number[] = [];
  earlier.forEach(({ words }, at) => {
    const most = Math.min(shared[at] ?? 0, words.length);
    if (likeness(most, block.words.length, words.length) >= leastLikeness) places.push(at);
  });
  if (places.length <= comparedPerBlock) return places;
  const distance = (at: number) => Math.abs((earlier[at]?.place ?? 0) - block.place);
  return places
    .sort((a, b) => (shared[b] ?? 0) - (shared[a] ?? 0) || distance(a) - distance(b))
    .slice(0, comparedPerBlock);
}

/**
 * Pairs of blocks that are alike enough. Costs, for B blocks and W words in each text, at most B × W steps to find the
 * pairs and `comparedPerBlock` × W × (words of the longest block ÷ 32) steps to compare them; 2,000 blocks and 50,000
 * words are the most that a text has.
 */
function candidates(blocks: readonly Open[], earlier: readonly Open[], numbers: WordNumbers): readonly Candidate[] {
  const index = indexOf(earlier);
  const shared = new Uint32Array(earlier.length);
  return blocks.flatMap((block) =>
    promising(block, earlier, index, shared).flatMap((at): Candidate[] => {
      const other = earlier[at];
      if (!other) return [];
      const alike = likeness(numbers.common(block.words, other.words), block.words.length, other.words.length);
      return alike < leastLikeness ? [] : [{ now: block.place, before: other.place, likeness: alike }];
    }),
  );
}

/** The most alike first; of equals those that stand where they stood. */
const byLikeness = (a: Candidate, b: Candidate) =>
  b.likeness - a.likeness ||
  Math.abs(a.now - a.before) - Math.abs(b.now - b.before) ||
  a.now - b.now ||
  a.before - b.before;

/** Which blocks are blocks of before: place → id. Each earlier block is at most one block now. */
export function keptIds(
  blocks: readonly Comparable[],
  previous: readonly (Comparable & { readonly id: string })[],
): ReadonlyMap<number, string> {
  const pairs = equalBlocks(blocks, previous);
  const taken = new Set(pairs.values());
  const numbers = new WordNumbers();
  const open = (all: readonly Comparable[], isTaken: (place: number) => boolean) =>
    all.flatMap((block, place) => (isTaken(place) ? [] : [{ place, words: numbers.of(comparedWords(block)) }]));
  const rest = open(blocks, (place) => pairs.has(place));
  const free = open(previous, (place) => taken.has(place));
  for (const { now, before } of [...candidates(rest, free, numbers)].sort(byLikeness)) {
    if (pairs.has(now) || taken.has(before)) continue;
    pairs.set(now, before);
    taken.add(before);
  }
  return new Map(
    [...pairs].flatMap(([now, before]) => (previous[before] ? [[now, previous[before].id] as const] : [])),
  );
}
