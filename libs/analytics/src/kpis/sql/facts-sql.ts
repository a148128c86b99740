/** SQL that answers a need from the facts. Pure: builds text and parameters. */
import type { Dimension } from '../definitions/dimensions.js';
import type { Need } from '../measure/needs.js';
import { instantText, type Span } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { type ItemSource, sourceOf, timeOf } from './sources.js';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of a new parameter. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export interface Scope {
  readonly tenantId: string;
  readonly question: Question;
  /** The period, or its buckets: in order, without gaps. */
  readonly spans: readonly Span[];
  readonly nowMs: number;
}

/** The column that says a dimension of an item, '' where it has none. */
export function columnOf(dimension: Dimension, need: Need, source: ItemSource, { ownership }: Question): string {
  const own = (moment: 'department' | 'priority') => {
    const suffix = moment === 'department' ? 'department_id' : 'priority';
    switch (ownership[moment]) {
      case 'fact':
        return need.basis === 'opening' ? `f.opening_${suffix}` : source.place[moment];
      case 'opening':
        return `f.opening_${suffix}`;
      case 'resolution':
        return `f.first_resolved_${suffix}`;
      case 'now':
        return `f.${suffix}`;
    }
  };
  const column = (): string => {
    switch (dimension) {
      case 'department':
      case 'priority':
        return own(dimension);
      case 'agent':
        return need.basis === 'opening' ? 'f.agent_id' : source.place.agent;
      case 'requester':
        return 'f.requester_id';
      case 'channel':
      case 'device':
      case 'locale':
        return `f.${dimension}`;
      case 'tag':
        return 'tag.name';
      case 'activity':
        return 'm.detail';
    }
  };
  return `coalesce(${column()}, '')`;
}

/** From and where of the items that a question's need is about, each with its time in the first span to the last. */
export function itemsSql(need: Need, { tenantId, question, spans, nowMs }: Scope, parameters: Parameters): string {
  const source = sourceOf(need.metric);
  const time = timeOf(source, need.basis);
  const tenant = parameters.add(tenantId);
  const from = parameters.add(instantText(spans[0]?.fromMs ?? 0));
  const to = parameters.add(instantText(spans.at(-1)?.toMs ?? 0));
  const conditions = [
    `f.tenant_id = ${tenant}`,
    'f.opened_at is not null',
    source.where,
    `${time} >= ${from}`,
    `${time} < ${to}`,
    ...filterConditions(need, source, question, parameters),
    ...botsCondition(question),
  ];
  if (need.metric.startsWith('young:')) {
    const longest = Math.max(0, ...question.bands.map(({ seconds }) => seconds));
    conditions.push(`f.opened_at >= ${parameters.add(instantText(nowMs - longest * 1000))}`);
  }
  const moments = source.kind
    ? ` join read_model.ticket_moment m on m.tenant_id = f.tenant_id and m.ticket_id = f.ticket_id
          and m.tenant_id = ${tenant} and m.kind = ${parameters.add(source.kind)}`
    : '';
  return `from read_model.ticket_fact f${moments}${tagJoin(question)} where ${conditions.join(' and ')}`;
}

const tagJoin = ({ groupBy }: Question) =>
  groupBy === 'tag' ? ' left join lateral unnest(f.tags) as tag (name) on true' : '';

/**
 * A column of `columnOf` is one of the values. The bare column where it may be: of an expression the planner believes
 * that next to nothing fits, and sorts all of a period for a page of rows.
 */
export function isOneOf(column: string, values: readonly string[], list: string): string {
  const bare = /^coalesce\((.*), ''\)$/.exec(column)?.[1];
  return `${values.includes('') ? column : (bare ?? column)} = any(${list})`;
}

function filterConditions(need: Need, source: ItemSource, question: Question, parameters: Parameters): string[] {
  return Object.entries(question.filters).map(([name, values]) => {
    const dimension = name as Dimension;
    const list = `${parameters.add(values)}::text[]`;
    if (dimension === 'tag') return `(f.tags && ${list} or f.tags = '{}' and '' = any(${list}))`;
    return isOneOf(columnOf(dimension, need, source, question), values, list);
  });
}

