import { Connections, mustBe } from '../http/connections.js';
import { listenTo } from '../http/event-streams.js';
import { atPace, Latencies } from '../http/load.js';
import type { BenchContext, BenchLine } from '../line.js';
import { bearer, createDepartments, departmentIds, fill, openTickets, ticketIdOf } from '../product/desk.js';
import { usageOf } from '../product/processes.js';
import { type Product, startAllInOne } from '../product/product.js';
import { atMost, figure } from '../rounds.js';

const watchers = 500;
const eventsPerSecond = 200;
const settleMs = 2_000;
const watchedQueues = departmentIds.length;

/** When each change was due, by the tag it sets, and how long it took to each watcher that was told. */
class Deliveries {
  latencies = new Latencies();
  private readonly due = new Map<string, number>();

  begin(tag: string, dueMs: number): void {
    this.due.set(tag, dueMs);
  }

  told(data: string): void {
    const now = performance.now();
    const tag = /"tags":\["(change-\d+)"\]/.exec(data)?.[1];
    const due = tag === undefined ? undefined : this.due.get(tag);
    if (due !== undefined) this.latencies.add(now - due);
  }

  /** What is told from now on of earlier changes does not count. */
  reset(): void {
    this.due.clear();
    this.latencies = new Latencies();
  }
}

async function watch(product: Product, deliveries: Deliveries): Promise<(() => void)[]> {
  const headers = bearer(await product.token('agent'));
  const closers: (() => void)[] = [];
  for (let i = 0; i < watchers; i++) {
    const department = departmentIds[i % departmentIds.length];
    const url = `${product.urls.routing}/routing/v1/departments/${department}/queue/live`;
    closers.push(await listenTo(url, headers, (data) => deliveries.told(data)));
  }
  return closers;
}

async function run(context: BenchContext) {
  const [tickets, seconds, rounds] = context.isQuick ? [2_000, 4, 2] : [10_000, 15, 3];
  const product = await startAllInOne(context);
  await createDepartments(product);
  await fill(product, 0, tickets);
  const deliveries = new Deliveries();
  const closers = await watch(product, deliveries);
  context.after(async () => closers.forEach((close) => close()));
  const connections = await Connections.open(product.urls.routing, 32);
  const headers = bearer(await product.token('agent'));
  const open = openTickets(tickets);
  let sequence = 0;
  const round = async (roundSeconds: number) => {
    deliveries.reset();
    const { pid } = product.processes[0] ?? { pid: 0 };
    const [before, begin] = [await usageOf(pid), performance.now()];
    const { sent, generatorDelayMs } = await atPace(eventsPerSecond, roundSeconds, async (_, dueMs) => {
      const n = sequence++;
      const tag = `change-${n}`;
      deliveries.begin(tag, dueMs);
      const path = `/routing/v1/tickets/${ticketIdOf(open[n % open.length] ?? 0)}/tags`;
      mustBe(200, await connections.send(connections.prepare('POST', path, headers, { tags: [tag] })));
    });
    const [after, end] = [await usageOf(pid), performance.now()];
    await new Promise((done) => setTimeout(done, settleMs));
    const cpu = ((after.cpuSeconds - before.cpuSeconds) * 100_000) / (end - begin);
    const { latencies } = deliveries;
    const expected = (sent * watchers) / watchedQueues;
    return {
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      told: (latencies.count * 100) / expected,
      cpu,
      generatorDelayMs,
    };
  };
  await round(context.isQuick ? 2 : 5);
  const taken: Awaited<ReturnType<typeof round>>[] = [];
  for (let i = 0; i < rounds; i++) taken.push(await round(seconds));
  const of = (key: keyof (typeof taken)[number]) => taken.map((one) => one[key]);
  return {
    figures: [
      figure('delivery: p50', 'ms', of('p50')),
      figure('delivery: p99', 'ms', of('p99'), atMost(250)),
      figure('deliveries, of all watchers of the queue', '%', of('told')),
      figure('server’s CPU, of one core', '%', of('cpu')),
      figure('the generator’s own delay, p99', 'ms', of('generatorDelayMs')),
    ],
    notes: [
      `${watchers} streams, ${watchers / watchedQueues} on each of ${watchedQueues} queues; ${eventsPerSecond} changes/s of tickets in them over HTTP, ` +
        `each told to ${watchers / watchedQueues} watchers (${(eventsPerSecond * watchers) / watchedQueues} deliveries/s).`,
      'From when the change was due to be sent, so the command is part of it, to its arrival at a watcher. A change that is followed by ' +
        'another one of the same ticket before it was told is told once.',
    ],
  };
}

export const liveWatchers: BenchLine = {
  id: 'live-watchers',
  title: '500 watchers of live queues while 200 events/s arrive',
  seconds: 80,
  run,
};
