/** SQL for the rows behind a number. Pure: builds text and parameters. */
import { columnOf, itemsSql, Parameters, type Scope, type Statement } from './facts-sql.js';
import { termOf } from '../definitions/forms.js';
import { instantText } from '../definitions/period.js';
import { isCredited, type Need, needsOf } from '../measure/needs.js';
import type { Question } from '../definitions/question.js';
import { type ItemSource, sourceOf, timeOf } from './sources.js';
import { openTicketsSql } from './backlog-sql.js';

/** Where the next page goes on: time, ticket, part and ordinal of the last row. */
export type RowKey = readonly [at: string, ticketId: string, part: number, ordinal: number];

/** One kind of row behind a number, and what each adds to count and sum. */
interface Part {
  readonly need: Need;
  readonly n: string;
  readonly value: string;
  readonly where?: string;
}

/**
 * The rows of a question in parts. Their `n` add up to `count` and their `value` to `sum`: of a count the number
 * itself, of a duration or a mean its n and sum, of a rate its denominator and numerator.
 */
function partsOf(question: Question): readonly Part[] {
  const { kpi, cohort, within } = question;
  const { form } = kpi;
  const basis = cohort === 'flow' ? 'flow' : 'opening';
  switch (form.kind) {
    case 'count':
      return (
        (cohort === 'flow' ? form.flow : form.cohort)?.value.map((term) => {
          const { metric, sign } = termOf(term);
          const need = needFor(question, metric);
          const { n } = sourceOf(metric);
          return { need, n, value: sign === 1 ? n : `-${n}` };
        }) ?? []
      );
    case 'duration': {
      const credited = isCredited(question) ? 'moment' : 'opening';
      const need: Need = { metric: form.metric, basis: cohort === 'flow' ? 'flow' : credited };
      return [{ need, n: '1', value: sourceOf(form.metric).value ?? '0' }];
    }
    case 'per-ticket':
      if (cohort !== 'flow' || !form.flow) {
        return [{ need: { metric: form.metric, basis }, n: '1', value: sourceOf(form.metric).value ?? '0' }];
      }
      return [
        ...form.flow.denominator.map((term) => asDenominator(question, termOf(term).metric)),
        ...form.flow.numerator.map((term) => asNumerator(question, termOf(term).metric)),
      ];
    case 'rate': {
      if (cohort === 'flow' && form.flow) {
        const limited = within && form.within ? [form.within] : form.flow.numerator.map((term) => termOf(term).metric);
        return [
          ...form.flow.denominator.map((term) => asDenominator(question, termOf(term).metric)),
          ...limited.map((metric) => asNumerator(question, metric, within?.seconds)),
        ];
      }
      const numerator =
        within && form.within ? [form.within] : form.cohort.numerator.map((term) => termOf(term).metric);
      const [is, counts] = [numerator, form.cohort.denominator.map((term) => termOf(term).metric)].map((metrics) =>
        metrics.map((metric) => conditionOf(sourceOf(metric))).join(' or '),
      );
      const limit = within ? ` and ${sourceOf(numerator[0] ?? 'tickets').value} <= ${within.seconds}` : '';
      const yes = `(${is})${limit}`;
      const need: Need = { metric: 'tickets', basis: 'opening' };
      return [{ need, n: `(${counts})::int`, value: `(${yes})::int`, where: `((${counts}) or ${yes})` }];
    }
    case 'backlog':
    case 'backlog-age':
      return [];
  }
}

const conditionOf = ({ where }: ItemSource) => `(${where})`;

const needFor = (question: Question, metric: Need['metric']): Need =>
  needsOf(question).find((need) => need.metric === metric) ?? { metric, basis: 'opening' };

const asDenominator = (question: Question, metric: Need['metric']): Part => ({
  need: needFor(question, metric),
  n: sourceOf(metric).n,
  value: '0',
});

function asNumerator(question: Question, metric: Need['metric'], limit?: number): Part {
  const { n, value } = sourceOf(metric);
  return {
    need: needFor(question, metric),
    n: '0',
    value: n,
    ...(limit === undefined || value === undefined ? {} : { where: `${value} <= ${limit}` }),
  };
}

const ticketColumns = `f.ticket_id, f.number, f.status, f.opened_at, f.channel`;

function itemRows(scope: Scope, parameters: Parameters): readonly string[] {
  const { question } = scope;
  return partsOf(question).map(({ need, n, value, where }, part) => {
    const source = sourceOf(need.metric);
    // Those of the moment the fact was made, whatever is asked for: a filter chooses rows, and changes none.
    const column = (dimension: 'department' | 'priority' | 'agent') =>
      columnOf(dimension, { ...need, basis: 'moment' }, source, question);
    return `select ${timeOf(source, need.basis)} as at, ${part} as part, ${source.kind ? 'm.ordinal' : '0'} as ordinal,
      ${ticketColumns}, ${column('department')} as department_id, ${column('priority')} as priority,
      ${column('agent')} as agent_id, (${n})::bigint as n, (${value})::bigint as value
      ${itemsSql(need, scope, parameters)}${where ? ` and ${where}` : ''}`;
  });
}

function openSql({ tenantId, question, nowMs }: Scope, parameters: Parameters): string {
  const items = openTicketsSql({ tenantId, question, instants: [nowMs] }, parameters);
  const age = () =>
    `trunc(extract(epoch from ${parameters.add(instantText(nowMs))}::timestamptz - f.opened_at))::bigint`;
  return `select segment.opened_at as at, 0 as part, 0 as ordinal, ${ticketColumns}, segment.department_id, segment.priority,
    segment.agent_id as agent_id, 1::bigint as n, ${question.kpi.form.kind === 'backlog' ? '1::bigint' : age()} as value ${items}`;
}

/** One select for each part of the rows. */
const rowParts = (scope: Scope, parameters: Parameters): readonly string[] =>
  scope.question.kpi.form.kind === 'backlog' || scope.question.kpi.form.kind === 'backlog-age'
    ? [openSql(scope, parameters)]
    : itemRows(scope, parameters);

/** One row: count and sum of all rows. */
export function totalsSql(scope: Scope): Statement {
  const parameters = new Parameters();
  const rows = rowParts(scope, parameters).join(' union all ');
  return {
    text: `select coalesce(sum(n), 0)::float8 as count, coalesce(sum(value), 0)::float8 as sum from (${rows}) row`,
    values: parameters.values,
  };
}

/**
 * A page of rows by time; `at_text` is the time in full precision, for the key. For a backlog `scope.nowMs` is the
 * instant.
 */
export function rowsSql(scope: Scope, after: RowKey | undefined, limit: number): Statement {
  const parameters = new Parameters();
  const parts = rowParts(scope, parameters);
  const next = after
    ? `where at >= ${parameters.add(after[0])}::timestamptz and (at, ticket_id, part, ordinal) > (${parameters.add(after[0])}::timestamptz, ${parameters.add(after[1])}::uuid,
         ${parameters.add(after[2])}::int, ${parameters.add(after[3])}::int)`
    : '';
  const order = `order by at, ticket_id, part, ordinal limit ${parameters.add(limit)}`;
  // Each part by its own index and no further than the page: sorting what all of them have would read it all.
  const pages = parts.map((rows) => `(select * from (${rows}) row ${next} ${order})`);
  return {
    text: `select *, to_json(at)#>>'{}' as at_text, n::float8 as n, value::float8 as value
      from (${pages.join(' union all ')}) page ${order}`,
    values: parameters.values,
  };
}
