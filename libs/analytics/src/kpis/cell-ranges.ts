/** Which hourly and daily cells make up a span of whole hours: days in the middle, hours at its ends. Pure. */
import type { Span } from './period.js';

/** Half-open, in hours or days since 1970 (UTC). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface CellRanges {
  readonly hours: readonly Range[];
  readonly days: readonly Range[];
}

const hourMs = 3_600_000;

/** Every hour of the spans once; neighbouring ranges are joined. The spans are in order and do not overlap. */
export function cellRanges(spans: readonly Span[]): CellRanges {
  const hours: Range[] = [];
  const days: Range[] = [];
  for (const { fromMs, toMs } of spans) {
    const [from, to] = [fromMs / hourMs, toMs / hourMs];
    const firstDay = Math.ceil(from / 24);
    const lastDay = Math.floor(to / 24);
    if (firstDay >= lastDay) {
      append(hours, { from, to });
      continue;
    }
    append(hours, { from, to: firstDay * 24 });
    append(days, { from: firstDay, to: lastDay });
    append(hours, { from: lastDay * 24, to });
  }
  return { hours, days };
}

function append(ranges: Range[], range: Range): void {
  if (range.from === range.to) return;
  const last = ranges.at(-1);
  if (last?.to === range.from) ranges[ranges.length - 1] = { from: last.from, to: range.to };
  else ranges.push(range);
}
