import type { ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { postgresSearchIndex, searchTables } from '@guichet/search';
import { bestAnswers, changesOf, type FoundRow } from './found.js';
import { listed } from './tables.js';

const { document } = searchTables();

/** What a batch is about, by tenant. */
interface Touched {
  readonly topics: Set<string>;
  readonly categories: Set<string>;
  /** Whose texts are gone. */
  readonly members: Set<string>;
}

/** Brings the search index to what the tables of topics say now, for all that the events are about. */
export async function indexTouched(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  for (const [tenantId, touched] of touchedBy(events)) {
    const rows = await foundRows(tx, tenantId, touched);
    await postgresSearchIndex({ session: tx, schema: tx.schema, tenantId }).change(rows.flatMap(changesOf));
  }
}

function touchedBy(events: readonly RecordedEvent[]): ReadonlyMap<string, Touched> {
  const byTenant = new Map<string, Touched>();
  for (const { tenantId, type, data } of events) {
    const touched = byTenant.get(tenantId) ?? { topics: new Set(), categories: new Set(), members: new Set() };
    byTenant.set(tenantId, touched);
    const { topicId, intoTopicId, fromTopicId, categoryId, memberId } = data as Readonly<
      Record<string, string | undefined>
    >;
    for (const id of [topicId, intoTopicId, fromTopicId]) if (id !== undefined) touched.topics.add(id);
    if (type === 'ForumCategoryAudienceChanged' && categoryId !== undefined) touched.categories.add(categoryId);
    if (type === 'MemberErased' && memberId !== undefined) touched.members.add(memberId);
  }
  return byTenant;
}

/** The topics themselves, and those that their posts are shown in. */
async function foundRows(
  tx: ProjectionTransaction,
  tenantId: string,
  { topics, categories, members }: Touched,
): Promise<FoundRow[]> {
  const { schema } = tx;
  const { rows } = await tx.query<FoundRow & Record<string, unknown>>({
    name: `${schema} what of topics is found`,
    text: `with wanted as (
             select topic_id from ${schema}.topic where tenant_id = $1 and topic_id = any ($2::uuid[])
             union
             select root_id from ${schema}.topic where tenant_id = $1 and topic_id = any ($2::uuid[])
             union
             select topic_id from ${schema}.topic where tenant_id = $1 and category_id = any ($3::uuid[])
             union
             select shown_in from ${schema}.post where tenant_id = $1 and member_id = any ($4::uuid[]))
           select number, topic.locale, forum_category.audience, topic.category_id, ${listed} as is_listed, title, solved,
             array(
               select body from (
                 select body, post_id = topic.topic_id as is_first, accepted, votes, posted_at, post_id,
                   row_number() over (partition by accepted, post_id = topic.topic_id
                     order by votes desc, posted_at, post_id) as place
                 from ${schema}.post
                 where tenant_id = $1 and shown_in = topic.topic_id and state = 'visible') as shown
               where is_first or accepted or place <= ${bestAnswers}
               order by is_first desc, accepted desc, votes desc, posted_at, post_id) as bodies,
             array(
               select indexed.locale from ${schema}.${document} as indexed
               where indexed.tenant_id = $1 and indexed.number = topic.number::int and indexed.locale <> topic.locale
             ) as outdated
           from wanted join ${schema}.topic on topic.tenant_id = $1 and topic.topic_id = wanted.topic_id
             left join ${schema}.forum_category on forum_category.tenant_id = $1
               and forum_category.category_id = topic.category_id
           order by number`,
    values: [tenantId, [...topics], [...categories], [...members]],
  });
  return rows;
}
