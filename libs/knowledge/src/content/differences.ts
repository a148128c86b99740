import { diffArrays } from 'diff';
import type { Block } from './blocks.js';
import { tokensOf } from './words.js';

/** Same and added texts together are the new text; same and removed texts are the old one. */
export interface WordOperation {
  readonly op: 'same' | 'added' | 'removed';
  readonly text: string;
}

export type BlockOperation =
  /** `moved`: it stands elsewhere among the blocks that both revisions have. */
  | { readonly op: 'same'; readonly id: string; readonly text: string; readonly moved: boolean }
  | { readonly op: 'changed'; readonly id: string; readonly words: readonly WordOperation[]; readonly moved: boolean }
  | { readonly op: 'added'; readonly id: string; readonly text: string }
  | { readonly op: 'removed'; readonly id: string; readonly text: string };

type Shown = Pick<Block, 'id' | 'hash' | 'markdown'>;

/**
 * Beyond so many changed words and signs two texts are shown as one replaced by the other. Myers' comparison, which the
 * library makes, costs tokens × changes.
 */
const mostChanges = 2_000;

/** The words that changed from one text to another, with the spaces between them. */
export function wordOperations(from: string, to: string): readonly WordOperation[] {
  const changes = diffArrays([...tokensOf(from)], [...tokensOf(to)], { maxEditLength: mostChanges });
  if (!changes) {
    return [
      { op: 'removed', text: from },
      { op: 'added', text: to },
    ];
  }
  return withoutLoneSpaces(
    changes.map(({ added, removed, value }) => ({
      op: added ? 'added' : removed ? 'removed' : 'same',
      text: value.join(''),
    })),
  );
}

/** Spaces between two changes belong to both of them: what changed reads as one phrase, not word by word. */
function withoutLoneSpaces(operations: readonly WordOperation[]): readonly WordOperation[] {
  const joined: WordOperation[] = [];
  let [removed, added] = ['', ''];
  const close = () => {
    if (removed) joined.push({ op: 'removed', text: removed });
    if (added) joined.push({ op: 'added', text: added });
    [removed, added] = ['', ''];
  };
  operations.forEach(({ op, text }, place) => {
    const isBetween = (removed || added) && place < operations.length - 1 && text.trim() === '';
    if (op === 'same' && !isBetween) {
      close();
      joined.push({ op, text });
      return;
    }
    if (op !== 'added') removed += text;
    if (op !== 'removed') added += text;
  });
  close();
  return joined;
}

/** Of ids that both lists have, those outside the longest run in common order. n log n: patience sorting. */
function movedIds(from: readonly Shown[], to: readonly Shown[]): ReadonlySet<string> {
  const places = new Map(from.map(({ id }, place) => [id, place]));
  const common = to.flatMap(({ id }) => (places.has(id) ? [id] : []));
  const placeOf = (id: string) => places.get(id) ?? 0;
  const ends: string[] = [];
  const before = new Map<string, string | undefined>();
  for (const id of common) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (placeOf(ends[middle] ?? '') < placeOf(id)) low = middle + 1;
      else high = middle;
    }
    before.set(id, ends[low - 1]);
    ends[low] = id;
  }
  const staying = new Set<string>();
  for (let id = ends.at(-1); id !== undefined; id = before.get(id)) staying.add(id);
  return new Set(common.filter((id) => !staying.has(id)));
}

/** What lies between two revisions, in the order of the newer one; removed blocks stand where they stood. */
export function blockOperations(from: readonly Shown[], to: readonly Shown[]): readonly BlockOperation[] {
  const [olds, news] = [new Map(from.map((block) => [block.id, block])), new Set(to.map(({ id }) => id))];
  const moved = movedIds(from, to);
  const removedAfter = new Map<string | undefined, Shown[]>();
  let last: string | undefined;
  for (const block of from) {
    if (news.has(block.id)) last = block.id;
    else removedAfter.set(last, [...(removedAfter.get(last) ?? []), block]);
  }
  const removed = (id: string | undefined) =>
    (removedAfter.get(id) ?? []).map((block): BlockOperation => ({
      op: 'removed',
      id: block.id,
      text: block.markdown,
    }));
  const kept = to.flatMap((block): readonly BlockOperation[] => [
    operation(olds.get(block.id), block, moved.has(block.id)),
    ...removed(block.id),
  ]);
  return [...removed(undefined), ...kept];
}

function operation(old: Shown | undefined, { id, hash, markdown }: Shown, moved: boolean): BlockOperation {
  if (!old) return { op: 'added', id, text: markdown };
  if (old.hash === hash) return { op: 'same', id, text: markdown, moved };
  return { op: 'changed', id, words: wordOperations(old.markdown, markdown), moved };
}
