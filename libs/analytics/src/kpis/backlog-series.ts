/**
 * A series of backlogs out of the cells: the backlog of the first instant, and what began and ended since then. Pure.
 *
 * Cells count what happens within an hour, so the instants are full hours. Between two of them lie whole days and the hours
 * from each instant to the nearer end of its day; whatever the time zone, a day of a series costs a dozen hours at most.
 */
import { addPacked } from '../cells/cell.js';
import { metricKey } from '../cells/metrics.js';
import type { Range } from './cell-ranges.js';

const hourMs = 3_600_000;

export const isFullHour = (ms: number): boolean => ms % hourMs === 0;

/** The cells that `seriesOf` needs for these instants (full hours, ascending). */
export function seriesCells(instants: readonly number[]): { readonly hours: readonly Range[]; readonly days: Range } {
  const hours: Range[] = [];
  for (const instant of instants) {
    const place = placeOf(instant);
    const range = { from: place.from, to: Math.max(place.to, place.hour + 1) };
    const last = hours.at(-1);
    if (last && last.to >= range.from) hours[hours.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else hours.push(range);
  }
  return { hours, days: { from: placeOf(instants[0] ?? 0).days, to: placeOf(instants.at(-1) ?? 0).days } };
}

interface Place {
  readonly hour: number;
  /** Ascends with the instants: whole days before the instant, and one more where the hours after it are taken away again. */
  readonly days: number;
  /** The hours between the instant and the end of those days. */
  readonly from: number;
  readonly to: number;
  readonly sign: 1 | -1;
}

function placeOf(instant: number): Place {
  const hour = instant / hourMs;
  const day = Math.floor(hour / 24);
  return hour - day * 24 <= 12
    ? { hour, days: day, from: day * 24, to: hour, sign: 1 }
    : { hour, days: day + 1, from: hour, to: (day + 1) * 24, sign: -1 };
}

const keys = {
  starts: metricKey('backlogStarts', 'flow'),
  ends: metricKey('backlogEnds', 'flow'),
  startsOnHour: metricKey('backlogStartsOnHour', 'flow'),
  endsOnHour: metricKey('backlogEndsOnHour', 'flow'),
};

/** What some cells of one group say, by slot: how much the backlog grew in it, and how much of that at its beginning. */
export class Growth {
  private readonly within = new Map<number, number>();
  private readonly atBeginning = new Map<number, number>();

  add(slot: number, packed: Buffer): void {
    addTo(this.within, slot, countOf(packed, keys.starts) - countOf(packed, keys.ends));
    addTo(this.atBeginning, slot, countOf(packed, keys.startsOnHour) - countOf(packed, keys.endsOnHour));
  }

  sum(from: number, to: number): number {
    let sum = 0;
    for (let slot = from; slot < to; slot++) sum += this.within.get(slot) ?? 0;
    return sum;
  }

  beginningOf(slot: number): number {
    return this.atBeginning.get(slot) ?? 0;
  }
}

const addTo = (map: Map<number, number>, slot: number, n: number): void => {
  if (n !== 0) map.set(slot, (map.get(slot) ?? 0) + n);
};

function countOf(packed: Buffer, key: number): number {
  const counted = { n: 0, sum: 0, buckets: undefined };
  addPacked(counted, packed, key);
  return counted.n;
}

/** The backlog at each instant: at the first it is `first`. */
export function seriesOf(instants: readonly number[], first: number, hours: Growth, days: Growth): number[] {
  const origin = placeOf(instants[0] ?? 0);
  // Up to the instant itself: a span that begins at it is in its backlog, one that ends at it is not.
  const upTo = ({ hour, from, to, sign }: Place) => sign * hours.sum(from, to) + hours.beginningOf(hour);
  let day = origin.days;
  let ofDays = 0;
  return instants.map((instant) => {
    const place = placeOf(instant);
    ofDays += days.sum(day, place.days);
    day = place.days;
    return first + ofDays + upTo(place) - upTo(origin);
  });
}
