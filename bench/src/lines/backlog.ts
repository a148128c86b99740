import { seeded } from '@guichet/testing';
import type { BenchLine } from '../line.js';
import { atMost, figure, interleave, quantile, ratio } from '../rounds.js';
import { daysBeforeEnd, millisecondsOf, nowMs, question } from '../tickets/asking.js';
import { lastDay, largeTenant } from '../tickets/lives.js';
import { openIntervals } from '../tickets/raw-intervals.js';
import { sharedYear, yearTickets } from '../tickets/shared-year.js';

const [from, to] = [daysBeforeEnd(370), daysBeforeEnd(5)];
const timeZone = 'Europe/Paris';
const dayMs = 86_400_000;

export const backlog: BenchLine = {
  id: 'backlog',
  title: 'Backlog at an instant, and as a daily series of a year',
  seconds: 120,
  async run(context) {
    const figures = await sharedYear(context);
    const raw = await openIntervals(context, figures);
    const random = seeded(1);
    const anInstant = () => new Date(lastDay - Math.floor((5 + random() * 360) * dayMs)).toISOString();
    const at = (instant: string) => figures.kpis.answer(largeTenant, question('backlog', { at: instant }), nowMs);
    const series = (more: object = {}) =>
      figures.kpis.answer(largeTenant, question('backlog', { from, to, bucket: 'day', timeZone, ...more }), nowMs);

    const instant = anInstant();
    const [ours, theirs] = [(await at(instant)).value, await raw.at(largeTenant, instant)];
    if (ours !== theirs) throw new Error(`The backlog is ${ours}; SQL says ${theirs}.`);
    const days = (await series()).series ?? [];
    const rawDays = await raw.daily(largeTenant, from, to, timeZone);
    if (days.some(({ value }, i) => value !== rawDays[i])) throw new Error('The series is not what SQL says.');

    const times = context.isQuick ? 20 : 100;
    const milliseconds = await interleave(
      {
        instant: () => p50(() => at(anInstant()), times),
        rawInstant: () => p50(() => raw.at(largeTenant, anInstant()), context.isQuick ? 3 : 9),
        series: () => p50(() => series(), times / 5),
        grouped: () => p50(() => series({ groupBy: 'department' }), times / 10),
        rawSeries: () => millisecondsOf(() => raw.daily(largeTenant, from, to, timeZone)),
      },
      { rounds: context.isQuick ? 3 : 5 },
    );
    return {
      figures: [
        figure('backlog at an instant, p50', 'ms', milliseconds.instant, atMost(5)),
        figure('daily series of a year, p50', 'ms', milliseconds.series, atMost(20)),
        figure('the same by department (8), p50', 'ms', milliseconds.grouped),
        ratio(
          'time of SQL over the open intervals ÷ ours, at an instant',
          milliseconds.rawInstant,
          milliseconds.instant,
        ),
        ratio('time of SQL over the open intervals ÷ ours, daily series', milliseconds.rawSeries, milliseconds.series),
      ],
      notes: [
        `${yearTickets(context).toLocaleString('en')} tickets, ${ours} of them open at a time; any millisecond of the year, days of ${timeZone}.`,
        'SQL: a copy with tenant, begin and end of each open interval and an index that covers both, as the owner; the series by a ' +
          'running sum over begins and ends. Both sides are asked for the same numbers, and they are compared first.',
      ],
    };
  },
};

async function p50(work: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push(await millisecondsOf(work));
  return quantile(
    taken.sort((a, b) => a - b),
    0.5,
  );
}
