/** The answer of a KPI, as it is sent. Pure. */
import { relativeErrorPercent } from '../../cells/buckets.js';
import type { KpiDefinition } from '../definitions/kpi-definition.js';
import type { Cohort } from '../definitions/forms.js';
import type { Measurable, Measures } from '../measure/measures.js';
import { type Bucket, instantText, type Period } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { type Read, type Summary, summaryOf } from './summary.js';
import type { Through } from './through.query.js';

export interface Definition {
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly population: string;
  readonly clock: 'calendar';
}

export interface Step extends Summary {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  /** Of a backlog: the instant. */
  readonly at?: string;
}

export interface Group extends Summary {
  /** Null: of those without one. */
  readonly key: string | null;
  readonly label: string | null;
  readonly series?: readonly Step[];
}

export interface Tally {
  readonly value: number;
  readonly tickets: number;
}

export interface Answer extends Summary {
  readonly kpi: string;
  readonly unit: string;
  readonly statistic: string;
  readonly definition: Definition;
  readonly cohort?: Cohort;
  readonly period?: { readonly from: string; readonly to: string; readonly timeZone: string };
  readonly at?: string;
  /** Percentiles, min and max from the facts. Everything else is always exact. */
  readonly exact: boolean;
  /** How far off percentiles, min and max may be. */
  readonly relativeErrorPercent: number;
  /** How many tickets have how many; of KPIs per ticket. */
  readonly distribution?: readonly Tally[];
  readonly totalDistribution?: readonly Tally[];
  readonly groupBy?: string;
  readonly groups?: readonly Group[];
  readonly bucket?: string;
  readonly series?: readonly Step[];
  readonly through: Through;
}

export const definitionOf = ({ version, title, text, population }: KpiDefinition): Definition => ({
  version,
  title,
  text,
  population,
  clock: 'calendar',
});

export interface Answering {
  readonly question: Question;
  readonly measures: Measures;
  readonly period: Period | undefined;
  /** The steps of the series; empty without one. */
  readonly buckets: readonly Bucket[];
  /** Of a backlog: one per bucket, or the one asked about. */
  readonly instants: readonly number[];
  readonly labels: ReadonlyMap<string, string>;
  readonly through: Through;
}

export function answerOf(answering: Answering): Answer {
  const { question, measures, period, buckets, instants, through } = answering;
  const { kpi, bucket, groupBy } = question;
  const ofBacklog = instants.length > 0;
  const lastInstant = instants.at(-1);
  // The whole of a backlog's series is its last instant: backlogs of different instants do not add up.
  const wholeBucket = ofBacklog ? instants.length - 1 : undefined;
  const read = reader(measures, undefined, wholeBucket);
  const exact = isExact(question, measures);
  return {
    kpi: kpi.id,
    unit: kpi.unit,
    statistic: kpi.statistic,
    ...summaryOf(question, read),
    definition: definitionOf(kpi),
    ...(ofBacklog ? {} : { cohort: question.cohort }),
    ...(period
      ? { period: { from: instantText(period.fromMs), to: instantText(period.toMs), timeZone: period.timeZone } }
      : {}),
    ...(lastInstant === undefined ? {} : { at: instantText(lastInstant) }),
    exact,
    relativeErrorPercent: exact ? 0 : relativeErrorPercent,
    ...distributionsOf(question, read),
    ...(bucket ? { bucket, series: seriesOf(question, measures, buckets, instants, undefined) } : {}),
    ...(groupBy ? { groupBy, groups: groupsOf(answering, wholeBucket) } : {}),
    through,
  };
}

const reader =
  (measures: Measures, group: string | undefined, bucket: number | undefined): Read =>
  (metric: Measurable) =>
    measures.get(metric, { group, bucket });

/** Counts, sums and rates are exact anyway; only values out of histograms are not. */
function isExact(question: Question, measures: Measures): boolean {
  const { form } = question.kpi;
  if (form.kind !== 'duration' && form.kind !== 'per-ticket') return true;
  if (form.kind === 'per-ticket' && question.cohort === 'flow') return true;
  return question.exact || (measures.get(form.metric, {}).spread?.exact ?? false);
}

function distributionsOf({ kpi: { form } }: Question, read: Read): Pick<Answer, 'distribution' | 'totalDistribution'> {
  if (form.kind !== 'per-ticket') return {};
  const tallyOf = (metric: Measurable) => read(metric).tally?.map(([value, tickets]) => ({ value, tickets }));
  const [distribution, total] = [tallyOf(form.metric), form.total && tallyOf(form.total)];
  return { ...(distribution ? { distribution } : {}), ...(total ? { totalDistribution: total } : {}) };
}

function seriesOf(
  question: Question,
  measures: Measures,
  buckets: readonly Bucket[],
  instants: readonly number[],
  group: string | undefined,
): readonly Step[] {
  return buckets.map(({ label, fromMs, toMs }, index) => {
    const at = instants[index];
    return {
      label,
      from: instantText(fromMs),
      to: instantText(toMs),
      ...(at === undefined ? {} : { at: instantText(at) }),
      ...summaryOf(question, reader(measures, group, index)),
    };
  });
}

function groupsOf(
  { question, measures, buckets, instants, labels }: Answering,
  wholeBucket: number | undefined,
): readonly Group[] {
  const groups = measures.groups.map((group) => ({
    key: group === '' ? null : group,
    label: group === '' ? null : (labels.get(group) ?? group),
    ...summaryOf(question, reader(measures, group, wholeBucket)),
    ...(question.bucket ? { series: seriesOf(question, measures, buckets, instants, group) } : {}),
  }));
  return groups.sort((a, b) => sizeOf(b) - sizeOf(a) || (a.label ?? '').localeCompare(b.label ?? ''));
}

/** Largest groups first. */
const sizeOf = ({ of, n, denominator, value }: Summary): number => of ?? n ?? denominator ?? value ?? 0;
