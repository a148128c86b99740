/** SQL for the backlog at one instant or many. Pure: builds text and parameters. */
import { segmentsCovering, spanClass } from '../../projection/covering-segments.js';
import type { Dimension } from '../definitions/dimensions.js';
import { isOneOf, Parameters, type Statement } from './facts-sql.js';
import { instantText } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';

export interface BacklogScope {
  readonly tenantId: string;
  readonly question: Question;
  /** Ascending, milliseconds since 1970. */
  readonly instants: readonly number[];
}

/** Department, priority, agent and tags are those of the instant; the others a ticket has for good. */
function columnOf(dimension: Dimension): string {
  switch (dimension) {
    case 'department':
      return 'segment.department_id';
    case 'priority':
      return 'segment.priority';
    case 'channel':
      return 'segment.channel';
    case 'agent':
      return 'segment.agent_id';
    case 'requester':
      return `coalesce(f.requester_id, '')`;
    case 'device':
    case 'locale':
      return `coalesce(f.${dimension}, '')`;
    case 'tag':
      return `coalesce(tag.name, '')`;
    case 'activity':
      throw new Error('The backlog has no activities.');
  }
}

const ofTheTicket: readonly Dimension[] = ['requester', 'device', 'locale'];

function joins({ filters, groupBy }: Question): string {
  const needed = ofTheTicket.some((dimension) => groupBy === dimension || filters[dimension] !== undefined);
  const ticket = `join read_model.ticket_fact f on f.tenant_id = segment.tenant_id and f.ticket_id = segment.ticket_id`;
  return `${needed ? ticket : ''}${groupBy === 'tag' ? ' left join lateral unnest(segment.tags) as tag (name) on true' : ''}`;
}

