/**
 * Which documents have a term, and with which weight, in the order of their numbers: of each, the distance to the one
 * before it (7 bits a byte, the lowest first, the upper bit set where more follow), and a byte for its weight.
 *
 * A block begins at each document of the term whose number is a multiple of 512, and at the beginning of a stretch. So
 * the blocks of a term follow from its documents alone, however they came in; they hold 512 documents on average,
 * whether the term is rare or not, and a document that comes or goes touches two blocks at most.
 */
export interface Block {
  /** The number at which it begins: that of its first document, or the first of its stretch. */
  readonly start: number;
  /** How many documents it has. */
  readonly documents: number;
  readonly entries: Uint8Array;
}

export const stretch = 2 ** 16;
const startsAt = 512;
const distanceBits = 7;

export const stretchOf = (number: number): number => number - (number % stretch);
/** The greatest number at which a block can begin that has this document. */
export const latestStart = (number: number): number => number - (number % startsAt);

// A weight is kept as its logarithm, in sixteenths of a doubling from 2^-10 to 2^6: it is off by 2% at most.
const steps = 16;
const least = -10;
const byteOf = (weight: number): number => {
  const step = Math.round((Math.log2(weight) - least) * steps);
  return Math.min(255, Math.max(0, step));
};
/** By step, which is how a weight is kept. */
export const weightOf = Float64Array.from({ length: 256 }, (_, byte) => 2 ** (byte / steps + least));

/** What a block says: the first `count` of each list count. */
interface Decoded {
  /** In the stretch. */
  readonly places: Uint16Array;
  readonly steps: Uint8Array;
  count: number;
}

const decoded: Decoded = { places: new Uint16Array(stretch), steps: new Uint8Array(stretch), count: 0 };

/** Reads a block. The answer counts until the next block is read. */
export function decode({ start, entries }: Block): Readonly<Decoded> {
  const { places, steps: weights } = decoded;
  const { length } = entries;
  let place = (start % stretch) - 1;
  let count = 0;
  for (let i = 0; i < length;) {
    let byte = entries[i++] ?? 0;
    let distance = byte & 0x7f;
    for (let shift = distanceBits; byte > 0x7f; shift += distanceBits) {
      byte = entries[i++] ?? 0;
      distance |= (byte & 0x7f) << shift;
    }
    place += distance + 1;
    places[count] = place;
    weights[count++] = entries[i++] ?? 0;
  }
  decoded.count = count;
  return decoded;
}

/** `place` is that in the stretch, `step` the weight as it is kept. */
export function eachEntry(block: Block, visit: (place: number, weight: number, step: number) => void): void {
  const { places, steps: weights, count } = decode(block);
  for (let i = 0; i < count; i++) {
    const step = weights[i] ?? 0;
    visit(places[i] ?? 0, weightOf[step] ?? 0, step);
  }
}

/** By number: the weight to set, or undefined to take the document out. */
export type BlockChanges = ReadonlyMap<number, number | undefined>;

/**
 * The blocks of one term with changes made; those that are no more come back empty. `before` has the blocks in which
 * the changes are, and for a document that is taken out at the beginning of its block, the block before it.
 */
export function changedBlocks(before: readonly Block[], changes: BlockChanges): readonly Block[] {
  const kept = before.flatMap(numbered).filter(([number]) => !changes.has(number));
  const set = [...changes].flatMap(([number, weight]): Entry[] =>
    weight === undefined ? [] : [[number, byteOf(weight)]],
  );
  const after = new Map(before.map(({ start }): [number, Block] => [start, emptyAt(start)]));
  for (const block of divided([...kept, ...set].sort(([a], [b]) => a - b))) after.set(block.start, block);
  return [...after.values()];
}

const emptyAt = (start: number): Block => ({ start, documents: 0, entries: new Uint8Array() });

type Entry = readonly [number: number, step: number];

function numbered(block: Block): Entry[] {
  const first = stretchOf(block.start);
  const entries: Entry[] = [];
  eachEntry(block, (place, _, step) => entries.push([first + place, step]));
  return entries;
}

/** @param all in their order */
function divided(all: readonly Entry[]): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (let i = 1; i <= all.length; i++) {
    const [before, at] = [all[i - 1]?.[0] ?? 0, all[i]?.[0]];
    if (at !== undefined && at % startsAt !== 0 && stretchOf(at) === stretchOf(before)) continue;
    blocks.push(packed(all.slice(from, i)));
    from = i;
  }
  return blocks;
}

function packed(entries: readonly Entry[]): Block {
  const first = entries[0]?.[0] ?? 0;
  const start = first % startsAt === 0 ? first : stretchOf(first);
  const bytes: number[] = [];
  let last = start - 1;
  for (const [number, step] of entries) {
    let distance = number - last - 1;
    for (; distance > 0x7f; distance >>= distanceBits) bytes.push(0x80 | (distance & 0x7f));
    bytes.push(distance, step);
    last = number;
  }
  return { start, documents: entries.length, entries: Uint8Array.from(bytes) };
}
