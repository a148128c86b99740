/**
 * The four-letter sequences of a text, as numbers of 13 bits with how often each occurs. Two texts that share many are
 * alike in any language, whatever their endings and typing errors.
 */
export type Grams = ReadonlyMap<number, number>;

const length = 4;
const bits = 13;
const mask = 2 ** bits - 1;

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

const levelOf = (times: number): number => (times < 2 ? 0 : times < 3 ? 1 : times < 5 ? 2 : 3);
/** 1 + ln of what the level stands for: once, twice, 3 or 4 times, more often. */
const weightOf = [1, 1 + Math.log(2), 1 + Math.log(3.5), 1 + Math.log(7)];

// A gram is the distance to the one before, by Golomb and Rice: its eights in ones and a zero, then three bits. The level
// follows, in ones and a zero; the last level needs no zero. At the end there are ones, and no gram.
const lowBits = 3;
const maxLevel = 3;

/** A document's grams, in about six bits each; at most 7,300 bytes, however long the text is. */
export function packGrams(grams: Grams): Uint8Array {
  const packed: number[] = [];
  let [byte, free] = [0, 8];
  const put = (bit: number) => {
    byte |= bit << --free;
    if (free > 0) return;
    packed.push(byte);
    [byte, free] = [0, 8];
  };
  const putOnes = (count: number) => {
    for (let i = 0; i < count; i++) put(1);
  };
  let last = -1;
  for (const gram of [...grams.keys()].sort((a, b) => a - b)) {
    const distance = gram - last - 1;
    putOnes(distance >> lowBits);
    put(0);
    for (let bit = lowBits - 1; bit >= 0; bit--) put((distance >> bit) & 1);
    const level = levelOf(grams.get(gram) ?? 1);
    putOnes(level);
    if (level < maxLevel) put(0);
    last = gram;
  }
  if (free < 8) packed.push(byte | ((1 << free) - 1));
  return Uint8Array.from(packed);
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
  const end = packed.length * 8;
  let gram = -1;
  let product = 0;
  let square = 0;
  for (let at = 0; ;) {
    let ones = onesAt(packed, at);
    for (; ones >= mostOnes; ones = onesAt(packed, at)) {
      gram += mostOnes << lowBits;
      at += mostOnes;
    }
    at += ones + 1;
    if (at + lowBits > end) break;
    gram += (ones << lowBits) + (bitsAt(packed, at) >>> (32 - lowBits)) + 1;
    const level = Math.min(maxLevel, onesAt(packed, at + lowBits));
    at += lowBits + Math.min(maxLevel, level + 1);
    const weight = weightOf[level] ?? 1;
    square += weight * weight;
    product += weight * (query[gram] ?? 0);
  }
  return square === 0 ? 0 : product / Math.sqrt(square);
}

/** At least 25 bits from a place on, then zeros. */
const bitsAt = (packed: Uint8Array, at: number): number => {
  const byte = at >> 3;
  const bits =
    ((packed[byte] ?? 0) << 24) |
    ((packed[byte + 1] ?? 0) << 16) |
    ((packed[byte + 2] ?? 0) << 8) |
    (packed[byte + 3] ?? 0);
  return bits << (at & 7);
};

/** Ones that can be seen at a time. */
const mostOnes = 24;
const onesAt = (packed: Uint8Array, at: number): number => Math.min(mostOnes, Math.clz32(~bitsAt(packed, at)));
