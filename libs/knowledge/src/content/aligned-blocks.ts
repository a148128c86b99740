import type { Block } from './blocks.js';

type Alignable = Pick<Block, 'id' | 'kind' | 'text'>;

/** Costs of the steps, in tenths: another kind of block is dearer than to leave one out on each side. */
const leftOut = 6;
const otherKind = 13;

/** How unlike two blocks of one kind are by length alone: 0 for equal, up to 8. Translations keep rough proportions. */
function unlikeness(a: Alignable, b: Alignable): number {
  if (a.kind !== b.kind) return otherKind;
  const [short, long] = [Math.min(a.text.length, b.text.length), Math.max(a.text.length, b.text.length)];
  return long === 0 ? 0 : 8 * (1 - short / long);
}

/** The steps of the way, in the order of their costs. */
const [both, onlySource, onlyTranslation] = [0, 1, 2] as const;

/** The cheapest way through both lists in order (Needleman–Wunsch): source place by translation place. */
function inOrder(
  source: readonly Alignable[],
  translation: readonly Alignable[],
): readonly (readonly [number, number])[] {
  const width = translation.length + 1;
  const steps = new Uint8Array((source.length + 1) * width);
  let above = Float64Array.from({ length: width }, (_, column) => column * leftOut);
  steps.fill(onlyTranslation, 1, width);
  source.forEach((block, row) => {
    const here = new Float64Array(width);
    here[0] = (row + 1) * leftOut;
    steps[(row + 1) * width] = onlySource;
    translation.forEach((other, column) => {
      const costs = [
        (above[column] ?? 0) + unlikeness(block, other),
        (above[column + 1] ?? 0) + leftOut,
        (here[column] ?? 0) + leftOut,
      ];
      const least = Math.min(...costs);
      here[column + 1] = least;
      steps[(row + 1) * width + column + 1] = costs.indexOf(least);
    });
    above = here;
  });
  const pairs: [number, number][] = [];
  let [row, column] = [source.length, translation.length];
  while (row > 0 || column > 0) {
    const step = steps[row * width + column];
    if (step === both) pairs.push([row - 1, column - 1]);
    if (step !== onlyTranslation) row--;
    if (step !== onlySource) column--;
  }
  return pairs.reverse();
}

/**
 * Which source block each block of a translation renders, as far as that can be told without knowing the languages:
 * what is known stays, the rest is paired in order by kind and length. At most 4 million cells for the largest texts.
 * @param known source block by translation block, from the revision before
 */
export function alignedBlocks(
  source: readonly Alignable[],
  translation: readonly Alignable[],
  known: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const sourceIds = new Set(source.map(({ id }) => id));
  const aligned = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id } of translation) {
    const rendered = known.get(id);
    if (rendered === undefined || !sourceIds.has(rendered) || taken.has(rendered)) continue;
    aligned.set(id, rendered);
    taken.add(rendered);
  }
  const free = source.filter(({ id }) => !taken.has(id));
  const open = translation.filter(({ id }) => !aligned.has(id));
  for (const [row, column] of inOrder(free, open)) {
    const [from, to] = [free[row], open[column]];
    if (from && to) aligned.set(to.id, from.id);
  }
  return aligned;
}
