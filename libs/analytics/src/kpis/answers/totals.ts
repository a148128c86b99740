/** Count and sum of the rows behind a number, from measures instead of the rows. Pure. */
import { termOf } from '../definitions/forms.js';
import type { Measures } from '../measure/measures.js';
import { type Need, needsOf } from '../measure/needs.js';
import type { Question } from '../definitions/question.js';
import type { FactMetric } from '../sql/sources.js';
import { type Read, summaryOf } from './summary.js';

/** What a list's rows add up to: see `partsOf` in rows-sql.ts. */
export interface Totals {
  readonly count: number;
  readonly sum: number;
}

/** The needs of the number itself, without what stands beside it; percentiles are of no interest here. */
export function totalsNeeds(question: Question): readonly Need[] {
  const wanted = metricsOf(question);
  return needsOf(question)
    .filter(({ metric }) => wanted.has(metric))
    .map(({ metric, basis, limits }) => ({
      metric,
      basis,
      ...(limits ? { limits: question.within ? limits : [] } : {}),
    }));
}

function metricsOf({ kpi: { form }, cohort, within }: Question): ReadonlySet<FactMetric> {
  switch (form.kind) {
    case 'count':
      return new Set((cohort === 'flow' ? form.flow : form.cohort)?.value.map((term) => termOf(term).metric));
    case 'duration':
      return new Set([form.metric]);
    case 'per-ticket':
    case 'rate': {
      const ratio = cohort === 'flow' || form.kind === 'per-ticket' ? form.flow : form.cohort;
      if (cohort === 'cohort' && form.kind === 'per-ticket') return new Set([form.metric, 'tickets']);
      const terms = [...(ratio?.numerator ?? []), ...(ratio?.denominator ?? [])];
      const limited = within && form.kind === 'rate' && form.within ? [form.within] : [];
      return new Set([...terms.map((term) => termOf(term).metric), ...limited]);
    }
    case 'backlog':
    case 'backlog-age':
      return new Set();
  }
}

/** `bucket`: of a backlog, its instant. */
export function totalsFrom(question: Question, measures: Measures, bucket: number | undefined): Totals {
  const read: Read = (metric) => measures.get(metric, { bucket });
  const { denominator, numerator = 0, n, sum = 0, value } = summaryOf(question, read);
  if (denominator !== undefined) return { count: denominator, sum: numerator };
  if (n !== undefined) return { count: n, sum };
  const count = totalsNeeds(question).reduce((items, { metric }) => items + read(metric).n, 0);
  return { count: bucket === undefined ? count : (value ?? 0), sum: value ?? 0 };
}
