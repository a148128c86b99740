/**
 * The projection `community-facts`: what figures of the community are read from. A batch reads the topics it touches and folds
 * their events. Then it derives the questions anew that show any of them: what was merged into one counts there.
 */
import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { isForumNamingEvent, isTopicEvent, type TopicEvent } from '../community-facts/community-event.js';
import { type QuestionFact, questionFactOf } from '../community-facts/question-fact.js';
import { foldTopic, type TopicHistory } from '../community-facts/topic-history.js';
import { writeForumCategoryNames } from './categories.store.js';
import { communityDdl, communityTables } from './community-tables.js';
import {
  type Belonging,
  readTopics,
  readTrees,
  type TopicId,
  topicKey,
  writeQuestions,
  writeTopics,
} from './topics.store.js';
import { inTurns } from './turns.store.js';
import { asWrittenToday } from './written-today.js';

/** `changed` is told whose figures each live batch may have changed, after it is committed. */
export const communityFactsProjection = (
  changed: (tenantIds: readonly string[]) => void = () => undefined,
): Projection => ({
  name: 'community-facts',
  version: 1,
  tables: communityTables,
  ddl: communityDdl,
  apply,
  afterCommit: (events) => changed([...new Set(events.filter(isOfCommunity).map(({ tenantId }) => tenantId))]),
});

const isOfCommunity = (event: RecordedEvent): boolean => isTopicEvent(event) || isForumNamingEvent(event);

const idOf = ({ tenantId, data: { topicId } }: TopicEvent): TopicId => ({ tenantId, topicId });

async function apply(recorded: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  const events = recorded.map(asWrittenToday);
  await writeForumCategoryNames(tx, events.filter(isForumNamingEvent));
  const byTopic = Map.groupBy(events.filter(isTopicEvent), (event) => topicKey(idOf(event)));
  if (byTopic.size === 0) return;
  const touched = await readTopics(
    tx,
    [...byTopic.values()].flatMap(([first]) => (first ? [idOf(first)] : [])),
  );
  const affected = new Map<string, TopicId>();
  const note = ({ tenantId, topicId, mergedInto }: TopicHistory) => {
    for (const id of [topicId, ...(mergedInto === null ? [] : [mergedInto])])
      affected.set(topicKey({ tenantId, topicId: id }), { tenantId, topicId: id });
  };
  await inTurns(byTopic, ([key, own]) => {
    const topic = touched.get(key);
    if (!topic) throw new Error(`Topic ${key} was not read.`);
    note(topic); // The topic that showed it so far shows it no more, perhaps.
    for (const event of own) foldTopic(topic, event);
    note(topic);
  });
  await writeTopics(tx, [...touched.values()]);
  await deriveQuestions(tx, [...affected.values()], touched);
}

/** @param known histories as they are now, by `topicKey`; others are read. */
async function deriveQuestions(
  tx: ProjectionTransaction,
  affected: readonly TopicId[],
  known: ReadonlyMap<string, TopicHistory>,
): Promise<void> {
  const belonging = await readTrees(tx, affected);
  const read = await readTopics(
    tx,
    belonging.filter((id) => !known.has(topicKey(id))),
  );
  const historyOf = (id: TopicId) => {
    const history = known.get(topicKey(id)) ?? read.get(topicKey(id));
    if (!history) throw new Error(`Topic ${topicKey(id)} was not read.`);
    return history;
  };
  const facts: QuestionFact[] = [];
  const gone = new Map(affected.map((id) => [topicKey(id), id]));
  await inTurns(Map.groupBy(belonging, rootKey), ([key, tree]: readonly [string, readonly Belonging[]]) => {
    const root = tree.find((id) => topicKey(id) === key);
    if (!root) throw new Error(`Topic ${key} does not show itself.`);
    const merged = tree.filter((id) => id !== root).map(historyOf);
    const fact = questionFactOf(historyOf(root), merged);
    if (fact) {
      facts.push(fact);
      gone.delete(key);
    } else gone.set(key, root);
  });
  await writeQuestions(tx, facts, [...gone.values()]);
}

const rootKey = ({ tenantId, rootId }: Belonging): string => topicKey({ tenantId, topicId: rootId });
