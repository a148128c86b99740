/** Answers questions about the knowledge base and the community. Runs in the client's transaction: all of it sees one state. */
import { DomainError } from '@guichet/event-sourcing';
import type pg from 'pg';
import { type Answer, answerOf } from '../answers/answer.js';
import { type Asked, instantsOf, refuseManyCuts, refuseManyInstants } from '../answers/asked-instants.query.js';
import { periodOfQuestion } from '../answers/asked-period.query.js';
import { refuseUnknownValues } from '../answers/directory.query.js';
import { readThrough } from '../answers/through.query.js';
import { type Counted, figuresOf, lasts } from '../definitions/item-forms.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import { bucketsOf, type Span } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { together } from '../measure/together.js';
import { measuresSql } from '../sql/items-sql.js';
import { ItemMeasures, type MeasuredRow } from './item-measures.js';

const tables: Readonly<Record<Counted, readonly [table: string, time: string]>> = {
  texts: ['text_segment', 'from_at'],
  ratings: ['article_rating', 'at'],
  reading: ['visit_reading', 'at'],
  forms: ['ticket_form', 'at'],
  questions: ['question_fact', 'at'],
};

const firstDaySql = (of: Counted): string => {
  const [table, time] = tables[of];
  return `select floor(extract(epoch from min(${time})) / 86400)::int as day from read_model.${table} where tenant_id = $1`;
};

interface AskedTimes extends Asked {
  readonly spans: readonly Span[];
}

/** Instants of what lasts; the period of what happens, or its buckets. */
export async function askedTimes(
  client: pg.ClientBase,
  tenantId: string,
  question: Question<ItemKpi>,
  nowMs: number,
): Promise<AskedTimes> {
  const { form } = question.kpi;
  const firstDay = firstDaySql(form.of);
  if (lasts(form)) {
    const asked = await instantsOf(client, tenantId, question, nowMs, { firstDaySql: firstDay });
    refuseManyInstants(asked.instants);
    return { ...asked, spans: [] };
  }
  const period = await periodOfQuestion(client, tenantId, question, nowMs, firstDay);
  const buckets = question.bucket ? bucketsOf(period, question.bucket) : [];
  return { period, buckets, instants: [], spans: question.bucket ? buckets : [period] };
}

/** @throws DomainError (kind `invalid`) for questions that cannot be answered */
export async function answerOfItems(
  client: pg.ClientBase,
  tenantId: string,
  question: Question<ItemKpi>,
  nowMs: number,
): Promise<Answer> {
  const { spans, ...asked } = await askedTimes(client, tenantId, question, nowMs);
  const { text, values } = measuresSql({ tenantId, question, instants: asked.instants, spans, nowMs });
  const [, { rows }, through] = await together(
    refuseUnknown(client, tenantId, question),
    client.query<MeasuredRow>(text, [...values]),
    readThrough(client, figuresOf[question.kpi.form.of]),
  );
  const measured = new ItemMeasures(question, rows);
  const { groups } = measured;
  refuseManyCuts(groups, asked.buckets);
  const labels =
    question.groupBy === 'category'
      ? await categoryNames(client, tenantId, question, groups)
      : new Map<string, string>();
  const summaryAt = measured.summaryAt.bind(measured);
  return answerOf({ question, ...asked, summaryAt, groups, exact: true, labels, through });
}

/** Where categories have their names, the language of which comes first (SQL, of the tenant $1), and what is in them. */
const categories = {
  'knowledge-facts': {
    names: 'category_name',
    language: 'select source_locale from read_model.knowledge_library where tenant_id = $1',
    things: 'knowledge_article',
  },
  'community-facts': { names: 'forum_category_name', language: 'select null', things: 'community_topic' },
} as const;

/** In the language that articles are written in, where there is a name in it; else in English, else in any. */
async function categoryNames(
  client: pg.ClientBase,
  tenantId: string,
  { kpi }: Question<ItemKpi>,
  categoryIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { names, language } = categories[figuresOf[kpi.form.of]];
  const { rows } = await client.query<{ category_id: string; name: string }>(
    `select distinct on (c.category_id) c.category_id, c.name from read_model.${names} c
     where c.tenant_id = $1 and c.category_id = any($2::text[])
     order by c.category_id, c.locale = coalesce((${language}), 'en') desc, c.locale`,
    [tenantId, categoryIds],
  );
  return new Map(rows.map(({ category_id, name }) => [category_id, name]));
}

/** Throws `unknown-device`, or `unknown-category` for what is known neither by a name nor by anything in it. */
export async function refuseUnknown(
  client: pg.ClientBase,
  tenantId: string,
  { kpi, filters: { device = [], category = [] } }: Question<ItemKpi>,
): Promise<void> {
  await refuseUnknownValues(client, tenantId, { device });
  const asked = category.filter((id) => id !== '');
  if (asked.length === 0) return;
  const { names, things } = categories[figuresOf[kpi.form.of]];
  const { rows } = await client.query<{ category_id: string }>(
    `select category_id from read_model.${names} where tenant_id = $1 and category_id = any($2::text[])
     union select category_id from read_model.${things} where tenant_id = $1 and category_id = any($2::text[])`,
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
