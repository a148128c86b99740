/** Reads and writes what is known of topics, and the facts of questions. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import type { QuestionFact } from '../community-facts/question-fact.js';
import { newTopic, type TopicHistory } from '../community-facts/topic-history.js';
import { BulkTable, type Column } from './bulk-table.store.js';
import { start } from './turns.store.js';

export type TopicId = Pick<TopicHistory, 'tenantId' | 'topicId'>;

const keyColumns: readonly Column<TopicId>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: ({ tenantId }) => tenantId },
  { name: 'topic_id', type: 'uuid', key: true, value: ({ topicId }) => topicId },
];
/** `category_id` is that of now, '' while it is not known; `history` is what the next batch continues from, nothing to query. */
export const topicColumns: readonly Column<TopicHistory>[] = [
  ...keyColumns,
  { name: 'merged_into', type: 'uuid', nullable: true, value: ({ mergedInto }) => mergedInto },
  { name: 'category_id', type: 'text', value: ({ about }) => about?.categoryId ?? '' },
  { name: 'history', type: 'json', value: historyText },
];
export const questionColumns: readonly Column<QuestionFact>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'topic_id', type: 'uuid', key: true, value: (row) => row.topicId },
  { name: 'number', type: 'int8', value: (row) => row.number },
  { name: 'category_id', type: 'text', value: (row) => row.categoryId },
  { name: 'locale', type: 'text', value: (row) => row.locale },
  { name: 'at', type: 'timestamptz', value: (row) => row.at },
  { name: 'first_answer_seconds', type: 'int8', nullable: true, value: (row) => row.firstAnswerSeconds },
  { name: 'solved', type: 'bool', value: (row) => row.solved },
  { name: 'answers', type: 'int8', value: (row) => row.answers },
  { name: 'votes', type: 'int8', value: (row) => row.votes },
];

const histories = new BulkTable<TopicId>('community_topic', keyColumns, 'community_topic.histories');
const topics = new BulkTable('community_topic', topicColumns);
const questions = new BulkTable('question_fact', questionColumns);
const questionIds = new BulkTable<TopicId>('question_fact', keyColumns, 'question_fact.ids');

type StoredHistory = Pick<TopicHistory, 'about' | 'mergedInto' | 'posts' | 'votes'>;

/** Votes arrive in any order: the same ones are the same text. */
function historyText({ about, mergedInto, posts, votes }: TopicHistory): string {
  const inOrder = Object.fromEntries(Object.entries(votes).sort(([a], [b]) => (a < b ? -1 : 1)));
  const stored: StoredHistory = { about, mergedInto, posts, votes: inOrder };
  return JSON.stringify(stored);
}

export const topicKey = ({ tenantId, topicId }: TopicId): string => `${tenantId}/${topicId}`;

/** By `topicKey`; a new history for a topic that was not heard of yet. */
export async function readTopics(
  tx: ProjectionTransaction,
  asked: readonly TopicId[],
): Promise<Map<string, TopicHistory>> {
  const read = new Map(asked.map((id) => [topicKey(id), newTopic(id.tenantId, id.topicId)]));
  for (const [place, [stored]] of await histories.read<[StoredHistory]>(tx, ['history'], asked)) {
    const id = asked[place];
    if (id) read.set(topicKey(id), { tenantId: id.tenantId, topicId: id.topicId, ...stored });
  }
  return read;
}

export const writeTopics = (tx: ProjectionTransaction, changed: readonly TopicHistory[]): Promise<void> =>
  start(tx, topics.upsert(tx.schema, changed));

/** A topic that is shown, and one of those that it shows, itself among them. */
export interface Belonging extends TopicId {
  readonly rootId: string;
}

/**
 * Of every topic that shows posts of the asked ones: all that it shows. Topics that have not arrived yet show nothing, and so do
 * such as were merged in a circle. `offset 0`: each step by the index, whatever the planner thinks of the table.
 */
export async function readTrees(tx: ProjectionTransaction, asked: readonly TopicId[]): Promise<Belonging[]> {
  const topic = `${tx.schema}.community_topic t`;
  const { rows } = await tx.query<{ tenant_id: string; root_id: string; topic_id: string }>(
    `with recursive asked as (
       select * from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, topic_id)
     ), above as (
       select t.* from asked cross join lateral (
         select t.tenant_id, t.topic_id, t.merged_into from ${topic}
         where t.tenant_id = asked.tenant_id and t.topic_id = asked.topic_id offset 0) t
       union
       select t.* from above cross join lateral (
         select t.tenant_id, t.topic_id, t.merged_into from ${topic}
         where t.tenant_id = above.tenant_id and t.topic_id = above.merged_into offset 0) t
     ), tree as (
       select tenant_id, topic_id as root_id, topic_id from above where merged_into is null
       union
       select tree.tenant_id, tree.root_id, t.topic_id from tree cross join lateral (
         select t.topic_id from ${topic}
         where t.tenant_id = tree.tenant_id and t.merged_into = tree.topic_id offset 0) t
     ) select tenant_id, root_id, topic_id from tree`,
    [asked.map(({ tenantId }) => tenantId), asked.map(({ topicId }) => topicId)],
  );
  return rows.map(({ tenant_id, root_id, topic_id }) => ({ tenantId: tenant_id, rootId: root_id, topicId: topic_id }));
}

/** @param gone topics that are no questions that count; they may never have been. */
export async function writeQuestions(
  tx: ProjectionTransaction,
  facts: readonly QuestionFact[],
  gone: readonly TopicId[],
): Promise<void> {
  await start(tx, questionIds.remove(tx.schema, gone));
  await start(tx, questions.upsert(tx.schema, facts));
}