function botsCondition({ bots }: Question): readonly string[] {
  if (bots === 'with') return [];
  return [`f.opened_by is ${bots === 'without' ? '' : 'not '}distinct from 'bot'`];
}

/** Seconds of what is being measured; of young tickets, their age. */
function valueOf(need: Need, source: ItemSource, nowMs: number, parameters: Parameters): string | undefined {
  if (!need.metric.startsWith('young:')) return source.value;
  return `trunc(extract(epoch from ${parameters.add(instantText(nowMs))}::timestamptz - f.opened_at))::bigint`;
}

/**
 * Rows: bucket (from 0; null: all of them), grp (null: all of them), n; with limits also sum, min, max, percentiles
 * (median, p75, p90, p95) and within (how many at most each limit).
 */
export function measureSql(need: Need, scope: Scope): readonly Statement[] {
  const { question } = scope;
  const bucketed = question.bucket !== undefined;
  const whole = ['()', ...(bucketed ? ['(bucket)'] : [])];
  const grouped = ['(grp)', ...(bucketed ? ['(bucket, grp)'] : [])];
  if (!question.groupBy) return [aggregate(need, scope, whole)];
  if (question.groupBy !== 'tag') return [aggregate(need, scope, [...whole, ...grouped])];
  // A ticket is in the group of each of its tags, but once in the whole.
  const ungrouped = { ...scope, question: { ...question, groupBy: undefined } };
  return [aggregate(need, ungrouped, whole), aggregate(need, scope, grouped)];
}

function aggregate(need: Need, scope: Scope, sets: readonly string[]): Statement {
  const { question, spans, nowMs } = scope;
  const parameters = new Parameters();
  const source = sourceOf(need.metric);
  const items = itemsSql(need, scope, parameters);
  const columns = [`${source.n} as n`, `${valueOf(need, source, nowMs, parameters) ?? '0'} as value`];
  if (question.bucket !== undefined) {
    const edges = parameters.add(spans.map(({ fromMs }) => instantText(fromMs)));
    columns.push(`width_bucket(${timeOf(source, need.basis)}, ${edges}::timestamptz[]) - 1 as bucket`);
  }
  if (question.groupBy) columns.push(`${columnOf(question.groupBy, need, source, question)} as grp`);
  return {
    text: `select ${question.bucket === undefined ? 'null' : 'bucket'} as bucket, ${question.groupBy ? 'grp' : 'null'} as grp,
             coalesce(sum(n), 0)::float8 as n${need.limits ? spreadColumns(need.limits, parameters) : ''}
           from (select ${columns.join(', ')} ${items}) item
           group by grouping sets (${sets.join(', ')})`,
    values: parameters.values,
  };
}

/** Columns of a `SpreadRow`, with a comma before them; `value` that is null is left out. */
export function spreadColumns(limits: readonly number[], parameters: Parameters, value = 'value'): string {
  const counts = limits.map((limit) => `count(*) filter (where ${value} <= ${parameters.add(limit)}::bigint)::float8`);
  return `, coalesce(sum(${value}), 0)::float8 as sum, min(${value})::float8 as min, max(${value})::float8 as max,
    percentile_cont(array[0.5, 0.75, 0.9, 0.95]) within group (order by ${value}::float8) as percentiles,
    array[${counts.join(', ')}]::float8[] as within`;
}

/** Rows: value, n. How many items have each value. */
export function tallySql(need: Need, scope: Scope): Statement {
  const parameters = new Parameters();
  const source = sourceOf(need.metric);
  const items = itemsSql(need, { ...scope, question: { ...scope.question, groupBy: undefined } }, parameters);
  return {
    text: `select ${source.value}::float8 as value, count(*)::float8 as n ${items} group by 1 order by 1`,
    values: parameters.values,
  };
}
