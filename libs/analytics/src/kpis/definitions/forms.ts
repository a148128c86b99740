/** The arithmetic a KPI can have. Its parts are metrics; how they are counted is said beside each metric. */
import type { Duration, MetricName } from '../../cells/metrics.js';

/** One summand: how many of a metric, the same taken away, or the sum of a distribution's values. */
export type Term = MetricName | `-${MetricName}` | `sum:${MetricName}`;
export type Figure = readonly Term[];
/** Named numbers shown beside the value. */
export type Parts = Readonly<Record<string, Figure>>;

export interface Counting {
  readonly value: Figure;
  readonly parts?: Parts;
}
export interface Ratio {
  readonly numerator: Figure;
  readonly denominator: Figure;
  readonly parts?: Parts;
}

/** `cohort`: tickets opened in the period. `flow`: what happened in the period, whenever its ticket was opened. */
export const cohorts = ['cohort', 'flow'] as const;
export type Cohort = (typeof cohorts)[number];

export type Form =
  | { readonly kind: 'count'; readonly cohort?: Counting; readonly flow?: Counting }
  /** Seconds from the opening, or spent. `open`: the tickets that may still come to it, where a metric has them. */
  | { readonly kind: 'duration'; readonly metric: Duration; readonly open?: MetricName }
  /** `within` replaces the numerator by those of this duration that took at most so long. */
  | { readonly kind: 'rate'; readonly cohort: Ratio; readonly flow?: Ratio; readonly within?: MetricName }
  /** A mean over all tickets. `total`: the same without the headline's limit. */
  | {
      readonly kind: 'per-ticket';
      readonly metric: MetricName;
      readonly total?: MetricName;
      readonly parts?: Parts;
      readonly flow?: Ratio;
    }
  | { readonly kind: 'backlog' }
  | { readonly kind: 'backlog-age' };

/** The summand's metric, its sign, and whether values are summed instead of items counted. */
export function termOf(term: Term): { readonly metric: MetricName; readonly sign: 1 | -1; readonly summed: boolean } {
  if (term.startsWith('-')) return { metric: term.slice(1) as MetricName, sign: -1, summed: false };
  if (term.startsWith('sum:')) return { metric: term.slice(4) as MetricName, sign: 1, summed: true };
  return { metric: term as MetricName, sign: 1, summed: false };
}
