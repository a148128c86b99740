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

/** What a batch is about: by id, the position of the last event. */
interface Touched {
  readonly articles: Map<string, number>;
  readonly categories: Map<string, number>;
}

/** Brings the search index to what the tables of articles say now, for all that the events are about. */
export async function indexTouched(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  for (const [tenantId, touched] of touchedBy(events)) {
    notePositions(tx, tenantId, touched);
    const rows = await foundRows(tx, tenantId, touched);
    await postgresSearchIndex({ session: tx, schema: tx.schema, tenantId }).change(rows.map(changeOf));
  }
}

function touchedBy(events: readonly RecordedEvent[]): ReadonlyMap<string, Touched> {
  const byTenant = new Map<string, Touched>();
  for (const { tenantId, ...event } of events) {
    const { type, data } = { type: event.type, data: event.data } as KnowledgeEvent;
    const touched = byTenant.get(tenantId) ?? { articles: new Map(), categories: new Map() };
    if ('articleId' in data && changesArticle.has(type)) touched.articles.set(data.articleId, event.position);
    else if ('categoryId' in data && data.categoryId !== null && changesCategory.has(type))
      touched.categories.set(data.categoryId, event.position);
    else continue;
    byTenant.set(tenantId, touched);
  }
  return byTenant;
}

/**
 * Writes down when each text that was ever published was touched, for indexes that follow. What an event touches, it or
 * a later one touches in any batch: the positions are the same by any batches.
 */
function notePositions(tx: ProjectionTransaction, tenantId: string, { articles, categories }: Touched): void {
  const { schema } = tx;
  tx.send({
    name: `${schema} when it was touched`,
    text: `with recursive below as (
             select * from unnest($4::uuid[], $5::bigint[]) as touched (category_id, position)
             union
             select category.category_id, below.position from below join ${schema}.category
               on category.tenant_id = $1 and category.parent_id = below.category_id),
           touched as (
             select article_id, max(position) as position from (
               select * from unnest($2::uuid[], $3::bigint[]) as named (article_id, position)
               union all
               select article_id, below.position from below join ${schema}.article
                 on article.tenant_id = $1 and article.category_id = below.category_id) as each
             group by article_id)
           update ${schema}.article_text set found_position = touched.position from touched
           where tenant_id = $1 and article_text.article_id = touched.article_id
             and exists (select from ${schema}.publication where publication.tenant_id = $1
               and publication.article_id = touched.article_id and publication.locale = article_text.locale)`,
    values: [
      ...[tenantId, [...articles.keys()], [...articles.values()]],
      ...[[...categories.keys()], [...categories.values()]],
    ],
  });
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
    values: [tenantId, [...articles.keys()], [...categories.keys()]],
  });
  return rows;
}
