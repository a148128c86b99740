/**
 * Which documents have a term, and with which weight: three bytes for a document, in the order of numbers. The first two
 * are its place in a stretch of 65,536 numbers, the third is the weight.
 *
 * A block begins at each document of the term whose number is a multiple of 512, and at the beginning of a stretch. So
 * the blocks of a term follow from its documents alone, however they came in; they hold 512 documents on average,
 * whether the term is rare or not, and a document that comes or goes touches two blocks at most.
 */
export interface Block {
  /** The number at which it begins: that of its first document, or the first of its stretch. */
  readonly start: number;
  readonly entries: Uint8Array;
}

export const stretch = 2 ** 16;
const startsAt = 512;
const entryBytes = 3;

export const stretchOf = (number: number): number => number - (number % stretch);
/** The greatest number at which a block can begin that has this document. */
export const latestStart = (number: number): number => number - (number % startsAt);
export const sizeOf = (bytes: number): number => bytes / entryBytes;

// A weight is kept as its logarithm, in sixteenths of a doubling from 2^-10 to 2^6: it is off by 2% at most.
const steps = 16;
const least = -10;
const byteOf = (weight: number): number => {
  const step = Math.round((Math.log2(weight) - least) * steps);
  return Math.min(255, Math.max(0, step));
};
const weightOf = Float64Array.from({ length: 256 }, (_, byte) => 2 ** (byte / steps + least));

/** `place` is that in the stretch. */
export function eachEntry(entries: Uint8Array, visit: (place: number, weight: number) => void): void {
  for (let i = 0; i + 2 < entries.length; i += entryBytes)
    visit(((entries[i] ?? 0) << 8) | (entries[i + 1] ?? 0), weightOf[entries[i + 2] ?? 0] ?? 0);
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
  const after = new Map<number, Uint8Array>(before.map(({ start }) => [start, new Uint8Array()]));
  for (const { start, entries } of divided([...kept, ...set].sort(([a], [b]) => a - b))) after.set(start, entries);
  return [...after].map(([start, entries]) => ({ start, entries }));
}

type Entry = readonly [number: number, weight: number];

function numbered({ start, entries }: Block): Entry[] {
  const first = stretchOf(start);
  return Array.from({ length: sizeOf(entries.length) }, (_, i): Entry => {
    const [high = 0, low = 0, weight = 0] = entries.subarray(i * entryBytes);
    return [first + (high << 8) + low, weight];
  });
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
  const bytes = new Uint8Array(entries.length * entryBytes);
  entries.forEach(([number, weight], i) => {
    const place = number % stretch;
    bytes.set([place >> 8, place & 0xff, weight], i * entryBytes);
  });
  return { start: first % startsAt === 0 ? first : stretchOf(first), entries: bytes };
}
