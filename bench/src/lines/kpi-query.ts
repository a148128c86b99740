import type { BenchLine } from '../line.js';
import { atLeast, atMost, figure, interleave, ratio } from '../rounds.js';
import { daysBeforeEnd, millisecondsOf, nowMs, question } from '../tickets/asking.js';
import { largeTenant } from '../tickets/lives.js';
import { type FactsQuery, openDuckDb, openPostgres } from '../tickets/raw-facts.js';
import { sharedYear, yearTickets } from '../tickets/shared-year.js';

const [from, to] = [daysBeforeEnd(100), daysBeforeEnd(10)];

export const kpiQuery: BenchLine = {
  id: 'kpi-query',
  title: '90-day KPI with percentiles, filter and grouping',
  seconds: 240,
  async run(context) {
    const figures = await sharedYear(context);
    const asked = question('first-response-time', { from, to, channel: 'email', groupBy: 'department' });
    const ask = () => figures.kpis.answer(largeTenant, asked, nowMs);
    const query: FactsQuery = { tenantId: largeTenant, from, to, channel: 'email' };
    const postgres = await openPostgres(context, figures);
    const duckdb = await openDuckDb(context, figures);

    const answer = await ask();
    const exact = await postgres.wide(query);
    const errors = exact.flatMap(({ department, n, percentiles }) => {
      const ours = department === null ? answer : answer.groups?.find(({ key }) => key === department);
      if (ours?.n !== n) throw new Error(`${department}: ${ours?.n} instead of ${n} tickets.`);
      const those = [ours.median, ours.p75, ours.p90, ours.p95];
      return percentiles.map((right, i) => (100 * Math.abs((those[i] ?? NaN) - right)) / Math.max(right, 1));
    });

    const milliseconds = await interleave(
      {
        ours: () => median(ask, 5),
        wide: () => millisecondsOf(() => postgres.wide(query)),
        narrow: () => millisecondsOf(() => postgres.narrow(query)),
        duckdb: () => median(() => duckdb.ask(query), 3),
      },
      { rounds: context.isQuick ? 3 : 7, warmUps: 2 },
    );
    return {
      figures: [
        figure('answer of the KPI', 'ms', milliseconds.ours),
        ratio('time of SQL over the facts in PostgreSQL ÷ ours', milliseconds.wide, milliseconds.ours, atLeast(50)),
        ratio('time of SQL over a narrow, indexed copy ÷ ours', milliseconds.narrow, milliseconds.ours),
        ratio('time of DuckDB in memory ÷ ours', milliseconds.duckdb, milliseconds.ours, atLeast(10)),
        figure('largest error of a percentile', '%', [Math.max(...errors)], atMost(1)),
      ],
      notes: [
        `First response time of ${answer.n?.toLocaleString('en')} out of ${yearTickets(context).toLocaleString('en')} tickets: ` +
          `90 days, channel=email, by department, with n, sum, four percentiles and three bands for each.`,
        'SQL: one statement with grouping sets and percentile_cont, sorts in memory, parallel workers as PostgreSQL likes. The ' +
          'narrow copy has the seven columns of the question alone and an index that covers them.',
        `DuckDB ${duckdb.version}: the narrow copy as a table in memory, 2 threads, quantile_cont.`,
        'Ours is the whole answer of the query class: a read-only transaction under row-level security, names, freshness.',
      ],
    };
  },
};

/** Of some answers one after the other: one alone is shorter than the machine's hiccups. */
async function median(work: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push(await millisecondsOf(work));
  return taken.sort((a, b) => a - b)[times >> 1] ?? NaN;
}
