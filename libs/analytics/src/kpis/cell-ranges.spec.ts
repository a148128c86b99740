import fc from 'fast-check';
import { cellRanges } from './cell-ranges.js';
import { bucketsOf, momentOf, periodOf } from './period.js';

const hourMs = 3_600_000;
const span = (from: number, to: number) => ({ fromMs: from * hourMs, toMs: to * hourMs });

it('takes days in the middle and hours at the ends', () => {
  expect(cellRanges([span(23, 24 * 3 + 2)])).toEqual({
    hours: [
      { from: 23, to: 24 },
      { from: 72, to: 74 },
    ],
    days: [{ from: 1, to: 3 }],
  });
  expect(cellRanges([span(24, 48)])).toEqual({ hours: [], days: [{ from: 1, to: 2 }] });
  expect(cellRanges([span(5, 7)])).toEqual({ hours: [{ from: 5, to: 7 }], days: [] });
});

it('reads the days of a zone by one range of hours', () => {
  const month = periodOf(
    momentOf('2026-03-01', 'Europe/Paris', 'from'),
    momentOf('2026-04-01', 'Europe/Paris', 'to'),
    'Europe/Paris',
  );
  const { hours, days } = cellRanges(bucketsOf(month, 'day'));
  expect(days).toEqual([]);
  expect(hours).toEqual([{ from: month.fromMs / hourMs, to: month.toMs / hourMs }]);
  expect(month.toMs - month.fromMs).toBe((31 * 24 - 1) * hourMs);
});

it('has every hour of the spans exactly once', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
      fc.nat(500),
      (lengths, start) => {
        let at = start;
        const spans = lengths.map((length) => span(at, (at += length)));
        const { hours, days } = cellRanges(spans);
        const seen = [...hours, ...days.map(({ from, to }) => ({ from: from * 24, to: to * 24 }))]
          .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
          .sort((a, b) => a - b);
        expect(seen).toEqual(Array.from({ length: at - start }, (_, i) => start + i));
      },
    ),
  ));
