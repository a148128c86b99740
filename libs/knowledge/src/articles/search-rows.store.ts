import type { ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { postgresSearchIndex } from '@guichet/search';
import { changeOf, type FoundRow } from './found.js';
import type { KnowledgeEvent } from './rows.js';

/** Events after which an article is found otherwise than before. */
const changesArticle: ReadonlySet<KnowledgeEvent['type']> = new Set([
  ...(['ArticleArchived', 'ArticleMerged', 'ArticleReinstated', 'ArticleMoved', 'ArticleAudienceChanged'] as const),
  ...(['ArticleVerified', 'TranslationPublished', 'TranslationWithdrawn', 'TranslationConfirmed'] as const),
  'TranslationOutdated',
]);
/** Events after which all that is in a category, and below it, is found otherwise. */
const changesCategory: ReadonlySet<KnowledgeEvent['type']> = new Set(['CategoryPlaced', 'CategoryAudienceChanged']);

/** What a batch is about, by tenant. */
interface Touched {
  readonly articles: Set<string>;
  readonly categories: Set<string>;
}

/** Brings the search index to what the tables of articles say now, for all that the events are about. */
export async function indexTouched(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  for (const [tenantId, touched] of touchedBy(events)) {
    const rows = await foundRows(tx, tenantId, touched);
    await postgresSearchIndex({ session: tx, schema: tx.schema, tenantId }).change(rows.map(changeOf));
  }
}

function touchedBy(events: readonly RecordedEvent[]): ReadonlyMap<string, Touched> {
  const byTenant = new Map<string, Touched>();
  for (const { tenantId, ...event } of events) {
    const { type, data } = { type: event.type, data: event.data } as KnowledgeEvent;
    const touched = byTenant.get(tenantId) ?? { articles: new Set(), categories: new Set() };
    if ('articleId' in data && changesArticle.has(type)) touched.articles.add(data.articleId);
    else if ('categoryId' in data && data.categoryId !== null && changesCategory.has(type))
      touched.categories.add(data.categoryId);
    else continue;
    byTenant.set(tenantId, touched);
  }
  return byTenant;
}

async function foundRows(
  tx: ProjectionTransaction,
  tenantId: string,
  { articles, categories }: Touched,
): Promise<FoundRow[]> {
  const { schema } = tx;
  const { rows } = await tx.query<FoundRow & Record<string, unknown>>({
    name: `${schema} what is found`,
    text: `with recursive below as (
             select category_id from ${schema}.category where tenant_id = $1 and category_id = any ($3::uuid[])
             union
             select category.category_id from below join ${schema}.category
               on category.tenant_id = $1 and category.parent_id = below.category_id),
           line as (
             select category_id as leaf, category_id, parent_id from ${schema}.category where tenant_id = $1
             union all
             select leaf, above.category_id, above.parent_id from line join ${schema}.category as above
               on above.tenant_id = $1 and above.category_id = line.parent_id)
           select number, article_text.locale, effective_audience, archived, verified_at, article_text.significance,
             array(select line.category_id::text from line where leaf = article.category_id order by 1) as categories,
             published_revision, title, summary, keywords, body
           from ${schema}.article join ${schema}.article_text using (tenant_id, article_id)
             left join ${schema}.text_revision on text_revision.tenant_id = $1
               and text_revision.article_id = article.article_id and text_revision.locale = article_text.locale
               and text_revision.revision = published_revision
           where article.tenant_id = $1 and (article.article_id = any ($2::uuid[])
             or article.category_id in (select category_id from below))`,
    values: [tenantId, [...articles], [...categories]],
  });
  return rows;
}
