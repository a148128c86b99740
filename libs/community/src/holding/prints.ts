/** What is kept of a text so that others can be compared with it, and that it cannot be read from. Pure. */
import { gramsOf, tokens } from '@guichet/search';
import { asSeen } from './links.js';

export interface Print {
  /** Words of the text. */
  readonly words: number;
  /** Of 64 bits, signed: texts that are nearly the same differ in few of them. */
  readonly simhash: bigint;
  /** Hashed sequences of four letters, 13 bits each, in rising order: `maxFeatures` at most. */
  readonly features: readonly number[];
}

export const maxFeatures = 512;

export function printOf(text: string): Print {
  const words = tokens(asSeen(text)).map(({ folded }) => folded);
  // Copies are told apart by numbers: by that of the copy, of an order, of a telephone.
  const lasting = gramsOf([{ words: words.filter((word) => !/\p{N}/u.test(word)), times: 1 }]);
  const grams = gramsOf([{ words, times: 1 }]);
  return { words: words.length, simhash: simhashOf(lasting), features: featuresOf([...grams.keys()]) };
}

/**
 * M. Charikar, "Similarity estimation techniques from rounding algorithms", 2002: each gram votes on each bit, as often
 * as it occurs.
 */
function simhashOf(grams: ReadonlyMap<number, number>): bigint {
  const votes = new Float64Array(64);
  for (const [gram, times] of grams) {
    const halves = [mix(gram, 0x9e3779b9), mix(gram, 0x85ebca6b)];
    for (let bit = 0; bit < 64; bit++)
      votes[bit] = (votes[bit] ?? 0) + (((halves[bit >> 5] ?? 0) >>> (bit & 31)) & 1 ? times : -times);
  }
  let hash = 0n;
  votes.forEach((vote, bit) => {
    if (vote > 0) hash |= 1n << BigInt(bit);
  });
  return BigInt.asIntN(64, hash);
}

/** The last steps of MurmurHash3 over the number and a seed: 32 bits. */
function mix(value: number, seed: number): number {
  let mixed = Math.imul(value + 1, seed);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Of a long text a sample, and of equal texts the same one: those whose hash is lowest. */
const featuresOf = (grams: readonly number[]): readonly number[] =>
  grams
    .map((gram) => [mix(gram, 0xc2b2ae35), gram] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, maxFeatures)
    .map(([, gram]) => gram)
    .sort((a, b) => a - b);

/** In how many of 64 bits two hashes differ. */
export function distance(a: bigint, b: bigint): number {
  let count = 0;
  for (let bits = BigInt.asUintN(64, a ^ b); bits > 0n; bits &= bits - 1n) count += 1;
  return count;
}

/** As they stand in an event: two bytes each, in base64. */
export const packFeatures = (features: readonly number[]): string =>
  Buffer.from(features.flatMap((feature) => [feature & 0xff, feature >> 8])).toString('base64');

export function unpackFeatures(packed: string): readonly number[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readUInt16LE(2 * i));
}
