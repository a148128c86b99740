/** What becomes what people read, and what is refused to. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { slugOf } from '../content/slug.js';
import { mustReachReaders } from './narrower-links.js';
import { mustFollow } from './staleness.js';
import { blocksOf } from './stored-blocks.js';
import type { DataOf, Draft, Published, Significance, Text, TextEvent } from './text.js';

export function publish(data: DataOf<'PublishText'>, text: Text): TextEvent[] {
  const { draft, published } = text;
  const { articleId, locale, at, revision, significance, source } = data;
  if (published?.revision === revision && !published.isWithdrawn) return [];
  const chosen =
    draft?.revision === revision ? { ...draft, title: draft.content.title, words: wordsIn(text) } : published;
  if (chosen?.revision !== revision) throw notTheDraft(revision, draft);
  if (data.fourEyes && chosen.personId === data.personId) {
    const words = 'Somebody else than who wrote the revision publishes it here.';
    throw new DomainError('own-draft', words, { revision });
  }
  const { title, follows } = chosen;
  if (source === null) mustSaySignificance(significance, published);
  else mustFollow(source, follows);
  mustReachReaders(data.links, data.acknowledgedLinks);
  const more = source === null ? { significance: significance ?? 'update' } : follows !== null && { follows };
  const of = { articleId, locale, at };
  const words = chosen.words;
  const isPublished: TextEvent = {
    type: 'TranslationPublished',
    data: { ...of, revision, title, slug: slugOf(title, locale) || 'article', ...more, words },
  };
  const isReleased = source === null && data.release && revision > (text.released ?? 0);
  return isReleased ? [isPublished, { type: 'TranslationReleased', data: { ...of, revision } }] : [isPublished];
}

/** Of the newest revision, as readers see them. */
const wordsIn = ({ newest }: Text): number =>
  newest === null ? 0 : blocksOf(newest).reduce((sum, { words }) => sum + words, 0);

/** Whoever publishes names what they have read: what was written since is not published unread. */
function notTheDraft(revision: number, draft: Draft | null): DomainError {
  if (draft === null) return new DomainError('nothing-to-publish', 'All that was written is published.', { revision });
  const words = `Revision ${draft.revision} is the draft now: read it, and publish that one.`;
  return new DomainError('not-the-draft', words, { revision, draft: draft.revision });
}

/** There is nothing that the first publication could outdate. */
function mustSaySignificance(significance: Significance | undefined, published: Published | null): void {
  if (published === null || significance !== undefined) return;
  const words = 'Say how much the change matters to the translations: minor, update or major.';
  throw new DomainError('significance-missing', words, {}, 'invalid');
}
