import type { BenchContext, BenchLine } from '../line.js';
import { atMost, figure, quantile } from '../rounds.js';
import { FiguresDatabase } from '../tickets/figures-database.js';
import { firstDay, ticketLives } from '../tickets/lives.js';
import { LiveTraffic } from '../tickets/live-traffic.js';

const eventsPerSecond = 500;

export const rebuildLive: BenchLine = {
  id: 'rebuild-live',
  title: 'Rebuild of the projection while live traffic runs',
  seconds: 150,
  async run(context) {
    const figures = await projected(context, context.isQuick ? 2500 : 40_000);
    const events = figures.places.received;
    const traffic = await LiveTraffic.start(figures, eventsPerSecond);
    const quiet: number[] = [];
    const rates: number[] = [];
    const lags: (readonly number[])[] = [];
    try {
      await traffic.run(context.isQuick ? 2 : 10);
      quiet.push(...traffic.takeLags());
      for (let round = 0; round < (context.isQuick ? 1 : 3); round++) {
        const head = figures.places.received + traffic.sent;
        const begin = performance.now();
        await figures.admin.rebuild(figures.projection.name);
        rates.push(head / ((performance.now() - begin) / 1000));
        lags.push(traffic.takeLags());
      }
    } finally {
      await traffic.stop();
    }
    const seconds = (share: number) => lags.map((sorted) => quantile(sorted, share) / 1000);
    return {
      figures: [
        figure('rebuild', 'events/s', rates),
        figure('live lag meanwhile, p50', 's', seconds(0.5)),
        figure('live lag meanwhile, p99', 's', seconds(0.99), atMost(1)),
        figure('live lag without a rebuild, p99', 's', [quantile(quiet, 0.99) / 1000]),
      ],
      notes: [
        `${events.toLocaleString('en')} events built anew beside the live tables, in one process with the live projection, while ` +
          `${eventsPerSecond} events/s arrive through the received log; lag from the begin of their receipt until the figures have them.`,
      ],
    };
  },
};

async function projected(context: BenchContext, tickets: number): Promise<FiguresDatabase> {
  const figures = await FiguresDatabase.create(await context.database('bench_rebuild'));
  context.after(() => figures.close());
  await figures.load(ticketLives({ tickets, to: firstDay + (tickets / 2500) * 86_400_000 }));
  await figures.project();
  await figures.settle();
  return figures;
}
