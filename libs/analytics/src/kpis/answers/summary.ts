/** From measured metrics to what an answer says of them. Pure. */
import { type Figure, type Form, type Parts, type Ratio, termOf } from '../definitions/forms.js';
import { isCredited } from '../measure/needs.js';
import type { Measurable, Measured, Spread } from '../measure/measures.js';
import type { Limit, Question } from '../definitions/question.js';

/** Why there is no value. */
export interface Reason {
  readonly code: 'no-tickets' | 'nothing-measured' | 'nothing-happened' | 'no-denominator' | 'empty-backlog';
  readonly text: string;
}

export interface Band {
  /** ISO 8601 duration. */
  readonly within: string;
  readonly n: number;
  /** Of `of`; null where that is 0. */
  readonly share: number | null;
  /** Not there yet, but young enough to come within. */
  readonly stillOpen: number;
}

/** Values of a distribution; null where there are none. Durations in whole seconds, percentiles between them. */
export interface Statistics {
  readonly n: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface Summary extends Partial<Statistics> {
  readonly value: number | null;
  readonly reason?: Reason;
  readonly of?: number;
  readonly open?: number;
  readonly bands?: readonly Band[];
  readonly numerator?: number;
  readonly denominator?: number;
  readonly ticketsWithAny?: number;
  readonly total?: { readonly sum: number; readonly mean: number | null; readonly ticketsWithAny: number };
  readonly parts?: Readonly<Record<string, number>>;
}

/** Gives a metric as measured for the place summed up: the whole, a group, a bucket. */
export type Read = (metric: Measurable) => Measured;

export function summaryOf(question: Question, read: Read): Summary {
  const { form } = question.kpi;
  switch (form.kind) {
    case 'count': {
      const counting = question.cohort === 'flow' ? form.flow : form.cohort;
      return { value: amount(counting?.value ?? [], read), ...partsOf(counting?.parts, read) };
    }
    case 'duration':
      return durationSummary(question, form, read);
    case 'rate':
      return rateSummary(question, form, read);
    case 'per-ticket':
      return question.cohort === 'flow' && form.flow ? ratioSummary(form.flow, read) : perTicketSummary(form, read);
    case 'backlog':
      return { value: read('backlog').n };
    case 'backlog-age':
      return ageSummary(question, read('backlog'));
  }
}

function ageSummary({ bands }: Question, measured: Measured): Summary {
  const statistics = statisticsOf(measured);
  return {
    value: statistics.median,
    ...(measured.n === 0 ? { reason: { code: 'empty-backlog', text: 'No ticket is open at the instant.' } } : {}),
    ...statistics,
    bands: bandsOf(bands, measured.spread, measured.n, []),
  };
}

function durationSummary(question: Question, form: Extract<Form, { kind: 'duration' }>, read: Read): Summary {
  const measured = read(form.metric);
  const statistics = statisticsOf(measured);
  const ofCohort = question.cohort === 'cohort';
  const credited = isCredited(question);
  const of = !ofCohort ? measured.n : credited ? measured.n + read(`missing:${form.metric}`).n : read('tickets').n;
  const open = !ofCohort ? 0 : read(form.open && !credited ? form.open : `pending:${form.metric}`).n;
  const young = ofCohort ? (read(`young:${form.metric}`).spread?.within ?? []) : [];
  return {
    value: statistics.median,
    ...(measured.n === 0 ? { reason: whyNothing(question, of, open) } : {}),
    ...statistics,
    of,
    open,
    bands: bandsOf(question.bands, measured.spread, of, young),
  };
}

function whyNothing({ cohort }: Question, of: number, open: number): Reason {
  if (cohort === 'flow') return { code: 'nothing-happened', text: 'It happened to no ticket in the period.' };
  if (of === 0) return { code: 'no-tickets', text: 'No ticket of the population was opened in the period.' };
  return { code: 'nothing-measured', text: `None of the ${of} tickets has come to it; ${open} of them are open.` };
}

export function bandsOf(
  limits: readonly Limit[],
  spread: Spread | undefined,
  of: number,
  young: readonly number[],
): readonly Band[] {
  return limits.map(({ text }, index) => {
    const n = spread?.within[index] ?? 0;
    return { within: text, n, share: of === 0 ? null : n / of, stillOpen: young[index] ?? 0 };
  });
}

function rateSummary(question: Question, form: Extract<Form, { kind: 'rate' }>, read: Read): Summary {
  const ratio = question.cohort === 'flow' && form.flow ? form.flow : form.cohort;
  if (!question.within || !form.within) return ratioSummary(ratio, read);
  return ratioSummary(ratio, read, read(form.within).spread?.within[0] ?? 0);
}

function ratioSummary(ratio: Ratio, read: Read, numerator = amount(ratio.numerator, read)): Summary {
  const denominator = amount(ratio.denominator, read);
  return {
    value: denominator === 0 ? null : numerator / denominator,
    ...(denominator === 0
      ? { reason: { code: 'no-denominator', text: 'Nothing to divide by: the population of the period is empty.' } }
      : {}),
    numerator,
    denominator,
    ...partsOf(ratio.parts, read),
  };
}

function perTicketSummary(form: Extract<Form, { kind: 'per-ticket' }>, read: Read): Summary {
  const measured = read(form.metric);
  const statistics = statisticsOf(measured);
  const any = ({ n, spread }: Measured) => n - (spread?.within[0] ?? 0);
  const total = form.total ? read(form.total) : undefined;
  return {
    value: statistics.mean,
    ...(measured.n === 0
      ? { reason: { code: 'no-tickets', text: 'No ticket of the population was opened in the period.' } }
      : {}),
    ...statistics,
    of: read('tickets').n,
    ticketsWithAny: any(measured),
    ...(total
      ? { total: { sum: total.spread?.sum ?? 0, mean: statisticsOf(total).mean, ticketsWithAny: any(total) } }
      : {}),
    ...partsOf(form.parts, read),
  };
}

export function statisticsOf({ n, spread }: Measured): Statistics {
  const sum = spread?.sum ?? 0;
  return {
    n,
    sum,
    mean: n === 0 ? null : sum / n,
    median: spread?.median ?? null,
    p75: spread?.p75 ?? null,
    p90: spread?.p90 ?? null,
    p95: spread?.p95 ?? null,
    min: spread?.min ?? null,
    max: spread?.max ?? null,
  };
}

function amount(figure: Figure, read: Read): number {
  return figure.map(termOf).reduce((sum, { metric, sign, summed }) => {
    const { n, spread } = read(metric);
    return sum + sign * (summed ? (spread?.sum ?? 0) : n);
  }, 0);
}

function partsOf(parts: Parts | undefined, read: Read): Pick<Summary, 'parts'> {
  if (!parts) return {};
  return { parts: Object.fromEntries(Object.entries(parts).map(([name, figure]) => [name, amount(figure, read)])) };
}
