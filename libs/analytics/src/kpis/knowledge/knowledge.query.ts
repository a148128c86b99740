/** Answers questions about the knowledge base. Runs in the client's transaction: all of it sees one state. */
import { DomainError } from '@guichet/event-sourcing';
import type pg from 'pg';
import { type Answer, answerOf } from '../answers/answer.js';
import { instantsOf, refuseManyCuts, refuseManyInstants } from '../answers/asked-instants.query.js';
import { readThrough } from '../answers/through.query.js';
import type { KnowledgeKpi } from '../definitions/kpi-definition.js';
import type { Question } from '../definitions/question.js';
import { together } from '../measure/together.js';
import { knowledgeSql } from '../sql/knowledge-sql.js';
import { KnowledgeMeasures, type MeasuredRow } from './knowledge-measures.js';

const firstDaySql = `
  select floor(extract(epoch from min(from_at)) / 86400)::int as day from read_model.text_segment where tenant_id = $1`;

/** @throws DomainError (kind `invalid`) for questions that cannot be answered */
export async function answerOfKnowledge(
  client: pg.ClientBase,
  tenantId: string,
  question: Question<KnowledgeKpi>,
  nowMs: number,
): Promise<Answer> {
  const asked = await instantsOf(client, tenantId, question, nowMs, { firstDaySql });
  refuseManyInstants(asked.instants);
  const { text, values } = knowledgeSql({ tenantId, question, instants: asked.instants });
  const [, { rows }, through] = await together(
    refuseUnknownCategories(client, tenantId, question.filters.category ?? []),
    client.query<MeasuredRow>(text, [...values]),
    readThrough(client, 'knowledge-facts'),
  );
  const measured = new KnowledgeMeasures(question.kpi.form, rows);
  const { groups } = measured;
  refuseManyCuts(groups, asked.buckets);
  const labels =
    question.groupBy === 'category' ? await categoryNames(client, tenantId, groups) : new Map<string, string>();
  const summaryAt = measured.summaryAt.bind(measured);
  return answerOf({ question, ...asked, summaryAt, groups, exact: true, labels, through });
}

/** In the language that articles are written in, where there is a name in it. */
async function categoryNames(
  client: pg.ClientBase,
  tenantId: string,
  categoryIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ category_id: string; name: string }>(
    `select distinct on (c.category_id) c.category_id, c.name from read_model.category_name c
       left join read_model.knowledge_library l on l.tenant_id = c.tenant_id
     where c.tenant_id = $1 and c.category_id = any($2::text[])
     order by c.category_id, c.locale = coalesce(l.source_locale, 'en') desc, c.locale`,
    [tenantId, categoryIds],
  );
  return new Map(rows.map(({ category_id, name }) => [category_id, name]));
}

/** Throws `unknown-category` for what is a mistake: known neither by a name nor by any article. */
export async function refuseUnknownCategories(
  client: pg.ClientBase,
  tenantId: string,
  categoryIds: readonly string[],
): Promise<void> {
  const asked = categoryIds.filter((id) => id !== '');
  if (asked.length === 0) return;
  const { rows } = await client.query<{ category_id: string }>(
    `select category_id from read_model.category_name where tenant_id = $1 and category_id = any($2::text[])
     union select category_id from read_model.text_segment where tenant_id = $1 and category_id = any($2::text[])`,
    [tenantId, asked],
  );
  const known = new Set(rows.map(({ category_id }) => category_id));
  const unknown = asked.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw new DomainError(
    'unknown-category',
    `No category is known as "${unknown}".`,
    { parameter: 'category' },
    'invalid',
  );
}
