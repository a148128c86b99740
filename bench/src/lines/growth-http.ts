import { Connections, mustBe } from '../http/connections.js';
import { Latencies } from '../http/load.js';
import type { BenchContext, BenchLine, Growth } from '../line.js';
import { bearer, createDepartments, departmentIds, fill, ticketIdOf } from '../product/desk.js';
import { type Product, startAllInOne } from '../product/product.js';
import { figure } from '../rounds.js';

/** One after the other: what a person alone would wait. */
async function medianOf(product: Product, asks: number, pathOf: (i: number) => string): Promise<number> {
  const connections = await Connections.open(product.urls.routing, 1);
  const headers = bearer(await product.token('agent'));
  const latencies = new Latencies();
  for (let i = -asks / 5; i < asks; i++) {
    const bytes = connections.prepare('GET', pathOf(Math.abs(i)), headers);
    const begin = performance.now();
    mustBe(200, await connections.send(bytes));
    if (i >= 0) latencies.add(performance.now() - begin);
  }
  connections.close();
  return latencies.at(0.5);
}

async function run(context: BenchContext) {
  const sizes = context.isQuick ? [300, 1_000] : [1_000, 10_000, 100_000];
  const asks = context.isQuick ? 50 : 400;
  const product = await startAllInOne(context);
  await createDepartments(product);
  const points = {
    queue: [] as { tickets: number; value: number }[],
    timeline: [] as { tickets: number; value: number }[],
  };
  let filled = 0;
  for (const tickets of sizes) {
    await fill(product, filled, tickets);
    filled = tickets;
    context.say(`growth-http: ${tickets} tickets`);
    const queuePath = (i: number) =>
      `/routing/v1/departments/${departmentIds[i % departmentIds.length]}/queue?limit=20`;
    points.queue.push({ tickets, value: await medianOf(product, asks, queuePath) });
    const timelinePath = (i: number) => `/routing/v1/tickets/${ticketIdOf((i * 7919) % tickets)}/timeline`;
    points.timeline.push({ tickets, value: await medianOf(product, asks, timelinePath) });
  }
  const growth: Growth[] = [
    { name: 'Queue page', unit: 'ms', points: points.queue, expected: 'logarithmic' },
    { name: 'Timeline', unit: 'ms', points: points.timeline, expected: 'logarithmic' },
  ];
  const last = (of: readonly { readonly value: number }[]) => [of.at(-1)?.value ?? NaN];
  return {
    figures: [
      figure(`queue page with ${filled} tickets: p50`, 'ms', last(points.queue)),
      figure(`timeline with ${filled} tickets: p50`, 'ms', last(points.timeline)),
    ],
    growth,
    notes: [
      `One client that asks ${asks} times in a row. One ticket in ten is open, in 20 departments: a queue holds a two hundredth of the tickets.`,
    ],
  };
}

export const growthHttp: BenchLine = {
  id: 'growth-http',
  title: 'Queue page and timeline as the tickets grow in number',
  seconds: 120,
  run,
};
