/**
 * SQL for figures of the knowledge base and of the community: how each measure is counted, at instants or in periods, and
 * row by row. Pure: builds text and parameters. Property tests hold it against computations of their own.
 */
import { segmentsCovering } from '../../projection/covering-segments.js';
import { type Counted, figuresOf, type ItemDimension, type Measure, measuresOf } from '../definitions/item-forms.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import { instantText, type Span } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { isOneOf, Parameters, spreadColumns, type Statement } from './facts-sql.js';

export interface ItemScope {
  readonly tenantId: string;
  readonly question: Question<ItemKpi>;
  /** Of what lasts: ascending, milliseconds since 1970. */
  readonly instants: readonly number[];
  /** Of what happens: the period, or its buckets, in order and without gaps. */
  readonly spans: readonly Span[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** What one item adds; or, where items are counted once for each value of a column, that column. */
type Adding = { readonly adds: string } | { readonly each: 'article_id' | 'locale' | 'session_id' };

const whether = (condition: string): Adding => ({ adds: `(${condition})::int` });
const one: Adding = { adds: '1' };

/** From when on a question is old enough to say whether it was answered in time; so long it was to be answered. */
const inTimeSeconds = 48 * 3600;
const isOld = `item.age_seconds >= ${inTimeSeconds}`;
const isAnswered = 'item.first_answer_seconds is not null';

const adding: Readonly<Record<Measure, Adding>> = {
  articles: { each: 'article_id' },
  languages: { each: 'locale' },
  texts: one,
  translations: whether('item.is_translation'),
  outdatedTexts: whether('item.outdated_blocks > 0'),
  outdatedWords: { adds: 'item.outdated_words' },
  sourceWords: { adds: 'item.source_words' },
  ratings: one,
  helpful: whether('item.helpful'),
  unhelpful: whether('not item.helpful'),
  visits: { each: 'session_id' },
  views: { adds: 'item.views' },
  otherLanguageViews: { adds: 'item.other_language_views' },
  searches: { adds: 'item.searches' },
  zeroResultSearches: { adds: 'item.zero_result_searches' },
  openedSearches: { adds: 'item.opened_searches' },
  forms: one,
  deflected: whether(`item.outcome in ('confirmed', 'read')`),
  confirmed: whether(`item.outcome = 'confirmed'`),
  read: whether(`item.outcome = 'read'`),
  tickets: whether(`item.outcome = 'ticket'`),
  abandoned: whether(`item.outcome = 'abandoned'`),
  suggestionsShown: { adds: 'item.suggestions_shown' },
  suggestionsOpened: { adds: 'item.suggestions_opened' },
  questions: one,
  answered: whether(isAnswered),
  unanswered: whether(`not (${isAnswered})`),
  solved: whether('item.solved'),
  answers: { adds: 'item.answers' },
  votes: { adds: 'item.votes' },
  firstAnswerSeconds: { adds: 'item.first_answer_seconds' },
  old: whether(isOld),
  young: whether(`not (${isOld})`),
  unansweredInTime: whether(`${isOld} and coalesce(item.first_answer_seconds > ${inTimeSeconds}, true)`),
  neverAnswered: whether(`${isOld} and not (${isAnswered})`),
};

const columns: Readonly<Record<ItemDimension, string>> = {
  language: 'item.locale',
  category: 'item.category_id',
  device: 'item.device',
};

/**
 * Items of the scope: those of a text with `step`, the place of the instant; all with `at`, and `key`, which tells those of
 * one time apart. `article_id`, `session_id` and `topic_id` where they have one.
 */
const itemsOf: Readonly<Record<Counted, (scope: ItemScope, parameters: Parameters) => string>> = {
  texts({ tenantId, instants }, parameters) {
    const tenant = parameters.add(tenantId);
    const at = parameters.add(instants.map(instantText));
    return `select segment.*, (asked.step - 1)::int as step, segment.from_at as at, null::uuid as session_id,
        null::uuid as topic_id, segment.article_id || ' ' || segment.locale as key
      from unnest(${at}::timestamptz[]) with ordinality as asked (at, step)
      cross join ${segmentsCovering('read_model.text_segment', tenant, 'asked.at')}`;
  },
  ratings: (scope, parameters) => `
    select r.*, coalesce(a.category_id, '') as category_id, null::uuid as session_id, null::uuid as topic_id,
      r.article_id || ' ' || r.locale || ' ' || r.voter_id as key, ${stepSql(scope, parameters)} as step
    from read_model.article_rating r
    left join read_model.knowledge_article a on a.tenant_id = r.tenant_id and a.article_id = r.article_id
    where ${within('r', scope, parameters)}`,
  reading: (scope, parameters) => `
    select r.*, null::uuid as article_id, null::uuid as topic_id, r.session_id || ' ' || r.locale as key,
      ${stepSql(scope, parameters)} as step
    from read_model.visit_reading r where ${within('r', scope, parameters)}`,
  forms: (scope, parameters) => `
    select r.*, null::uuid as article_id, null::uuid as topic_id, r.form_id::text as key, ${stepSql(scope, parameters)} as step
    from read_model.ticket_form r where ${within('r', scope, parameters)}`,
  questions: (scope, parameters) => `
    select r.*, null::uuid as article_id, null::uuid as session_id, r.topic_id::text as key,
      trunc(extract(epoch from ${parameters.add(instantText(scope.nowMs))}::timestamptz - r.at))::bigint as age_seconds,
      ${stepSql(scope, parameters)} as step
    from read_model.question_fact r where ${within('r', scope, parameters)}`,
};

const stepSql = ({ spans }: ItemScope, parameters: Parameters): string =>
  `width_bucket(r.at, ${parameters.add(spans.map(({ fromMs }) => instantText(fromMs)))}::timestamptz[]) - 1`;

const within = (alias: string, { tenantId, spans }: ItemScope, parameters: Parameters): string =>
  [
    `${alias}.tenant_id = ${parameters.add(tenantId)}`,
    `${alias}.at >= ${parameters.add(instantText(spans[0]?.fromMs ?? 0))}`,
    `${alias}.at < ${parameters.add(instantText(spans.at(-1)?.toMs ?? 0))}`,
  ].join(' and ');

/** From and where: the items that the question's filters let through, as `item`. */
function itemsSql(scope: ItemScope, parameters: Parameters): string {
  const { question } = scope;
  const items = itemsOf[question.kpi.form.of](scope, parameters);
  const conditions = Object.entries(question.filters).map(([dimension, values]) =>
    isOneOf(columns[dimension as ItemDimension], values, `${parameters.add(values)}::text[]`),
  );
  return `from (${items}) item where ${['true', ...conditions].join(' and ')}`;
}

function aggregate(measure: Measure): string {
  const counted = adding[measure];
  const sum = 'each' in counted ? `count(distinct item.${counted.each})` : `coalesce(sum(${counted.adds}), 0)`;
  return `${sum}::float8 as "${measure}"`;
}

/**
 * Rows: step (of the instants, or of the buckets, from 0; null: the whole period), grp (null: all of them), and each
 * measure by its name; of durations the columns of `spreadColumns` as well, and `young`, as many items without one as are
 * younger than each band. What has no item has no row.
 */
export function measuresSql(scope: ItemScope): Statement {
  const { question } = scope;
  const parameters = new Parameters();
  const group = question.groupBy === undefined ? `''` : columns[question.groupBy];
  const items = itemsSql(scope, parameters);
  const sets = ['(step, grp)', '(step)', '(grp)', '()'];
  const text = `
    select step, grp, grouping(grp) = 1 as is_whole, ${measuresOf(question.kpi.form).map(aggregate).join(', ')}
      ${spreadSql(question, parameters)}
    from (select item.*, ${group} as grp ${items}) item
    group by grouping sets (${sets.join(', ')})`;
  return { text, values: parameters.values };
}

function spreadSql({ kpi: { form }, bands }: Question<ItemKpi>, parameters: Parameters): string {
  if (form.kind !== 'item-durations') return '';
  const limits = bands.map(({ seconds }) => seconds);
  const young = limits.map(
    (limit) =>
      `count(*) filter (where ${addsOf(form.open)} <> 0 and item.age_seconds <= ${parameters.add(limit)}::bigint)::float8`,
  );
  return `${spreadColumns(limits, parameters, addsOf(form.seconds))}, array[${young.join(', ')}]::float8[] as young`;
}

function addsOf(measure: Measure): string {
  const counted = adding[measure];
  if ('adds' in counted) return counted.adds;
  throw new Error(`Items do not add up to ${measure}: it counts what is different.`);
}

/** Where the next page goes on: time and key of the last row. */
export type ItemRowKey = readonly [at: string, key: string];

/**
 * What is behind the number of the only instant or of the period, each with what it adds to `count` (n) and `sum`
 * (value): of a share the measure it is a share of, and the measure; of a duration whether it is measured, and its seconds;
 * else one, and the measure. What adds nothing is left out.
 */
function addingSql(scope: ItemScope, parameters: Parameters): string {
  const { form } = scope.question.kpi;
  const [value, over] = form.kind === 'items' ? [form.value, form.over] : [form.seconds, form.measured];
  const items = itemsSql(scope, parameters);
  const counted = adding[value];
  if ('each' in counted) {
    const own = (column: string, type: string) => (column === counted.each ? `item.${column}` : `null::${type}`);
    return `select min(item.at) as at, item.${counted.each}::text as key, ${own('article_id', 'uuid')} as article_id,
      ${own('locale', 'text')} as locale, ${own('session_id', 'uuid')} as session_id, null::uuid as topic_id, 1 as n, 1 as value
      ${items} group by item.${counted.each}`;
  }
  const n = over ? addsOf(over) : `(${counted.adds} <> 0)::int`;
  return `select item.at, item.key, item.article_id, item.locale, item.session_id, item.topic_id, ${n} as n, ${counted.adds} as value
    ${items} and (${n} <> 0 or ${counted.adds} <> 0)`;
}

/** One row: count and sum of all that is behind the number. */
export function itemTotalsSql(scope: ItemScope): Statement {
  const parameters = new Parameters();
  const rows = addingSql(scope, parameters);
  const text = `select coalesce(sum(n), 0)::float8 as count, coalesce(sum(value), 0)::float8 as sum from (${rows}) found`;
  return { text, values: parameters.values };
}

/** What rows are about: the table that has their numbers and categories, and its id. */
const subjects = {
  'knowledge-facts': { table: 'knowledge_article', id: 'article_id' },
  'community-facts': { table: 'question_fact', id: 'topic_id' },
} as const;

/** A page by time, with the numbers of articles and questions; `at_text` is the time in full precision, for the key. */
export function itemRowsSql(scope: ItemScope, after: ItemRowKey | undefined, limit: number): Statement {
  const parameters = new Parameters();
  const rows = addingSql(scope, parameters);
  const next = after
    ? `where (at, key) > (${parameters.add(after[0])}::timestamptz, ${parameters.add(after[1])}::text)`
    : '';
  const { table, id } = subjects[figuresOf[scope.question.kpi.form.of]];
  const text = `
    select found.at, found.key, found.article_id, found.locale, found.session_id, found.topic_id, found.n::float8 as n,
      found.value::float8 as value, to_json(found.at)#>>'{}' as at_text, a.number::float8 as number, a.category_id
    from (select * from (${rows}) found ${next} order by at, key limit ${parameters.add(limit)}) found
    left join read_model.${table} a
      on a.tenant_id = ${parameters.add(scope.tenantId)} and a.${id} = found.${id}
    order by found.at, found.key`;
  return { text, values: parameters.values };
}
