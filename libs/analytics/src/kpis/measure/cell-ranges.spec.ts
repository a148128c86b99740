import fc from 'fast-check';
import { tiers } from '../../cells/cuboids.js';
import { beginOf, cellRanges } from './cell-ranges.js';
import { bucketsOf, momentOf, periodOf } from '../definitions/period.js';

const hourMs = 3_600_000;
const span = (from: number, to: number) => ({ fromMs: from * hourMs, toMs: to * hourMs });

it('takes days in the middle and hours at the ends', () => {
  expect(cellRanges([span(23, 24 * 3 + 2)])).toEqual({
    hour: [
      { from: 23, to: 24 },
      { from: 72, to: 74 },
    ],
    day: [{ from: 1, to: 3 }],
    week: [],
  });
  expect(cellRanges([span(24, 48)])).toEqual({ hour: [], day: [{ from: 1, to: 2 }], week: [] });
  expect(cellRanges([span(5, 7)])).toEqual({ hour: [{ from: 5, to: 7 }], day: [], week: [] });
});

it('takes whole weeks, from Monday on, in the middle of the days', () => {
  const quarter = { fromMs: Date.UTC(2026, 3, 1), toMs: Date.UTC(2026, 6, 1) }; // from Wednesday to Wednesday
  const day = (date: number) => date / (24 * hourMs);
  expect(cellRanges([quarter])).toEqual({
    hour: [],
    day: [
      { from: day(quarter.fromMs), to: day(Date.UTC(2026, 3, 6)) },
      { from: day(Date.UTC(2026, 5, 29)), to: day(quarter.toMs) },
    ],
    week: [{ from: 2936, to: 2948 }],
  });
  expect(new Date(beginOf('week', 2936)).toISOString()).toBe('2026-04-06T00:00:00.000Z');
  expect(cellRanges([span(-20 * 24, -4 * 24)]).week).toEqual([{ from: -2, to: -1 }]); // 12 to 28 December 1969
});

it('reads the days of a zone by one range of hours', () => {
  const month = periodOf(
    momentOf('2026-03-01', 'Europe/Paris', 'from'),
    momentOf('2026-04-01', 'Europe/Paris', 'to'),
    'Europe/Paris',
  );
  const { hour, day, week } = cellRanges(bucketsOf(month, 'day'));
  expect([day, week]).toEqual([[], []]);
  expect(hour).toEqual([{ from: month.fromMs / hourMs, to: month.toMs / hourMs }]);
  expect(month.toMs - month.fromMs).toBe((31 * 24 - 1) * hourMs);
});

it('has every hour of the spans exactly once', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
      fc.nat(500),
      (lengths, start) => {
        let at = start;
        const spans = lengths.map((length) => span(at, (at += length)));
        const ranges = cellRanges(spans);
        const seen = tiers
          .flatMap((tier) =>
            ranges[tier].map(({ from, to }) => [beginOf(tier, from) / hourMs, beginOf(tier, to) / hourMs] as const),
          )
          .flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))
          .sort((a, b) => a - b);
        expect(seen).toEqual(Array.from({ length: at - start }, (_, i) => start + i));
      },
    ),
  ));
