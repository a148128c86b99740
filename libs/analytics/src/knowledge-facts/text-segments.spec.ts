import type { RecordedEvent } from '@guichet/event-sourcing';
import { articleIdOf, categoryIdOf, knowledgeEvent } from '../../testing/knowledge-story.js';
import { start, tenantId } from '../../testing/ticket-story.js';
import { foldArticle, newHistory } from './article-history.js';
import { isArticleEvent } from './knowledge-event.js';
import { textSegmentsOf } from './text-segments.js';

const articleId = articleIdOf(1);
const category = categoryIdOf(1);
const drafted = (minute: number) =>
  knowledgeEvent('ArticleDrafted', minute, {
    ...{ articleId, number: 1, sourceLocale: 'en', categoryId: null, audience: 'public', origin: 'person' },
  });
const moved = (minute: number) => knowledgeEvent('ArticleMoved', minute, { articleId, categoryId: category });
const archived = (minute: number) => knowledgeEvent('ArticleArchived', minute, { articleId });
const reinstated = (minute: number) => knowledgeEvent('ArticleReinstated', minute, { articleId });
const published = (minute: number, locale: string, words: number) =>
  knowledgeEvent('TranslationPublished', minute, { articleId, locale, revision: 1, title: 'T', slug: 't', words });
const withdrawn = (minute: number, locale: string) =>
  knowledgeEvent('TranslationWithdrawn', minute, { articleId, locale });
const outdated = (minute: number, locale: string, changedWords: number) =>
  knowledgeEvent('TranslationOutdated', minute, {
    ...{ articleId, locale, sourceRevision: 2, changedBlocks: Math.min(changedWords, 1), changedWords },
    significance: changedWords > 0 ? 'update' : null,
  });

/** As "language from–to: words, of the source's, outdated, category"; times in minutes. */
function segments(...events: readonly RecordedEvent[]): string[] {
  const history = newHistory(tenantId, articleId);
  for (const event of events) if (isArticleEvent(event)) foldArticle(history, event);
  const minuteOf = (ms: number | null) => (ms === null ? '' : (ms - start) / 60_000);
  return textSegmentsOf(history).map(
    ({ locale, from, to, words, sourceWords, outdatedWords, categoryId }) =>
      `${locale} ${minuteOf(from)}–${minuteOf(to)}: ${words}, ${sourceWords}, ${outdatedWords}${categoryId ? ', C' : ''}`,
  );
}

it('has none of an article whose own events have not come, and all of it as soon as they have', () => {
  expect(segments(published(5, 'en', 10))).toEqual([]);
  expect(segments(published(5, 'en', 10), drafted(1))).toEqual(['en 5–: 10, 0, 0']);
  // A text that is told to be older than its article is there with the article.
  expect(segments(published(5, 'en', 10), drafted(7))).toEqual(['en 7–: 10, 0, 0']);
});

it('begins anew wherever something changes, in the text, its source or its article', () =>
  expect(
    segments(
      ...[drafted(0), published(1, 'en', 10), published(2, 'fr', 12), published(3, 'en', 20), outdated(4, 'fr', 7)],
      ...[moved(5), published(6, 'fr', 13), withdrawn(8, 'fr')],
    ),
  ).toEqual([
    ...['en 1–3: 10, 0, 0', 'en 3–5: 20, 0, 0', 'en 5–: 20, 0, 0, C'],
    ...['fr 2–3: 12, 10, 0', 'fr 3–4: 12, 20, 0', 'fr 4–5: 12, 20, 7', 'fr 5–6: 12, 20, 7, C', 'fr 6–8: 13, 20, 0, C'],
  ]));

it('ends with the archiving, and goes on with the reinstatement', () =>
  expect(segments(drafted(0), published(1, 'en', 10), archived(2), reinstated(4))).toEqual([
    ...['en 1–2: 10, 0, 0', 'en 4–: 10, 0, 0'],
  ]));

it('goes on where nothing that counts has changed', () =>
  expect(segments(drafted(0), published(1, 'fr', 10), outdated(2, 'fr', 0), published(3, 'fr', 10))).toEqual([
    'fr 1–: 10, 0, 0',
  ]));

it('keeps the words of a source that was withdrawn', () =>
  expect(segments(drafted(0), published(1, 'en', 10), published(1, 'fr', 9), withdrawn(2, 'en'))).toEqual([
    ...['en 1–2: 10, 0, 0', 'fr 1–: 9, 10, 0'],
  ]));

it('counts what a stream tells for an earlier time at the last change, and of one instant the last change', () => {
  expect(segments(drafted(0), published(5, 'fr', 10), outdated(3, 'fr', 4), published(7, 'fr', 11))).toEqual([
    ...['fr 5–7: 10, 0, 4', 'fr 7–: 11, 0, 0'],
  ]);
  expect(segments(drafted(0), published(5, 'fr', 10), withdrawn(5, 'fr'), published(5, 'fr', 12))).toEqual([
    'fr 5–: 12, 0, 0',
  ]);
});

it('takes any name of a language', () =>
  expect(segments(drafted(0), published(1, '__proto__', 3), published(2, '__proto__', 4))).toEqual([
    ...['__proto__ 1–2: 3, 0, 0', '__proto__ 2–: 4, 0, 0'],
  ]));
