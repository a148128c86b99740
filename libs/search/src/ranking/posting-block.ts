/**
 * Which of 1,024 documents have a term, and with which weight: three bytes for a document, in the order of numbers. The
 * upper 10 bits are the place in the block, the lower 14 the weight.
 */
export const blockDocuments = 1_024;
const entryBytes = 3;
const weightBits = 14;
const maxWeight = 2 ** weightBits - 1;
/** Weights are kept in steps of 1/512, up to 32: a word of that weight has 96% of the score that a word can have. */
const weightSteps = 512;

export const blockOf = (number: number): number => Math.floor(number / blockDocuments);
export const placeOf = (number: number): number => number % blockDocuments;
export const sizeOf = (bytes: number): number => bytes / entryBytes;

export function eachEntry(block: Uint8Array, visit: (place: number, weight: number) => void): void {
  for (let i = 0; i + 2 < block.length; i += entryBytes) {
    const entry = ((block[i] ?? 0) << 16) | ((block[i + 1] ?? 0) << 8) | (block[i + 2] ?? 0);
    visit(entry >> weightBits, (entry & maxWeight) / weightSteps);
  }
}

/** By place: the weight to set, or undefined to take the document out. */
export type BlockChanges = ReadonlyMap<number, number | undefined>;

/** The block with changes made; empty when no document is left. Equal documents give equal bytes. */
export function changedBlock(block: Uint8Array, changes: BlockChanges): Uint8Array {
  const weights = new Map<number, number>();
  for (let i = 0; i + 2 < block.length; i += entryBytes) {
    const entry = ((block[i] ?? 0) << 16) | ((block[i + 1] ?? 0) << 8) | (block[i + 2] ?? 0);
    weights.set(entry >> weightBits, entry & maxWeight);
  }
  for (const [place, weight] of changes) {
    if (weight === undefined) weights.delete(place);
    else weights.set(place, Math.min(maxWeight, Math.max(1, Math.round(weight * weightSteps))));
  }
  const changed = new Uint8Array(weights.size * entryBytes);
  let offset = 0;
  for (const place of [...weights.keys()].sort((a, b) => a - b)) {
    const entry = (place << weightBits) | (weights.get(place) ?? 0);
    changed[offset++] = entry >> 16;
    changed[offset++] = (entry >> 8) & 0xff;
    changed[offset++] = entry & 0xff;
  }
  return changed;
}
