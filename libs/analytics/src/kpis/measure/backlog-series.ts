/**
 * Backlogs out of the cells: what began and ended in all, less what did so after each instant. Pure.
 *
 * Cells count what happens within an hour, so the instants are full hours; what changes between another instant and a
 * full hour is for others to count. Between an instant and now lie whole days and the hours to the nearer end of its
 * day; whatever the time zone, a day of a series costs a dozen hours at most.
 */
import { eachMetric, eachPacked, type Reader } from '../../cells/packed/index.js';
import { foreverDay } from '../../cells/cuboids.js';
import { metricKey } from '../../cells/metrics.js';
import type { Range } from './cell-ranges.js';

const hourMs = 3_600_000;

/** The nearest full hour; the next one where it has not come yet: little can have changed until then. */
export function fullHourBy(instant: number, nowMs: number): number {
  const next = Math.ceil(instant / hourMs) * hourMs;
  return next > nowMs ? next : Math.round(instant / hourMs) * hourMs;
}

/** The last millisecond of an hour: what begins or ends at the next hour itself has not happened yet. */
export const isJustBeforeHour = (instant: number): boolean => (instant + 1) % hourMs === 0;

/** The cells that `seriesOf` needs for these instants (full hours, ascending). */
export function seriesCells(instants: readonly number[]): {
  readonly hours: readonly Range[];
  readonly days: Range;
  readonly later: Range;
  readonly ever: Range;
} {
  const hours: Range[] = [];
  for (const instant of instants) {
    const place = placeOf(instant);
    const range = { from: place.from, to: Math.max(place.to, place.hour + 1) };
    const last = hours.at(-1);
    if (last && last.to >= range.from) hours[hours.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else hours.push(range);
  }
  const [from, to] = [placeOf(instants[0] ?? 0).days, placeOf(instants.at(-1) ?? 0).days];
  const ever = { from: foreverDay, to: foreverDay + 1 };
  return { hours, days: { from, to }, later: { from: to, to: foreverDay }, ever };
}

interface Place {
  readonly hour: number;
  /**
   * Ascends with the instants: whole days before the instant, and one more where the hours after it are taken away
   * again.
   */
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

/**
 * What some cells of one group say, by slot: how much the backlog grew in it, and how much of that at its beginning.
 */
export class Growth {
  private readonly within = new Map<number, number>();
  private readonly atBeginning = new Map<number, number>();

  /** @param cells as `eachPacked` reads them. */
  add(slot: number, cells: Buffer): void {
    let [within, atBeginning] = [0, 0];
    const take = (key: number, reader: Reader): void => {
      if (key === keys.starts) within += reader.signed();
      else if (key === keys.ends) within -= reader.signed();
      else if (key === keys.startsOnHour) atBeginning += reader.signed();
      else if (key === keys.endsOnHour) atBeginning -= reader.signed();
    };
    eachPacked(cells, (reader, end) => eachMetric(reader, end, take));
    addTo(this.within, slot, within);
    addTo(this.atBeginning, slot, atBeginning);
  }

  sum(from: number, to: number): number {
    let sum = 0;
    for (let slot = from; slot < to; slot++) sum += this.within.get(slot) ?? 0;
    return sum;
  }

  get total(): number {
    return [...this.within.values()].reduce((sum, n) => sum + n, 0);
  }

  beginningOf(slot: number): number {
    return this.atBeginning.get(slot) ?? 0;
  }
}

const addTo = (map: Map<number, number>, slot: number, n: number): void => {
  if (n !== 0) map.set(slot, (map.get(slot) ?? 0) + n);
};

/** What `seriesCells` say of one group. */
export interface Growths {
  /** Of all days there are. */
  readonly ever: Growth;
  /** From the last instant's day on. */
  readonly later: Growth;
  /** From the first instant's day to the last one's. */
  readonly days: Growth;
  readonly hours: Growth;
}

/** The backlog at each instant (full hours, ascending), or just before it. */
export function seriesOf(
  instants: readonly number[],
  { ever, later, days, hours }: Growths,
  before: readonly boolean[],
): number[] {
  let day = placeOf(instants[0] ?? 0).days;
  let ofDays = ever.total - later.total - days.total;
  return instants.map((instant, index) => {
    const place = placeOf(instant);
    ofDays += days.sum(day, place.days);
    day = place.days;
    // Up to the instant itself: a span that begins at it is in its backlog, one that ends at it is not.
    const atInstant = before[index] ? 0 : hours.beginningOf(place.hour);
    return ofDays + place.sign * hours.sum(place.from, place.to) + atInstant;
  });
}
