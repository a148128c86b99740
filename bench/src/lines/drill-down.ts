import type { BenchLine } from '../line.js';
import { atMost, figure, quantile } from '../rounds.js';
import { daysBeforeEnd, millisecondsOf, nowMs, question } from '../tickets/asking.js';
import { largeTenant } from '../tickets/lives.js';
import type { FiguresDatabase } from '../tickets/figures-database.js';
import { sharedYear, yearTickets } from '../tickets/shared-year.js';

const period = { from: daysBeforeEnd(100), to: daysBeforeEnd(10), timeZone: 'Europe/Paris' };

/** What people open: cohorts and flows, durations, rates and counts, with and without a filter, and the backlog. */
const numbers = [
  question('first-response-time', period),
  question('first-response-time', { ...period, department: 'billing' }),
  question('first-response-time', { ...period, cohort: 'flow' }),
  question('tickets-resolved', { ...period, cohort: 'flow', department: 'technical' }),
  question('resolution-rate', period),
  question('reopen-rate', period),
  question('transfers-per-ticket', period),
  question('backlog', { at: `${daysBeforeEnd(30)}T10:11:12Z` }),
  question('backlog', { at: `${daysBeforeEnd(30)}T10:11:12Z`, department: 'billing' }),
];

/** The first page of rows of each number, in turn: milliseconds. */
export async function drillDowns(figures: FiguresDatabase, rounds: number): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const asked of numbers) {
      const page = () => figures.rows.page({ tenantId: largeTenant, question: asked, nowMs, limit: 50 });
      taken.push(await millisecondsOf(page));
    }
  }
  return taken.sort((a, b) => a - b);
}

export const drillDown: BenchLine = {
  id: 'drill-down',
  title: 'Rows behind a number, first page',
  seconds: 60,
  async run(context) {
    const figures = await sharedYear(context);
    await drillDowns(figures, 3);
    const rounds: number[][] = [];
    for (let round = 0; round < 5; round++) rounds.push(await drillDowns(figures, context.isQuick ? 4 : 30));
    const quantiles = (share: number) => rounds.map((sorted) => quantile(sorted, share));
    return {
      figures: [
        figure('first page of 50 rows, p50', 'ms', quantiles(0.5)),
        figure('first page of 50 rows, p99', 'ms', quantiles(0.99), atMost(20)),
      ],
      notes: [
        `${yearTickets(context).toLocaleString('en')} tickets; ${numbers.length} numbers in turn: durations, rates, counts and ` +
          'events of 90 days, and the backlog of an instant, some of one department. With the totals that the page shows.',
      ],
    };
  },
};
