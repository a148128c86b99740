import { categoryNameColumns } from './categories.store.js';
import { createTable } from './create-table.js';
import { questionColumns, topicColumns } from './topics.store.js';

/** Tables of the projection `community-facts`; what tables.ts says of tables holds for these. */
export const communityTables = ['community_topic', 'question_fact', 'forum_category_name'] as const;

/** `question_fact` has the questions that count, each once. */
export const communityDdl = (schema: string): readonly string[] => [
  createTable(schema, 'community_topic', topicColumns, 'fillfactor = 80'),
  `create index community_topic_merged on ${schema}.community_topic (tenant_id, merged_into) where merged_into is not null`,
  createTable(schema, 'question_fact', questionColumns, 'fillfactor = 80'),
  `create index question_fact_at on ${schema}.question_fact (tenant_id, at)`,
  createTable(schema, 'forum_category_name', categoryNameColumns),
];
