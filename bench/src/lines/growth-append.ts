import type { EventStore } from '@guichet/event-sourcing';
import type { BenchLine } from '../line.js';
import { appendFlatOut, createProductLog } from '../log/product-log.js';
import { eventsOf, fillLog } from '../log/many-tickets.js';
import { interleave, quantile, ratio } from '../rounds.js';

const sizes = [10_000, 100_000, 1_000_000];

/** The same append beside ever more that was there before. */
export const growthAppend: BenchLine = {
  id: 'growth-append',
  title: 'Append as the log grows',
  seconds: 240,
  async run(context) {
    const seconds = context.isQuick ? 1 : 3;
    const logs: { readonly tickets: number; readonly store: EventStore }[] = [];
    for (const tickets of context.isQuick ? sizes.slice(0, 2) : sizes) {
      const { database, store } = await createProductLog(context, 'growth');
      context.say(`filling a log with ${eventsOf('routing', tickets).toLocaleString('en')} events`);
      await fillLog(database.adminUrl, 'routing', tickets);
      logs.push({ tickets, store });
    }
    const variants = logs.flatMap(({ tickets, store }) =>
      [1, 64].map((writers) => {
        const microseconds = async () => 1e6 / (await appendFlatOut(store, writers, seconds)).perSecond;
        return [`${writers}/${tickets}`, microseconds] as const;
      }),
    );
    const samples = await interleave(Object.fromEntries(variants), { rounds: context.isQuick ? 2 : 5 });
    const of = (writers: number, tickets: number) => samples[`${writers}/${tickets}`] as readonly number[];
    const [least, most] = [logs[0], logs.at(-1)].map((log) => log?.tickets as number) as [number, number];
    const median = (values: readonly number[]) =>
      quantile(
        [...values].sort((a, b) => a - b),
        0.5,
      );
    return {
      figures: [1, 64].map((writers) =>
        ratio(
          `cost of an append, ${writers} ${writers === 1 ? 'writer' : 'writers'}: ${most.toLocaleString('en')} tickets ÷ ${least.toLocaleString('en')}`,
          of(writers, most),
          of(writers, least),
        ),
      ),
      growth: [1, 64].map((writers) => ({
        name: `append, ${writers} ${writers === 1 ? 'writer' : 'writers'}`,
        unit: 'µs',
        expected: 'logarithmic',
        points: logs.map(({ tickets }) => ({ tickets, value: median(of(writers, tickets)) })),
      })),
      notes: [
        `A log with ${eventsOf('routing', 1)} events a ticket; the cost is the time between two answers, of all writers together.`,
      ],
    };
  },
};
