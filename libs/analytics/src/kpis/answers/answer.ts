/** The answer of a KPI, as it is sent. Pure. */
import { relativeErrorPercent } from '../../cells/buckets.js';
import type { KpiDefinition } from '../definitions/kpi-definition.js';
import type { Cohort } from '../definitions/forms.js';
import type { Cut } from '../measure/measures.js';
import { type Bucket, instantText, type Period } from '../definitions/period.js';
import type { AnyQuestion } from '../definitions/question.js';
import type { Summary } from './summary.js';
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
  /** Of what lasts, such as a backlog: the instant. */
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
  readonly question: Pick<AnyQuestion, 'kpi' | 'cohort' | 'bucket' | 'groupBy'>;
  /** What is said of the whole, a group, a bucket. */
  readonly summaryAt: (cut: Cut) => Summary;
  /** Keys, '' of things without one. */
  readonly groups: readonly string[];
  /** Percentiles, min and max are from the facts, or there are none. */
  readonly exact: boolean;
  readonly distributions?: Pick<Answer, 'distribution' | 'totalDistribution'>;
  readonly period: Period | undefined;
  /** The steps of the series; empty without one. */
  readonly buckets: readonly Bucket[];
  /** Of what lasts: one per bucket, or the one asked about. */
  readonly instants: readonly number[];
  readonly labels: ReadonlyMap<string, string>;
  readonly through: Through;
}

export function answerOf(answering: Answering): Answer {
  const { question, summaryAt, exact, distributions, period, instants, through } = answering;
  const { kpi, bucket, groupBy } = question;
  const lasts = instants.length > 0;
  const lastInstant = instants.at(-1);
  // The whole of a series of what lasts is its last instant: what was there at different instants does not add up.
  const wholeBucket = lasts ? instants.length - 1 : undefined;
  return {
    kpi: kpi.id,
    unit: kpi.unit,
    statistic: kpi.statistic,
    ...summaryAt({ bucket: wholeBucket }),
    definition: definitionOf(kpi),
    ...(lasts ? {} : { cohort: question.cohort }),
    ...(period
      ? { period: { from: instantText(period.fromMs), to: instantText(period.toMs), timeZone: period.timeZone } }
      : {}),
    ...(lastInstant === undefined ? {} : { at: instantText(lastInstant) }),
    exact,
    relativeErrorPercent: exact ? 0 : relativeErrorPercent,
    ...distributions,
    ...(bucket ? { bucket, series: seriesOf(answering, undefined) } : {}),
    ...(groupBy ? { groupBy, groups: groupsOf(answering, wholeBucket) } : {}),
    through,
  };
}

function seriesOf({ summaryAt, buckets, instants }: Answering, group: string | undefined): readonly Step[] {
  return buckets.map(({ label, fromMs, toMs }, index) => {
    const at = instants[index];
    return {
      label,
      from: instantText(fromMs),
      to: instantText(toMs),
      ...(at === undefined ? {} : { at: instantText(at) }),
      ...summaryAt({ group, bucket: index }),
    };
  });
}

function groupsOf(answering: Answering, wholeBucket: number | undefined): readonly Group[] {
  const { question, summaryAt, labels } = answering;
  const groups = answering.groups.map((group) => ({
    key: group === '' ? null : group,
    label: group === '' ? null : (labels.get(group) ?? group),
    ...summaryAt({ group, bucket: wholeBucket }),
    ...(question.bucket ? { series: seriesOf(answering, group) } : {}),
  }));
  return groups.sort((a, b) => sizeOf(b) - sizeOf(a) || (a.label ?? '').localeCompare(b.label ?? ''));
}

/** Largest groups first. */
const sizeOf = ({ of, n, denominator, value }: Summary): number => of ?? n ?? denominator ?? value ?? 0;
