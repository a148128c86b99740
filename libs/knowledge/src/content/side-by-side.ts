import type { Block } from './blocks.js';
import { type BlockOperation, blockOperations } from './differences.js';

/** One line of the translator's view: what the source says there, and what the translation says now. */
export interface SideBySideRow {
  /** What became of the source block since the translation rendered it; undefined where only the translation has one. */
  readonly source?: BlockOperation;
  /** Whether the translator has to look at it. */
  readonly isOutdated: boolean;
  readonly translation: readonly Pick<Block, 'id' | 'markdown'>[];
}

export interface SideBySide {
  /** The source's revision that the translation follows, and the released one. */
  readonly followed: readonly Pick<Block, 'id' | 'hash' | 'markdown'>[];
  readonly released: readonly Pick<Block, 'id' | 'hash' | 'markdown'>[];
  /** As `staleness` says. */
  readonly outdated: readonly { readonly id: string }[];
  readonly translation: readonly Pick<Block, 'id' | 'markdown'>[];
  /** Source block by translation block; see `alignedBlocks`. */
  readonly renders: ReadonlyMap<string, string>;
}

/** The source's blocks in its order, each beside its translation. A translated block of no source block follows the one before it. */
export function sideBySide({
  followed,
  released,
  outdated,
  translation,
  renders,
}: SideBySide): readonly SideBySideRow[] {
  const operations = blockOperations(followed, released);
  const shown = new Set(operations.map(({ id }) => id));
  const stale = new Set(outdated.map(({ id }) => id));
  const beside = new Map<string | undefined, Pick<Block, 'id' | 'markdown'>[]>();
  let last: string | undefined;
  for (const { id, markdown } of translation) {
    const source = renders.get(id);
    if (source !== undefined && shown.has(source)) last = source;
    const there = beside.get(last);
    if (there) there.push({ id, markdown });
    else beside.set(last, [{ id, markdown }]);
  }
  const first = beside.get(undefined);
  const rows = operations.map((source) => ({
    source,
    isOutdated: stale.has(source.id),
    translation: beside.get(source.id) ?? [],
  }));
  return first ? [{ isOutdated: false, translation: first }, ...rows] : rows;
}
