/** Measured metrics, as a whole and by group and bucket: what cells and facts both come to. Pure. */
import type { FactMetric } from '../sql/sources.js';

/** How the values of a metric are distributed. Without values everything but `within` is undefined. */
export interface Spread {
  readonly sum: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly median?: number | undefined;
  readonly p75?: number | undefined;
  readonly p90?: number | undefined;
  readonly p95?: number | undefined;
  /** How many values are at most each limit of the need. */
  readonly within: readonly number[];
  /** Percentiles, min and max from the values themselves; otherwise within the histograms' error. */
  readonly exact: boolean;
}

/** A spread as SQL answers it: see `spreadColumns` in sql/facts-sql.ts. */
export interface SpreadRow {
  readonly sum?: number;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly percentiles?: readonly number[] | null;
  readonly within?: readonly number[];
}

export function exactSpread({ sum = 0, min, max, percentiles, within = [] }: SpreadRow): Spread {
  const [median, p75, p90, p95] = percentiles ?? [];
  return { sum, min: min ?? undefined, max: max ?? undefined, median, p75, p90, p95, within, exact: true };
}

export interface Measured {
  readonly n: number;
  readonly spread?: Spread;
  /** Value → how many, ascending; only of the whole. */
  readonly tally?: readonly (readonly [value: number, n: number])[];
}

/** Undefined group: all of them. Undefined bucket: the whole period. '' is the group of things without one. */
export interface Cut {
  readonly group?: string | undefined;
  readonly bucket?: number | undefined;
}

/** What can be measured: metrics, and the open tickets of an instant. */
export type Measurable = FactMetric | 'backlog';

const keyOf = (metric: Measurable, { group, bucket }: Cut) => JSON.stringify([metric, group, bucket]);

const nothing: Measured = { n: 0 };

export class Measures {
  private readonly byKey = new Map<string, Measured>();
  private readonly groupNames = new Set<string>();

  set(metric: Measurable, cut: Cut, measured: Measured): void {
    this.byKey.set(keyOf(metric, cut), measured);
    if (cut.group !== undefined) this.groupNames.add(cut.group);
  }

  get(metric: Measurable, cut: Cut): Measured {
    return this.byKey.get(keyOf(metric, cut)) ?? nothing;
  }

  get groups(): readonly string[] {
    return [...this.groupNames];
  }
}
