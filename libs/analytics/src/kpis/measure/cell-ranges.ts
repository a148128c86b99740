/**
 * Which hourly, daily and weekly cells make up a span of whole hours: the longest in the middle, hours at its ends.
 * Pure.
 */
import { firstDayOf, type Tier, weekOf } from '../../cells/cuboids.js';
import type { Span } from '../definitions/period.js';

/** Half-open, in slots of a tier. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type CellRanges = Readonly<Record<Tier, readonly Range[]>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every hour of the spans once; neighbouring ranges are joined. The spans are in order and do not overlap. */
export function cellRanges(spans: readonly Span[]): CellRanges {
  const ranges = { hour: [] as Range[], day: [] as Range[], week: [] as Range[] };
  for (const { fromMs, toMs } of spans) {
    const hours = { from: fromMs / hourMs, to: toMs / hourMs };
    const days = { from: Math.ceil(hours.from / 24), to: Math.floor(hours.to / 24) };
    const weeks = { from: weekOf(days.from + 6), to: weekOf(days.to) };
    around(ranges.hour, hours, { from: days.from * 24, to: days.to * 24 }, () =>
      around(ranges.day, days, { from: firstDayOf(weeks.from), to: firstDayOf(weeks.to) }, () =>
        append(ranges.week, weeks),
      ),
    );
  }
  return ranges;
}

/** What is left of a range on both sides of what a longer tier covers; all of it where that covers nothing. */
function around(ranges: Range[], { from, to }: Range, inner: Range, cover: () => void): void {
  if (inner.from >= inner.to) return append(ranges, { from, to });
  append(ranges, { from, to: inner.from });
  cover();
  append(ranges, { from: inner.to, to });
}

function append(ranges: Range[], range: Range): void {
  if (range.from === range.to) return;
  const last = ranges.at(-1);
  if (last?.to === range.from) ranges[ranges.length - 1] = { from: last.from, to: range.to };
  else ranges.push(range);
}

/** When a slot begins. */
export function beginOf(tier: Tier, slot: number): number {
  if (tier === 'hour') return slot * hourMs;
  return (tier === 'day' ? slot : firstDayOf(slot)) * dayMs;
}
