/**
 * A cell stands in several columns, each a packed cell of its own: a question reads those alone that have its metrics.
 * The distribution of a duration is long, and a question is about one of them, on one basis.
 */
import { type Basis, bases, durations, metricKey, type MetricName, metrics } from '../metrics.js';

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const ofDuration = (duration: string, basis: Basis) => `${snake(duration)}_${basis}`;

/** In the order in which `Cell.packColumns` hands them out. A storage format. */
export const cellColumns: readonly string[] = [
  'counts',
  'backlog',
  'per_ticket',
  ...durations.flatMap((duration) => bases.map((basis) => ofDuration(duration, basis))),
];

/** Place in `cellColumns` of what makes up the backlog. */
export const backlogColumn = cellColumns.indexOf('backlog');

/** Place in `cellColumns`, by metric key. */
const places: number[] = [];
for (const metric of Object.keys(metrics) as MetricName[]) {
  for (const basis of bases) places[metricKey(metric, basis)] = cellColumns.indexOf(nameOf(metric, basis));
}

function nameOf(metric: MetricName, basis: Basis): string {
  if ((durations as readonly MetricName[]).includes(metric)) return ofDuration(metric, basis);
  if (metric.startsWith('backlog')) return 'backlog';
  return metrics[metric].kind === 'distribution' ? 'per_ticket' : 'counts';
}

/** Which of `cellColumns` holds a metric. */
export const columnOfKey = (key: number): number => places[key] ?? 0;
