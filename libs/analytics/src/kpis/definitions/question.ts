/** What is asked: the parameters of a KPI's address, checked and put in order. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { cohortsOf } from './catalogue.js';
import { isOfItems, type ItemKpi, type KpiDefinition, type TicketKpi } from './kpi-definition.js';
import { type ItemDimension, itemDimensions, lasts } from './item-forms.js';
import { type Dimension, dimensions, type Filters, type MomentName, moments, type Ownership } from './dimensions.js';
import { type Cohort, cohorts } from './forms.js';
import { type BucketUnit, bucketUnits, isDate, momentOf, reversed, timeZoneOf } from './period.js';

/** An ISO 8601 duration as it was written, and in whole seconds. */
export interface Limit {
  readonly text: string;
  readonly seconds: number;
}

export type DimensionOf<Kpi> = Kpi extends ItemKpi ? ItemDimension : Dimension;

/** Of tickets, unless it says otherwise. */
export interface Question<Kpi extends KpiDefinition = TicketKpi> {
  readonly kpi: Kpi;
  readonly cohort: Cohort;
  /** Milliseconds since 1970; undefined where not given. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly timeZone: string;
  readonly bucket: BucketUnit | undefined;
  readonly groupBy: DimensionOf<Kpi> | undefined;
  readonly filters: Filters<DimensionOf<Kpi>>;
  /** Tickets that a bot opened: counted with the others, left out, or alone. */
  readonly bots: Bots;
  readonly ownership: Ownership;
  readonly bands: readonly Limit[];
  readonly within: Limit | undefined;
  readonly exact: boolean;
  /** The instant that is asked about, of what lasts; undefined: now. */
  readonly atMs: number | undefined;
}

export type QuestionOf<Kpi extends KpiDefinition> = Kpi extends KpiDefinition ? Question<Kpi> : never;
export type AnyQuestion = QuestionOf<KpiDefinition>;

export const asksOfItems = (question: AnyQuestion): question is Question<ItemKpi> => isOfItems(question.kpi);

export const bots = ['with', 'without', 'only'] as const;
export type Bots = (typeof bots)[number];

/** A query string: repeated parameters are lists. */
export type Query = Readonly<Record<string, unknown>>;

const defaultBands = ['PT1H', 'P1D', 'P2D'];
const maxBands = 20;
const maxFilterValues = 100;

const invalid = (code: string, parameter: string, message: string) =>
  new DomainError(code, message, { parameter }, 'invalid');

/** What it can be filtered and grouped by. */
function dimensionsOf<Kpi extends KpiDefinition>(kpi: Kpi): readonly DimensionOf<Kpi>[] {
  const own: readonly (Dimension | ItemDimension)[] = isOfItems(kpi)
    ? itemDimensions[kpi.form.of]
    : dimensions.filter((dimension) => dimension !== 'activity' || kpi.id === 'activities');
  return own as readonly DimensionOf<Kpi>[];
}

/** The parameters a KPI understands. */
export function parametersOf(kpi: KpiDefinition): readonly string[] {
  const { form } = kpi;
  const always = ['from', 'to', 'timeZone', 'bucket', 'groupBy', ...dimensionsOf(kpi), 'clock'];
  const common = [...always, 'bots', 'exact'];
  switch (form.kind) {
    case 'items':
      return lasts(form) ? [...always, 'at'] : always;
    case 'item-durations':
      return [...always, 'bands'];
    case 'backlog':
      return [...common, 'at'];
    case 'backlog-age':
      return [...common, 'at', 'bands'];
    case 'duration':
      return [...common, 'departmentAt', 'priorityAt', 'cohort', 'bands'];
    case 'rate':
      return [...common, 'departmentAt', 'priorityAt', 'cohort', ...(form.within ? ['within'] : [])];
    case 'count':
    case 'per-ticket':
      return [...common, 'departmentAt', 'priorityAt', 'cohort'];
  }
}

/** A name that is not in the list, if there is one: a misspelt filter must never be ignored. */
export const unknownParameter = (query: Query, known: readonly string[]): string | undefined =>
  Object.keys(query).find((name) => !known.includes(name));

/** How many items a page may have: 1 to 200, 50 if not given. */
export function pageSizeOf(query: Query): number {
  const text = single(query, 'limit');
  if (text === undefined) return 50;
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > 200)
    throw invalid('invalid-parameter', 'limit', '"limit" must be a whole number from 1 to 200.');
  return size;
}

/**
 * Throws DomainError (kind `invalid`) naming the parameter for everything that cannot be asked. `timeZone` is used
 * where the query names none. Ids of departments and agents are not looked up here.
 */
