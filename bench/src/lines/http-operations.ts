import { startBare } from '../bare/start-bare.js';
import { Connections, mustBe } from '../http/connections.js';
import { asFastAsAnswered, type Throughput } from '../http/load.js';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import {
  bearer,
  createDepartments,
  departmentIds,
  departmentOf,
  fill,
  openTickets,
  ticketIdOf,
} from '../product/desk.js';
import { vacuum } from '../product/databases.js';
import { untilIdle } from '../product/processes.js';
import { type Product, startAllInOne } from '../product/product.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

const clients = 64;
/** Those that read first: what both sides read is the same until one of them has written. */
const operations = ['queue page', 'timeline', 'open', 'transfer'] as const;
type Operation = (typeof operations)[number];
type Ask = () => Promise<void>;

/** A matter as a requester writes it, from many requesters. */
const matter = (i: number) => ({
  subject: `The order ${i} has not arrived`,
  body: 'It should have been here on Monday. The tracking page has said the same thing for a week. Please help.',
  departmentId: departmentOf(i),
  requester: { id: `requester-${i % 10_000}` },
});

const transfer = (toDepartmentId: string) => ({
  toDepartmentId,
  reason: 'wrong-department',
  note: 'Please take over.',
});

async function productsAsks(product: Product, tickets: number): Promise<Record<Operation, Ask>> {
  const connections = await Connections.open(product.urls.routing, clients);
  const headers = bearer(await product.token('agent'));
  const open = openTickets(tickets);
  let [opened, moved, read] = [0, 0, 0];
  const get = (path: string) => connections.prepare('GET', path, headers);
  const pages = departmentIds.map((id) => get(`/routing/v1/departments/${id}/queue?limit=20`));
  const timelines = open.map((i) => get(`/routing/v1/tickets/${ticketIdOf(i)}/timeline`));
  const send = async (status: number, bytes: string) => void mustBe(status, await connections.send(bytes));
  return {
    open: () => send(201, connections.prepare('POST', '/intake/v1/tickets', headers, matter(opened++))),
    transfer: () => {
      const [i, round] = [open[moved % open.length] ?? 0, Math.floor(moved++ / open.length)];
      const path = `/routing/v1/tickets/${ticketIdOf(i)}/transfers`;
      return send(200, connections.prepare('POST', path, headers, transfer(departmentOf(i + round + 1))));
    },
    'queue page': () => send(200, pages[read++ % pages.length] ?? ''),
    timeline: () => send(200, timelines[read++ % timelines.length] ?? ''),
  };
}

async function baresAsks(url: string, tickets: number): Promise<Record<Operation, Ask>> {
  const connections = await Connections.open(url, clients);
  const open = openTickets(tickets);
  let [opened, moved, read] = [0, 0, 0];
  const pages = departmentIds.map((id) => connections.prepare('GET', `/departments/${id}/queue`));
  const timelines = open.map((i) => connections.prepare('GET', `/tickets/${ticketIdOf(i)}/timeline`));
  const send = async (status: number, bytes: string) => void mustBe(status, await connections.send(bytes));
  return {
    open: () => send(201, connections.prepare('POST', '/tickets', {}, matter(opened++))),
    transfer: () => {
      const i = moved++;
      const path = `/tickets/${ticketIdOf(open[i % open.length] ?? 0)}/transfers`;
      return send(200, connections.prepare('POST', path, {}, transfer(departmentOf(i))));
    },
    'queue page': () => send(200, pages[read++ % pages.length] ?? ''),
    timeline: () => send(200, timelines[read++ % timelines.length] ?? ''),
  };
}

async function run(context: BenchContext) {
  const { isQuick, say } = context;
  const [tickets, seconds, rounds] = isQuick ? [3_000, 1, 2] : [20_000, 4, 3];
  const product = await startAllInOne(context, { onServer: true });
  await createDepartments(product);
  await fill(product, 0, tickets);
  await vacuum(product);
  const sides = {
    product: await productsAsks(product, tickets),
    bare: await baresAsks(await startBare(context, product.databases.routing), tickets),
  };
  const figures: Figure[] = [];
  for (const operation of operations) {
    say(`http-operations: ${operation}`);
    const taken = { product: [] as Throughput[], bare: [] as Throughput[] };
    const measure = (side: keyof typeof sides) => async () => {
      const result = await asFastAsAnswered(clients, seconds, sides[side][operation]);
      taken[side].push(result);
      // What follows from the product's writes would take the cores from the other side.
      if (side === 'product') await untilIdle(product.processes[0]?.pid ?? 0);
      return result.perSecond;
    };
    const { product: ours, bare } = await interleave(
      { product: measure('product'), bare: measure('bare') },
      { rounds, warmUps: 1 },
    );
    const at = (side: keyof typeof sides, share: number) =>
      taken[side].slice(1).map(({ latencies }) => latencies.at(share));
    figures.push(
      ratio(`${operation}: requests/s ÷ bare`, ours, bare, atLeast(0.5)),
      figure(`${operation}: requests/s`, 'requests/s', ours),
      figure(`${operation}: p50`, 'ms', at('product', 0.5)),
      figure(`${operation}: p99`, 'ms', at('product', 0.99)),
      figure(`${operation}: bare requests/s`, 'requests/s', bare),
      figure(`${operation}: bare p50`, 'ms', at('bare', 0.5)),
      figure(`${operation}: bare p99`, 'ms', at('bare', 0.99)),
    );
  }
  return {
    figures,
    notes: [
      `${clients} keep-alive connections that ask again as soon as they are answered, ${seconds} s a round; all-in-one, ${tickets} tickets, one in ten open.`,
      'Bare: Nest and Fastify with one statement of pg a request, on copies of the same tables with all their indexes, in the same server: ' +
        'an insert of the same event, a select of the same rows. It checks nothing, knows nobody, and nothing follows from it; ' +
        'behind the product’s answer the feed, the policy, four projections and the figures go on, on the same cores, and are waited for before the bare side has its turn.',
    ],
  };
}

export const httpOperations: BenchLine = {
  id: 'http-operations',
  title: 'HTTP: open a ticket, transfer, queue page, timeline, 64 connections',
  seconds: 170,
  run,
};
