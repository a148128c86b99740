/** How a translation keeps up with its source: what it may follow, and what is said of what it lacks. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import type { DataOf, Significance, SourceOfText, Text, TextEvent } from './text.js';

/** What a published translation lacks of the released source; no blocks: it is current again. */
export interface Lack {
  readonly sourceRevision: number;
  readonly changedBlocks: number;
  readonly changedWords: number;
  /** The gravest of the edits that it lacks; null: it lacks none. */
  readonly significance: Significance | null;
}

/** @throws DomainError `source-not-published`, `follows-unreleased` */
export function mustFollow({ published, released, publications }: SourceOfText, follows: number | null): void {
  if (published === null)
    throw new DomainError('source-not-published', 'Publish the text in the source language first.');
  if (follows !== null && released !== null && follows <= released && publications.includes(follows)) return;
  const words = 'The translation follows a revision of the source that is not released. Name one that is.';
  throw new DomainError('follows-unreleased', words, { follows, released });
}

export function release({ articleId, locale, at, revision, source }: DataOf<'ReleaseText'>, text: Text): TextEvent[] {
  if (source !== null) {
    const words = 'Only the text in the source language is released: translations follow it.';
    throw new DomainError('not-the-source', words, { locale });
  }
  if (revision <= (text.released ?? 0)) return [];
  if (!text.publications.includes(revision))
    throw new DomainError('not-published', 'Publish the revision first.', { revision });
  return [{ type: 'TranslationReleased', data: { articleId, locale, at, revision } }];
}

export function confirm(data: DataOf<'ConfirmText'>, { published }: Text): TextEvent[] {
  const { articleId, locale, at, sourceRevision, source } = data;
  if (source === null) {
    const words = 'The text in the source language follows no other.';
    throw new DomainError('not-a-translation', words, { locale });
  }
  if (published === null || published.isWithdrawn)
    throw new DomainError('not-published', 'Nothing of the text is published.');
  if (sourceRevision <= (published.follows ?? 0)) return [];
  mustFollow(source, sourceRevision);
  return [{ type: 'TranslationConfirmed', data: { articleId, locale, at, sourceRevision } }];
}

export function outdate({ follows, ...outdated }: DataOf<'OutdateText'>, { published, lack }: Text): TextEvent[] {
  if (published?.follows !== follows) return [];
  const { sourceRevision, changedBlocks, changedWords } = outdated;
  const isSame =
    lack === null
      ? changedBlocks === 0
      : lack.sourceRevision === sourceRevision &&
        lack.changedBlocks === changedBlocks &&
        lack.changedWords === changedWords;
  return isSame ? [] : [{ type: 'TranslationOutdated', data: outdated }];
}
