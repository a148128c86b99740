/** Reads and writes what is known of articles, and the spans of their texts. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import { type ArticleHistory, newHistory } from '../knowledge-facts/article-history.js';
import type { ArticleEvent } from '../knowledge-facts/knowledge-event.js';
import type { TextSegment } from '../knowledge-facts/text-segments.js';
import { BulkTable, type Column } from './bulk-table.store.js';
import { spanClass } from './covering-segments.js';
import { difference } from './fact-details.js';
import { start } from './turns.store.js';

export interface ArticleChange {
  readonly history: ArticleHistory;
  readonly before: readonly TextSegment[];
  readonly after: readonly TextSegment[];
}

type ArticleId = Pick<ArticleHistory, 'tenantId' | 'articleId'>;

const keyColumns: readonly Column<ArticleId>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: ({ tenantId }) => tenantId },
  { name: 'article_id', type: 'uuid', key: true, value: ({ articleId }) => articleId },
];
/** `category_id` is that of now, '' for none; `history` is what the next batch continues from, nothing to query. */
export const articleColumns: readonly Column<ArticleHistory>[] = [
  ...keyColumns,
  { name: 'number', type: 'int8', nullable: true, value: ({ number }) => number },
  { name: 'category_id', type: 'text', value: ({ places }) => places.at(-1)?.categoryId ?? '' },
  { name: 'history', type: 'json', value: historyText },
];
export const segmentColumns: readonly Column<TextSegment>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'article_id', type: 'uuid', key: true, value: (row) => row.articleId },
  { name: 'locale', type: 'text', key: true, value: (row) => row.locale },
  { name: 'from_at', type: 'timestamptz', key: true, value: (row) => row.from },
  { name: 'to_at', type: 'timestamptz', value: (row) => row.to ?? Infinity },
  { name: 'span_class', type: 'int2', value: (row) => spanClass(row.from, row.to) },
  { name: 'category_id', type: 'text', value: (row) => row.categoryId },
  { name: 'is_translation', type: 'bool', value: (row) => row.isTranslation },
  { name: 'words', type: 'int8', value: (row) => row.words },
  { name: 'source_words', type: 'int8', value: (row) => row.sourceWords },
  { name: 'outdated_blocks', type: 'int8', value: (row) => row.outdatedBlocks },
  { name: 'outdated_words', type: 'int8', value: (row) => row.outdatedWords },
];

const histories = new BulkTable<ArticleId>('knowledge_article', keyColumns, 'knowledge_article.histories');
const articles = new BulkTable('knowledge_article', articleColumns);
const segments = new BulkTable('text_segment', segmentColumns);

type StoredHistory = Pick<ArticleHistory, 'number' | 'sourceLocale' | 'places' | 'texts'>;

function historyText({ number, sourceLocale, places, texts }: ArticleHistory): string {
  const stored: StoredHistory = { number, sourceLocale, places, texts };
  return JSON.stringify(stored);
}

export const articleKey = ({ tenantId, data }: ArticleEvent): string => `${tenantId}/${data.articleId}`;

/** By `articleKey`; a new history for an article that was not heard of yet. */
export async function readArticles(
  tx: ProjectionTransaction,
  events: ReadonlyMap<string, readonly ArticleEvent[]>,
): Promise<Map<string, ArticleHistory>> {
  const asked = [...events].flatMap(([key, [first]]) =>
    first ? [{ key, tenantId: first.tenantId, articleId: first.data.articleId }] : [],
  );
  const read = new Map(asked.map(({ key, tenantId, articleId }) => [key, newHistory(tenantId, articleId)]));
  for (const [place, [stored]] of await histories.read<[StoredHistory]>(tx, ['history'], asked)) {
    const { key = '', tenantId = '', articleId = '' } = asked[place] ?? {};
    read.set(key, { tenantId, articleId, ...stored });
  }
  return read;
}

export async function writeArticles(tx: ProjectionTransaction, changes: readonly ArticleChange[]): Promise<void> {
  await start(
    tx,
    articles.upsert(
      tx.schema,
      changes.map(({ history }) => history),
    ),
  );
  const differences = changes.map(({ before, after }) =>
    difference(before, after, ({ locale, from }) => `${from} ${locale}`),
  );
  const gone = differences.flatMap((each) => each.gone);
  await start(tx, segments.remove(tx.schema, gone));
  const changed = differences.flatMap((each) => each.changed);
  await start(tx, segments.upsert(tx.schema, changed));
}