function filterSql({ filters, bots }: Question, parameters: Parameters): string {
  const conditions = Object.entries(filters).map(([name, values]) => {
    const dimension = name as Dimension;
    const list = `${parameters.add(values)}::text[]`;
    if (dimension === 'tag') return `(segment.tags && ${list} or segment.tags = '{}' and '' = any(${list}))`;
    return isOneOf(columnOf(dimension), values, list);
  });
  if (bots !== 'with') conditions.push(`${bots === 'without' ? 'not ' : ''}segment.opened_by_bot`);
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

/**
 * Rows: step, grp (null: all of them), delta. The backlog at the instant with index i is the sum of the deltas of steps
 * 0 to i. Reads the segments that cover the first instant and those that begin after it, whatever the number of
 * instants.
 */
export function backlogSql(scope: BacklogScope): readonly Statement[] {
  const { question } = scope;
  // Apart, because a ticket is in the group of each of its tags, but once in the whole.
  const whole = stepsOf({ ...scope, question: { ...question, groupBy: undefined } });
  return question.groupBy ? [whole, stepsOf(scope)] : [whole];
}

function stepsOf({ tenantId, question, instants }: BacklogScope): Statement {
  const parameters = new Parameters();
  const tenant = `${parameters.add(tenantId)}::uuid`;
  const all = `${parameters.add(instants.map(instantText))}::timestamptz[]`;
  const first = `${parameters.add(instantText(instants[0] ?? 0))}::timestamptz`;
  const last = `${parameters.add(instantText(instants.at(-1) ?? 0))}::timestamptz`;
  const longest = spanClass(0, null);
  const group = question.groupBy ? columnOf(question.groupBy) : 'null';
  // How many instants lie before: an interval is [from, to), and timestamps have whole microseconds.
  const before = (time: string) => `width_bucket(${time} - interval '1 microsecond', ${all})`;
  const filter = filterSql(question, parameters);
  return {
    text: `with touched as (
        select segment.* from ${segmentsCovering('read_model.backlog_segment', tenant, first)}
        union all
        select s.* from generate_series(0, ${longest}) as class (span_class)
        cross join lateral (select t.* from read_model.backlog_segment t where t.tenant_id = ${tenant}
          and t.span_class = class.span_class and t.from_at > ${first} and t.from_at <= ${last} offset 0) as s),
      step as (
        select ${before('segment.from_at')} as starts, ${before('segment.to_at')} as ends, ${group}::text as grp
        from touched segment ${joins(question)} ${filter})
      select step, grp, sum(delta)::float8 as delta
      from (select starts as step, grp, 1 as delta from step union all select ends, grp, -1 from step) change
      group by step, grp`,
    values: parameters.values,
  };
}

/**
 * Rows: step (index of the instant), grp (null: not asked for), n: how many more segments began than ended between each
 * instant and its full hour, from the earlier (left out) to the later (with it).
 */
export function backlogChangesSql({ tenantId, question, instants }: BacklogScope, hours: readonly number[]): Statement {
  const parameters = new Parameters();
  const tenant = `${parameters.add(tenantId)}::uuid`;
  const bounds = [Math.min, Math.max].map((of) =>
    instants.map((instant, index) => instantText(of(instant, hours[index] ?? instant))),
  );
  // One pair as plain parameters: a plan for any of them is as good as one for these.
  const pairs =
    instants.length === 1
      ? `(values (${bounds.map(([only]) => `${parameters.add(only)}::timestamptz`).join(', ')}, 1))`
      : `unnest(${bounds.map((all) => `${parameters.add(all)}::timestamptz[]`).join(', ')}) with ordinality`;
  const between = `${pairs} as between (earlier, later, i)`;
  const group = question.groupBy ? columnOf(question.groupBy) : 'null';
  const filter = filterSql(question, parameters);
  return {
    // Beginnings by a look at each class's index, endings by one at their own.
    text: `select i::int - 1 as step, grp, sum(delta)::float8 as n from (
        select i, ${group}::text as grp, 1 as delta from ${between}
          cross join generate_series(0, ${spanClass(0, null)}) as class (span_class)
          cross join lateral (select t.* from read_model.backlog_segment t where t.tenant_id = ${tenant}
            and t.span_class = class.span_class and t.from_at > earlier and t.from_at <= later offset 0) as segment ${filter}
        union all
        select i, ${group}::text, -1 from ${between}
          cross join lateral (select t.* from read_model.backlog_segment t where t.tenant_id = ${tenant}
            and t.to_at > earlier and t.to_at <= later and t.to_at < 'infinity' offset 0) as segment ${filter}) change
      group by i, grp`,
    values: parameters.values,
  };
}

/**
 * Rows: bucket (index of the instant), grp (null: all of them), n, sum, min, max, percentiles, within. Ages in whole
 * seconds since the opening.
 */
export function backlogAgeSql(scope: BacklogScope): readonly Statement[] {
  const { question } = scope;
  if (!question.groupBy) return [agesOf(scope, ['(bucket)'])];
  if (question.groupBy !== 'tag') return [agesOf(scope, ['(bucket)', '(bucket, grp)'])];
  // A ticket is in the group of each of its tags, but once in the whole.
  return [
    agesOf({ ...scope, question: { ...question, groupBy: undefined } }, ['(bucket)']),
    agesOf(scope, ['(bucket, grp)']),
  ];
}

function agesOf({ tenantId, question, instants }: BacklogScope, sets: readonly string[]): Statement {
  const parameters = new Parameters();
  const tenant = `${parameters.add(tenantId)}::uuid`;
  const all = `${parameters.add(instants.map(instantText))}::timestamptz[]`;
  const group = question.groupBy ? columnOf(question.groupBy) : `''`;
  const filter = filterSql(question, parameters);
  const limits = question.bands.map(
    ({ seconds }) => `count(*) filter (where age <= ${parameters.add(seconds)}::bigint)::float8`,
  );
  return {
    text: `select bucket::int, ${question.groupBy ? 'grp' : 'null'} as grp, count(*)::float8 as n, sum(age)::float8 as sum,
        min(age)::float8 as min, max(age)::float8 as max,
        percentile_cont(array[0.5, 0.75, 0.9, 0.95]) within group (order by age::float8) as percentiles,
        array[${limits.join(', ')}]::float8[] as within
      from (select i - 1 as bucket, ${group} as grp, trunc(extract(epoch from at.at - segment.opened_at))::bigint as age
        from unnest(${all}) with ordinality as at (at, i)
        cross join ${segmentsCovering('read_model.backlog_segment', tenant, 'at.at')} ${joins(question)} ${filter}) aged
      group by grouping sets (${sets.join(', ')})`,
    values: parameters.values,
  };
}

/**
 * From, joins and where of the tickets open at an instant, as `segment` and `f`, in the order of their opening: a page
 * reads few facts.
 */
export function openTicketsSql({ tenantId, question, instants }: BacklogScope, parameters: Parameters): string {
  const tenant = `${parameters.add(tenantId)}::uuid`;
  const at = `${parameters.add(instantText(instants[0] ?? 0))}::timestamptz`;
  const filter = filterSql(question, parameters);
  return `from (select segment.* from ${segmentsCovering('read_model.backlog_segment', tenant, at)}
      order by segment.opened_at, segment.ticket_id offset 0) segment
    join read_model.ticket_fact f on f.tenant_id = segment.tenant_id and f.ticket_id = segment.ticket_id ${filter}`;
}
