/**
 * SQL for figures of the knowledge base: how each measure is counted, at instants, and row by row. Pure: builds text and
 * parameters. A property test holds it against a computation of its own.
 */
import { instantText } from '../definitions/period.js';
import type { KnowledgeDimension, KnowledgeForm, Measure } from '../definitions/knowledge-forms.js';
import type { KnowledgeKpi } from '../definitions/kpi-definition.js';
import type { Question } from '../definitions/question.js';
import { segmentsCovering } from '../../projection/covering-segments.js';
import { isOneOf, Parameters, type Statement } from './facts-sql.js';

export interface KnowledgeScope {
  readonly tenantId: string;
  readonly question: Question<KnowledgeKpi>;
  /** Ascending, milliseconds since 1970. */
  readonly instants: readonly number[];
}

/** What one item adds; or, where items are counted once for each value of a column, that column. */
type Counted = { readonly adds: string } | { readonly each: 'article_id' | 'locale' };

const whether = (condition: string): Counted => ({ adds: `(${condition})::int` });

const measures: Readonly<Record<Measure, Counted>> = {
  articles: { each: 'article_id' },
  languages: { each: 'locale' },
  texts: { adds: '1' },
  translations: whether('segment.is_translation'),
  outdatedTexts: whether('segment.outdated_blocks > 0'),
  outdatedWords: { adds: 'segment.outdated_words' },
  sourceWords: { adds: 'segment.source_words' },
};

const columns: Readonly<Record<KnowledgeDimension, string>> = {
  language: 'segment.locale',
  category: 'segment.category_id',
};

export const measuresOf = ({ value, over, parts = [] }: KnowledgeForm): readonly Measure[] => [
  ...new Set([value, ...(over ? [over] : []), ...parts]),
];

function aggregate(measure: Measure): string {
  const counted = measures[measure];
  const sum = 'each' in counted ? `count(distinct segment.${counted.each})` : `coalesce(sum(${counted.adds}), 0)`;
  return `${sum}::float8 as "${measure}"`;
}

function conditions({ question: { filters } }: KnowledgeScope, parameters: Parameters): string {
  const all = Object.entries(filters).map(([dimension, values]) =>
    isOneOf(columns[dimension as KnowledgeDimension], values, `${parameters.add(values)}::text[]`),
  );
  return ['true', ...all].join(' and ');
}

/** Rows: step (from 0), grp (null: all of them), and each measure by its name. Instants with nothing have no row. */
export function knowledgeSql(scope: KnowledgeScope): Statement {
  const { tenantId, question, instants } = scope;
  const parameters = new Parameters();
  const tenant = parameters.add(tenantId);
  const at = parameters.add(instants.map(instantText));
  const group = question.groupBy && columns[question.groupBy];
  const sets = group ? `grouping sets ((asked.step), (asked.step, ${group}))` : 'asked.step';
  const text = `
    select (asked.step - 1)::int as step, ${group ? `${group}` : 'null'} as grp,
      ${group ? `grouping(${group}) = 1` : 'true'} as is_whole,
      ${measuresOf(question.kpi.form).map(aggregate).join(', ')}
    from unnest(${at}::timestamptz[]) with ordinality as asked (at, step)
    cross join ${segmentsCovering('read_model.text_segment', tenant, 'asked.at')}
    where ${conditions(scope, parameters)} group by ${sets}`;
  return { text, values: parameters.values };
}

/** Where the next page goes on: time and key of the last row. */
export type KnowledgeRowKey = readonly [at: string, key: string];

/**
 * The items behind the number at the only instant, each with what it adds to `count` (n) and `sum` (value): of a share
 * the measure it is a share of, and the measure; else one, and the measure. Items that add nothing are left out.
 */
function itemsSql(scope: KnowledgeScope, parameters: Parameters): string {
  const { tenantId, question, instants } = scope;
  const { value, over } = question.kpi.form;
  const tenant = parameters.add(tenantId);
  const at = `${parameters.add(instantText(instants[0] ?? 0))}::timestamptz`;
  const from = `from ${segmentsCovering('read_model.text_segment', tenant, at)} where ${conditions(scope, parameters)}`;
  const counted = measures[value];
  if ('each' in counted) {
    const [article, locale] =
      counted.each === 'article_id' ? ['segment.article_id', 'null'] : ['null', 'segment.locale'];
    return `select min(segment.from_at) as at, segment.${counted.each}::text as key, ${article}::uuid as article_id,
      ${locale}::text as locale, 1 as n, 1 as value ${from} group by segment.${counted.each}`;
  }
  const below = over && measures[over];
  const n = below && 'adds' in below ? below.adds : `(${counted.adds} <> 0)::int`;
  return `select segment.from_at as at, segment.article_id || ' ' || segment.locale as key, segment.article_id,
    segment.locale, ${n} as n, ${counted.adds} as value ${from} and (${n} <> 0 or ${counted.adds} <> 0)`;
}

/** One row: count and sum of all items. */
export function knowledgeTotalsSql(scope: KnowledgeScope): Statement {
  const parameters = new Parameters();
  const items = itemsSql(scope, parameters);
  const text = `select coalesce(sum(n), 0)::float8 as count, coalesce(sum(value), 0)::float8 as sum from (${items}) item`;
  return { text, values: parameters.values };
}

/** A page of items by time, with the numbers of their articles; `at_text` is the time in full precision, for the key. */
export function knowledgeRowsSql(scope: KnowledgeScope, after: KnowledgeRowKey | undefined, limit: number): Statement {
  const parameters = new Parameters();
  const items = itemsSql(scope, parameters);
  const next = after
    ? `where (at, key) > (${parameters.add(after[0])}::timestamptz, ${parameters.add(after[1])}::text)`
    : '';
  const text = `
    select item.at, item.key, item.article_id, item.locale, item.n::float8 as n, item.value::float8 as value,
      to_json(item.at)#>>'{}' as at_text, a.number::float8 as number, a.category_id
    from (select * from (${items}) item ${next} order by at, key limit ${parameters.add(limit)}) item
    left join read_model.knowledge_article a
      on a.tenant_id = ${parameters.add(scope.tenantId)} and a.article_id = item.article_id
    order by item.at, item.key`;
  return { text, values: parameters.values };
}
