/** What a translation is compared with: the published revisions of the source. Pure. */
import { type SourceRevision, staleness, type Staleness } from '../content/staleness.js';
import { blocksOf, type StoredText } from './stored-blocks.js';
import type { TextEvent } from './text.js';

export interface SourceHistory {
  /** Oldest first. */
  readonly revisions: readonly SourceRevision[];
  /** The newest that translations should follow; null: none yet. */
  readonly released: number | null;
}

/** @param events of the text in the source language, in order */
export function sourceHistory(events: readonly TextEvent[]): SourceHistory {
  const written = new Map<number, StoredText>();
  const revisions = new Map<number, SourceRevision>();
  let released: number | null = null;
  for (const { type, data } of events) {
    if (type === 'TranslationDrafted') written.set(data.revision, data);
    else if (type === 'TranslationReleased') released = data.revision;
    else if (type === 'TranslationPublished' && !revisions.has(data.revision)) {
      const { revision, significance = 'update' } = data;
      const text = written.get(revision);
      revisions.set(revision, { revision, significance, blocks: text === undefined ? [] : blocksOf(text) });
    }
  }
  return { revisions: [...revisions.values()], released };
}

/** What a translation that follows a revision of the source lacks; undefined where nothing is released yet. */
export function stalenessOf({ revisions, released }: SourceHistory, follows: number): Staleness | undefined {
  if (released === null || follows > released) return undefined;
  return staleness(
    revisions.filter(({ revision }) => revision >= follows),
    { follows },
    released,
  );
}
