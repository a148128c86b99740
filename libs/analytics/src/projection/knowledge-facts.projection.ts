/**
 * The projection `knowledge-facts`: what figures of the knowledge base are read from. A batch reads the articles it
 * touches, folds their events, and writes the spans of their texts that are not what they were. What readers say and do is
 * written as it comes.
 */
import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { foldArticle } from '../knowledge-facts/article-history.js';
import {
  type ArticleEvent,
  isArticleEvent,
  isNamingEvent,
  isRatingEvent,
  isVisitEvent,
} from '../knowledge-facts/knowledge-event.js';
import { textSegmentsOf } from '../knowledge-facts/text-segments.js';
import { type ArticleChange, articleKey, readArticles, writeArticles } from './articles.store.js';
import { writeCategoryNames } from './categories.store.js';
import { knowledgeDdl, knowledgeTables } from './knowledge-tables.js';
import { writeRatings, writeVisits } from './readers.store.js';
import { asWrittenToday } from './written-today.js';
import { inTurns } from './turns.store.js';

/** `changed` is told whose figures each live batch may have changed, after it is committed. */
export const knowledgeFactsProjection = (
  changed: (tenantIds: readonly string[]) => void = () => undefined,
): Projection => ({
  name: 'knowledge-facts',
  version: 1,
  tables: knowledgeTables,
  ddl: knowledgeDdl,
  apply,
  afterCommit: (events) => changed([...new Set(events.filter(isOfItems).map(({ tenantId }) => tenantId))]),
});

const isOfItems = (event: RecordedEvent): boolean =>
  [isArticleEvent, isNamingEvent, isRatingEvent, isVisitEvent].some((is) => is(event));

async function apply(recorded: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  const events = recorded.map(asWrittenToday);
  await writeCategoryNames(tx, events.filter(isNamingEvent));
  await writeRatings(tx, events.filter(isRatingEvent));
  await writeVisits(tx, events.filter(isVisitEvent));
  const byArticle = Map.groupBy(events.filter(isArticleEvent), articleKey);
  const histories = await readArticles(tx, byArticle);
  const changes: ArticleChange[] = [];
  await inTurns(byArticle, ([key, own]: readonly [string, readonly ArticleEvent[]]) => {
    const history = histories.get(key);
    if (!history) throw new Error(`Article ${key} was not read.`);
    const before = textSegmentsOf(history);
    for (const event of own) foldArticle(history, event);
    changes.push({ history, before, after: textSegmentsOf(history) });
  });
  await writeArticles(tx, changes);
}