export function questionOf<Kpi extends KpiDefinition>(
  kpi: Kpi,
  query: Query,
  defaults: { readonly timeZone: string },
): QuestionOf<Kpi> {
  const one = (name: string) => single(query, name);
  const zone = timeZoneOf(one('timeZone') ?? defaults.timeZone);
  const time = (name: string) => {
    const text = one(name);
    return text === undefined ? undefined : momentOf(text, zone, name);
  };
  choice(query, 'clock', ['calendar']);
  const question: Question<Kpi> = {
    kpi,
    cohort: cohortOf(kpi, query),
    fromMs: time('from'),
    toMs: time('to'),
    timeZone: zone,
    bucket: choice(query, 'bucket', bucketUnits),
    groupBy: groupByOf(kpi, query),
    filters: filtersOf(kpi, query),
    bots: choice<Bots>(query, 'bots', bots) ?? 'with',
    ownership: {
      department: choice<MomentName>(query, 'departmentAt', moments) ?? 'fact',
      priority: choice<MomentName>(query, 'priorityAt', moments) ?? 'fact',
    },
    bands: bandsOf(query),
    within: limitOf(one('within'), 'within'),
    exact: choice(query, 'exact', ['true', 'false']) === 'true',
    atMs: time('at'),
  };
  refuseContradictions(question, [one('from'), one('to')]);
  return question as QuestionOf<Kpi>;
}

function refuseContradictions(
  { fromMs, toMs, atMs, bucket, timeZone }: Omit<AnyQuestion, 'kpi' | 'groupBy' | 'filters'>,
  [from, to]: readonly (string | undefined)[],
): void {
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    if (fromMs === toMs && isLaterDate(from, to)) {
      throw invalid('no-such-day', 'from', `${timeZone} had no ${from}: its clocks went from the day before to ${to}.`);
    }
    throw reversed();
  }
  if (atMs !== undefined && bucket !== undefined) {
    throw invalid('contradicting-parameters', 'at', 'Ask for one instant with `at`, or for a series with `bucket`.');
  }
}

/** Two local dates in their order: then they begin at one instant only where the zone skipped what lies between. */
const isLaterDate = (from: string | undefined, to: string | undefined): boolean =>
  from !== undefined && to !== undefined && isDate(from) && isDate(to) && from < to;

function single(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid('repeated-parameter', name, `"${name}" can be given once only.`);
}

function choice<T extends string>(query: Query, name: string, allowed: readonly T[]): T | undefined {
  const value = single(query, name);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw invalid('invalid-parameter', name, `"${name}" must be ${allowed.join(', ')}; it is "${value}".`);
  }
  return found;
}

function cohortOf(kpi: KpiDefinition, query: Query): Cohort {
  const possible = cohortsOf(kpi);
  const cohort = choice(query, 'cohort', cohorts);
  if (cohort !== undefined && !possible.includes(cohort)) {
    throw invalid('cohort-not-possible', 'cohort', `${kpi.id} can only be asked with cohort=${possible.join(', ')}.`);
  }
  return cohort ?? possible[0] ?? 'cohort';
}

const groupByOf = <Kpi extends KpiDefinition>(kpi: Kpi, query: Query): DimensionOf<Kpi> | undefined =>
  choice(query, 'groupBy', dimensionsOf(kpi));

function filtersOf<Kpi extends KpiDefinition>(kpi: Kpi, query: Query): Filters<DimensionOf<Kpi>> {
  const filters: Partial<Record<DimensionOf<Kpi>, readonly string[]>> = {};
  for (const dimension of dimensionsOf(kpi)) {
    const given = query[dimension];
    if (given === undefined) continue;
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (values.length > maxFilterValues || !values.every(isFilterValue)) {
      throw invalid(
        'invalid-parameter',
        dimension,
        `"${dimension}" takes up to ${maxFilterValues} values of at most 300 characters.`,
      );
    }
    filters[dimension] = [...new Set(values)];
  }
  return filters;
}

const isFilterValue = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 300 && value.isWellFormed() && !value.includes('\u0000');

function bandsOf(query: Query): readonly Limit[] {
  const given = query['bands'];
  const texts = given === undefined ? defaultBands : (Array.isArray(given) ? given : [given]).flatMap(splitList);
  if (texts.length > maxBands) throw invalid('invalid-parameter', 'bands', `At most ${maxBands} bands.`);
  return texts.map((text) => limitOf(text, 'bands')).filter((limit) => limit !== undefined);
}

const splitList = (value: unknown): readonly string[] => String(value).split(',');

const durationText = /^P(?=\d|T\d)(\d{1,9}W)?(\d{1,9}D)?(T(?=\d)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?$/i;

/** Weeks, days, hours, minutes and seconds; a day has 24 hours. Months and years have no fixed length. */
function limitOf(text: string | undefined, parameter: string): Limit | undefined {
  if (text === undefined) return undefined;
  const parts = durationText.exec(text.toUpperCase());
  const [, weeks, days, , hours, minutes, seconds] = parts ?? [];
  const number = (part: string | undefined) => (part === undefined ? 0 : Number.parseInt(part, 10));
  const total =
    ((number(weeks) * 7 + number(days)) * 24 + number(hours)) * 3600 + number(minutes) * 60 + number(seconds);
  if (parts === null || total === 0 || total > 1e9) {
    throw invalid(
      'invalid-duration',
      parameter,
      `"${text}" is no ISO 8601 duration in weeks, days, hours, minutes or seconds, such as PT1H or P2D.`,
    );
  }
  return { text: text.toUpperCase(), seconds: total };
}

/** The dimensions that the answer needs to know apart. */
export const dimensionsUsed = ({ filters, groupBy }: Pick<Question, 'filters' | 'groupBy'>): readonly Dimension[] =>
  dimensions.filter((dimension) => dimension === groupBy || filters[dimension] !== undefined);
