/** Which metrics a question needs, on which basis, and whether the cells have them. Pure. */
import { isExactLimit } from '../../cells/buckets.js';
import { cuboidFor, type Dimension as CellDimension } from '../../cells/cuboids.js';
import { type Basis, basesOf, type MetricName, metrics } from '../../cells/metrics.js';
import type { Dimension } from '../definitions/dimensions.js';
import { type Figure, type Form, termOf } from '../definitions/forms.js';
import type { Span } from '../definitions/period.js';
import { dimensionsUsed, type Question } from '../definitions/question.js';
import type { FactMetric } from '../sql/sources.js';

export interface Need {
  readonly metric: FactMetric;
  readonly basis: Basis;
  /** Set where values matter, not only how many: limits in seconds to count values up to. */
  readonly limits?: readonly number[];
  /** Percentiles from the values themselves. */
  readonly exact?: boolean;
  /** How many tickets have each value: for small whole numbers. */
  readonly tally?: boolean;
}

/** Whether the cells count a metric on a basis. */
export const hasBasis = (metric: FactMetric, basis: Basis): boolean =>
  isCellMetric(metric) ? basesOf(metric).includes(basis) : basis === 'moment';

/**
 * True where who owned the ticket when the fact was made decides who gets it: by agent, or by department "of the fact".
 */
export function isCredited(question: Question): boolean {
  const used = dimensionsUsed(question);
  const byFact = (dimension: 'department' | 'priority') =>
    used.includes(dimension) && question.ownership[dimension] === 'fact';
  return used.includes('agent') || byFact('department') || byFact('priority');
}

/** Everything a KPI of the forms that are made of metrics needs for its answer. */
export function needsOf(question: Question): readonly Need[] {
  const { form } = question.kpi;
  switch (form.kind) {
    case 'count': {
      const counting = question.cohort === 'flow' ? form.flow : form.cohort;
      const credited = isCredited(question) ? 'moment' : 'opening';
      return figures(counting?.value ?? [], counting?.parts, question.cohort === 'flow' ? 'flow' : credited);
    }
    case 'duration':
      return durationNeeds(question, form);
    case 'rate':
      return rateNeeds(question, form);
    case 'per-ticket':
      if (question.cohort === 'flow') return ratio(form.flow, 'flow');
      return [
        { metric: 'tickets', basis: 'opening' },
        { metric: form.metric, basis: 'opening', limits: [0], exact: question.exact, tally: true },
        ...(form.total
          ? [{ metric: form.total, basis: 'opening', limits: [0], exact: question.exact, tally: true } as const]
          : []),
        ...figures([], form.parts, 'opening'),
      ];
    case 'backlog':
    case 'backlog-age':
      return [];
  }
}

function rateNeeds(question: Question, form: Extract<Form, { kind: 'rate' }>): readonly Need[] {
  const { within, cohort } = question;
  const needs = ratio(cohort === 'flow' ? form.flow : form.cohort, cohort === 'flow' ? 'flow' : 'opening');
  if (!within || !form.within) return needs;
  const basis = cohort === 'flow' ? 'flow' : 'opening';
  return [
    ...needs.filter(({ metric }) => metric !== form.within),
    { metric: form.within, basis, limits: [within.seconds] },
  ];
}

function durationNeeds(question: Question, form: Extract<Form, { kind: 'duration' }>): readonly Need[] {
  const { cohort, exact } = question;
  const limits = question.bands.map(({ seconds }) => seconds);
  if (cohort === 'flow') return [{ metric: form.metric, basis: 'flow', limits, exact }];
  const pending: Need = { metric: `pending:${form.metric}`, basis: 'moment' };
  const young: Need = { metric: `young:${form.metric}`, basis: 'moment', limits };
  // Credit follows the fact; a ticket without one belongs to whoever has it now. So each ticket belongs to one.
  if (isCredited(question)) {
    const missing: Need = { metric: `missing:${form.metric}`, basis: 'moment' };
    return [{ metric: form.metric, basis: 'moment', limits, exact }, missing, pending, young];
  }
  return [
    { metric: form.metric, basis: 'opening', limits, exact },
    { metric: 'tickets', basis: 'opening' },
    form.open ? { metric: form.open, basis: 'opening' } : pending,
    young,
  ];
}

const ratio = (of: Extract<Form, { kind: 'rate' }>['cohort'] | undefined, basis: Basis): readonly Need[] =>
  of ? figures([...of.numerator, ...of.denominator], of.parts, basis) : [];

function figures(value: Figure, parts: Readonly<Record<string, Figure>> | undefined, wanted: Basis): readonly Need[] {
  const terms = [...value, ...Object.values(parts ?? {}).flat()].map(termOf);
  return [...new Set(terms.map(({ metric }) => metric))].map((metric) => ({
    metric,
    // What is counted at the opening only happens there: its flow is its opening.
    basis: hasBasis(metric, wanted) ? wanted : 'opening',
    ...(terms.some((term) => term.metric === metric && term.summed) ? { limits: [] } : {}),
  }));
}

const hourMs = 3_600_000;
export const onWholeHours = ({ fromMs, toMs }: Span): boolean => fromMs % hourMs === 0 && toMs % hourMs === 0;
const onWholeDays = ({ fromMs, toMs }: Span): boolean => fromMs % (24 * hourMs) === 0 && toMs % (24 * hourMs) === 0;

const cellDimensions: readonly Dimension[] = ['department', 'channel', 'priority', 'agent', 'activity'];

/** The cuboid whose cells have the need's answer for these spans, or undefined: then the facts must be asked. */
export function cuboidOf(need: Need, question: Question, spans: readonly Span[]): number | undefined {
  const used = dimensionsUsed(question);
  const { ownership } = question;
  const { metric, basis } = need;
  if (question.bots !== 'with') return undefined;
  if (!isCellMetric(metric) || !hasBasis(metric, basis)) return undefined;
  if (need.exact || !(need.limits ?? []).every(isExactLimit)) return undefined;
  if (!spans.every(onWholeHours)) return undefined;
  if (!used.every((dimension) => cellDimensions.includes(dimension))) return undefined;
  if (used.includes('agent') && basis === 'opening') return undefined;
  const matches = (dimension: 'department' | 'priority') =>
    !used.includes(dimension) ||
    ownership[dimension] === 'fact' ||
    (ownership[dimension] === 'opening' && basis === 'opening');
  if (!matches('department') || !matches('priority')) return undefined;
  return cuboidFor(used as readonly CellDimension[], spans.every(onWholeDays) ? 'day' : 'hour')?.id;
}

export const isCellMetric = (metric: FactMetric): metric is MetricName => Object.hasOwn(metrics, metric);
