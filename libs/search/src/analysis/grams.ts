/**
 * The four-letter sequences of a text, as numbers of 14 bits with how often each occurs. Two texts that share many are
 * alike in any language, whatever their endings and typing errors.
 */
export type Grams = ReadonlyMap<number, number>;

const length = 4;
const mask = 2 ** 14 - 1;

/** @param texts folded words and how often each text counts */
export function gramsOf(texts: readonly { readonly words: readonly string[]; readonly times: number }[]): Grams {
  const grams = new Map<number, number>();
  for (const { words, times } of texts) {
    if (words.length === 0) continue;
    const line = ` ${words.join(' ')} `;
    for (let i = 0; i + length <= line.length; i++) {
      const gram = hash(line, i);
      grams.set(gram, (grams.get(gram) ?? 0) + times);
    }
  }
  return grams;
}

/** FNV-1a over UTF-16 units, with the last steps of MurmurHash3. */
function hash(text: string, start: number): number {
  let hashed = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hashed = Math.imul(hashed ^ text.charCodeAt(i), 0x01000193);
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b);
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xc2b2ae35);
  return (hashed ^ (hashed >>> 16)) & mask;
}

// A byte for a gram: two bits for how often it occurs (1, 2, 3 to 4, more), six for the distance to the one before.
// A distance of 63 means: add 63, the rest follows.
const far = 63;
const levelOf = (times: number): number => (times < 2 ? 0 : times < 3 ? 1 : times < 5 ? 2 : 3);
/** 1 + ln of what the level stands for. */
const weightOf = [1, 1 + Math.log(2), 1 + Math.log(3.5), 1 + Math.log(7)];

/** A document's grams in about a byte each; at most 16,644 bytes, however long the text is. */
export function packGrams(grams: Grams): Uint8Array {
  const bytes: number[] = [];
  let last = -1;
  for (const gram of [...grams.keys()].sort((a, b) => a - b)) {
    let distance = gram - last - 1;
    for (; distance >= far; distance -= far) bytes.push(far << 2);
    bytes.push((distance << 2) | levelOf(grams.get(gram) ?? 1));
    last = gram;
  }
  return Uint8Array.from(bytes);
}

/** The query's side of a comparison: a weight for each gram, of length 1 together. */
export function gramQuery(grams: Grams): Float32Array {
  const query = new Float32Array(mask + 1);
  let square = 0;
  for (const times of grams.values()) square += (1 + Math.log(times)) ** 2;
  for (const [gram, times] of grams) query[gram] = (1 + Math.log(times)) / Math.sqrt(square);
  return query;
}

/** Cosine of a query and a packed document, from 0 to 1. */
export function likeness(query: Float32Array, packed: Uint8Array): number {
  let gram = -1;
  let product = 0;
  let square = 0;
  for (const byte of packed) {
    const distance = byte >> 2;
    if (distance === far) {
      gram += far;
      continue;
    }
    gram += distance + 1;
    const weight = weightOf[byte & 3] ?? 1;
    square += weight * weight;
    product += weight * (query[gram] ?? 0);
  }
  return square === 0 ? 0 : product / Math.sqrt(square);
}
