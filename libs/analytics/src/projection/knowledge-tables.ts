import { articleColumns, segmentColumns } from './articles.store.js';
import { categoryNameColumns, libraryColumns } from './categories.store.js';
import { createTable } from './create-table.js';
import { ratingColumns, readingColumns, ticketFormColumns } from './readers.store.js';

/** Tables of the projection `knowledge-facts`; what tables.ts says of tables holds for these. */
export const knowledgeTables = [
  'knowledge_article',
  'text_segment',
  'category_name',
  'knowledge_library',
  'article_rating',
  'visit_reading',
  'ticket_form',
] as const;

/**
 * One row per span in which a published text was shown and stayed the same: its category, its words, and what it lacks
 * of its source. `to_at` is 'infinity' while it lasts; see covering-segments.ts for `span_class`.
 */
const textSegment = (schema: string) => [
  createTable(schema, 'text_segment', segmentColumns, 'fillfactor = 80'),
  `create index text_segment_stab on ${schema}.text_segment (tenant_id, span_class, from_at, to_at)`,
];

export const knowledgeDdl = (schema: string): readonly string[] => [
  createTable(schema, 'knowledge_article', articleColumns, 'fillfactor = 80'),
  ...textSegment(schema),
  createTable(schema, 'category_name', categoryNameColumns),
  createTable(schema, 'knowledge_library', libraryColumns),
  createTable(schema, 'article_rating', ratingColumns),
  `create index article_rating_at on ${schema}.article_rating (tenant_id, at)`,
  createTable(schema, 'visit_reading', readingColumns),
  `create index visit_reading_at on ${schema}.visit_reading (tenant_id, at)`,
  createTable(schema, 'ticket_form', ticketFormColumns),
  `create index ticket_form_at on ${schema}.ticket_form (tenant_id, at)`,
];
