/** The contributions of one ticket, to be compared with those it made before. Pure. */
import type { Place } from './contributions.js';
import { type Basis, bases, metricKey, type MetricName, metrics } from './metrics.js';

/** `keys[basis][metric]`: asked for a hundred times an event. */
const keys = Object.fromEntries(
  bases.map((basis) => [
    basis,
    Object.fromEntries((Object.keys(metrics) as MetricName[]).map((metric) => [metric, metricKey(metric, basis)])),
  ]),
) as Readonly<Record<Basis, Readonly<Record<MetricName, number>>>>;
const keyCount = 1 + Math.max(...Object.values(keys).flatMap((byMetric) => Object.values(byMetric)));

/** Parallel arrays that are filled again and again: a batch makes hundreds of thousands of contributions. */
export class ContributionList {
  size = 0;
  readonly places: Place[] = [];
  readonly keys: number[] = [];
  /** 0: cancelled. */
  readonly counts: number[] = [];
  readonly values: number[] = [];

  clear(): void {
    this.size = 0;
  }

  /** An `Add`. */
  readonly add = (place: Place, metric: MetricName, basis: Basis, n: number, value: number): void => {
    const at = this.size++;
    this.places[at] = place;
    this.keys[at] = keys[basis][metric];
    this.counts[at] = n;
    this.values[at] = value;
  };

  place(at: number): Place {
    const place = this.places[at];
    if (!place) throw new RangeError(`There are ${this.size} contributions, not ${at + 1}.`);
    return place;
  }
  key(at: number): number {
    return this.keys[at] ?? 0;
  }
  count(at: number): number {
    return this.counts[at] ?? 0;
  }
  value(at: number): number {
    return this.values[at] ?? 0;
  }
}

/** By key: the first contribution of a list with it, -1 for none. All -1 between two uses. */
const first = new Int32Array(keyCount).fill(-1);
/** By contribution: the next one with the same key. */
const next: number[] = [];

/** Sets the counts of what both lists say to 0: it stays as it was. */
export function cancel(before: ContributionList, after: ContributionList): void {
  for (let i = before.size - 1; i >= 0; i--) {
    next[i] = first[before.key(i)] ?? -1;
    first[before.key(i)] = i;
  }
  for (let j = 0; j < after.size; j++) cancelOne(before, after, j);
  for (let i = 0; i < before.size; i++) first[before.key(i)] = -1;
}

function cancelOne(before: ContributionList, after: ContributionList, j: number): void {
  const key = after.key(j);
  for (let i = first[key] ?? -1, last = -1; i >= 0; last = i, i = next[i] ?? -1) {
    if (before.count(i) !== after.count(j) || before.value(i) !== after.value(j)) continue;
    if (!isSame(before.place(i), after.place(j))) continue;
    before.counts[i] = 0;
    after.counts[j] = 0;
    // What has found its counterpart is not looked at again.
    if (last < 0) first[key] = next[i] ?? -1;
    else next[last] = next[i] ?? -1;
    return;
  }
}

const isSame = (a: Place, b: Place): boolean =>
  a === b ||
  (a.hour === b.hour &&
    a.department === b.department &&
    a.priority === b.priority &&
    a.channel === b.channel &&
    a.agent === b.agent &&
    a.activity === b.activity);
