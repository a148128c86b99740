/**
 * The four-letter sequences of a text, as numbers of 13 bits with how often each occurs. Two texts that share many are
 * alike in any language, whatever their endings and typing errors.
 */
export type Grams = ReadonlyMap<number, number>;

// In Jest's contexts a look at a global costs more than what these do: the labelled sets took five times as long.
const { clz32, imul, min } = Math;

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
  for (let i = start; i < start + length; i++) hashed = imul(hashed ^ text.charCodeAt(i), 0x01000193);
  hashed = imul(hashed ^ (hashed >>> 16), 0x85ebca6b);
  hashed = imul(hashed ^ (hashed >>> 13), 0xc2b2ae35);
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
  let [waiting, count] = [0, 0];
  /** `length` bits, 8 at most. */
  const put = (bits: number, length: number) => {
    waiting = (waiting << length) | bits;
    count += length;
    if (count < 8) return;
    count -= 8;
    packed.push((waiting >> count) & 0xff);
  };
  let last = -1;
  for (const gram of Uint16Array.from(grams.keys()).sort()) {
    const distance = gram - last - 1;
    let ones = distance >> lowBits;
    for (; ones >= 8; ones -= 8) put(0xff, 8);
    put((1 << (ones + 1)) - 2, ones + 1);
    put(distance & ((1 << lowBits) - 1), lowBits);
    const level = levelOf(grams.get(gram) ?? 1);
    if (level < maxLevel) put((1 << (level + 1)) - 2, level + 1);
    else put((1 << maxLevel) - 1, maxLevel);
    last = gram;
  }
  if (count > 0) put((1 << (8 - count)) - 1, 8 - count);
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

/** The packed document that is being read, and zeros after it: four bytes are read at a time. */
const bytes = new Uint8Array(2 ** 13);
const view = new DataView(bytes.buffer);
/** After so many ones, the bits that were read have room for the rest of a gram. */
const mostOnes = 18;

/** Cosine of a query and a packed document, from 0 to 1. */
export function likeness(query: Float32Array, packed: Uint8Array): number {
  bytes.set(packed);
  bytes.fill(0, packed.length, packed.length + 4);
  const end = packed.length * 8;
  let gram = -1;
  let product = 0;
  let square = 0;
  for (let at = 0; ;) {
    const read = view.getUint32(at >> 3) << (at & 7);
    const ones = min(mostOnes, clz32(~read));
    at += ones;
    gram += ones << lowBits;
    if (ones === mostOnes) continue;
    if (at + 1 + lowBits > end) break;
    const rest = read << (ones + 1);
    gram += (rest >>> (32 - lowBits)) + 1;
    const level = min(maxLevel, clz32(~(rest << lowBits)));
    at += 1 + lowBits + min(maxLevel, level + 1);
    const weight = weightOf[level] ?? 1;
    square += weight * weight;
    product += weight * (query[gram] ?? 0);
  }
  return square === 0 ? 0 : product / Math.sqrt(square);
}
