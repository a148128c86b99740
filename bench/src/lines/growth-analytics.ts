import type { BenchContext, BenchLine, Growth } from '../line.js';
import { quantile } from '../rounds.js';
import { daysBeforeEnd, millisecondsOf, nowMs, question } from '../tickets/asking.js';
import type { FiguresDatabase } from '../tickets/figures-database.js';
import { lastDay, largeTenant, ticketLives } from '../tickets/lives.js';
import { sharedYear } from '../tickets/shared-year.js';
import { drillDowns } from './drill-down.js';

const byDepartment = question('first-response-time', {
  from: daysBeforeEnd(100),
  to: daysBeforeEnd(10),
  groupBy: 'department',
});
const atInstant = question('backlog', { at: `${daysBeforeEnd(30)}T10:11:12Z` });
const daily = question('backlog', {
  from: daysBeforeEnd(370),
  to: daysBeforeEnd(5),
  bucket: 'day',
  timeZone: 'Europe/Paris',
});

type Costs = Readonly<Record<'projection' | 'kpi' | 'instant' | 'series' | 'rows', number>>;

export const growthAnalytics: BenchLine = {
  id: 'growth-analytics',
  title: 'How the costs of analytics grow with the tickets',
  seconds: 300,
  async run(context) {
    const sizes = context.isQuick ? [2500, 20_000] : [10_000, 100_000, 1_000_000];
    const costs: { readonly tickets: number; readonly costs: Costs }[] = [];
    for (const tickets of sizes) costs.push({ tickets, costs: await costsAt(context, tickets) });
    const growth = (cost: keyof Costs, name: string, unit: string, expected: Growth['expected']): Growth => ({
      name,
      unit,
      expected,
      points: costs.map((point) => ({ tickets: point.tickets, value: point.costs[cost] })),
    });
    return {
      figures: [],
      growth: [
        growth('projection', 'projection, per event', 'µs', 'logarithmic'),
        growth('kpi', '90-day KPI by department', 'ms', 'logarithmic'),
        growth('instant', 'backlog at an instant', 'ms', 'linear'),
        growth('series', 'backlog, daily series of a year', 'ms', 'logarithmic'),
        growth('rows', 'rows behind a number, first page', 'ms', 'logarithmic'),
      ],
      notes: [
        'Each size is the same year with more tickets a day, so the backlog grows as the tickets do, and a look at all of it too. Medians.',
        'The projection applies some 39,000 events of 5,000 new tickets to read models of that size. A rebuild is the same work for every ' +
          'event from the first on: what it costs per event at each size is this figure. Five million tickets take more than twenty minutes to make.',
      ],
    };
  },
};

async function costsAt(context: BenchContext, tickets: number): Promise<Costs> {
  const figures = await sharedYear(context, tickets);
  const median = async (work: () => Promise<unknown>) => {
    const taken: number[] = [];
    for (let i = 0; i < (context.isQuick ? 9 : 31); i++) taken.push(await millisecondsOf(work));
    return quantile(
      taken.sort((a, b) => a - b),
      0.5,
    );
  };
  const ask = (asked: typeof daily) => median(() => figures.kpis.answer(largeTenant, asked, nowMs));
  return {
    kpi: await ask(byDepartment),
    instant: await ask(atInstant),
    series: await ask(daily),
    rows: quantile(await drillDowns(figures, context.isQuick ? 3 : 10), 0.5),
    projection: await projectionCost(figures),
  };
}

/** Microseconds per event of new tickets, opened after the year that the other lines ask about. */
async function projectionCost(figures: FiguresDatabase): Promise<number> {
  const before = figures.places.received;
  await figures.load(ticketLives({ tickets: 5000, seed: 3, from: lastDay, to: lastDay + 2 * 86_400_000 }));
  return ((await figures.project()) * 1e6) / (figures.places.received - before);
}
