import { serviceNames } from '@guichet/contracts';
import { pause } from '@guichet/testing';
import { Connections, mustBe } from '../http/connections.js';
import { atPace } from '../http/load.js';
import type { BenchContext, BenchLine, Figure, Growth } from '../line.js';
import { bearer, createDepartments, departmentIds, departmentOf, fill, ticketIdOf } from '../product/desk.js';
import { onDatabase, vacuum } from '../product/databases.js';
import { usageOf } from '../product/processes.js';
import { type Product, startAllInOne } from '../product/product.js';
import { atMost, figure } from '../rounds.js';

interface Size {
  readonly tickets: number;
  readonly idleMb: number;
  readonly busyMb: number;
  readonly idleCpu: number;
  readonly databaseBytes: number;
}

/** After its own housekeeping: vacuum has run, what was allocated for the filling is given back. */
async function settle(product: Product, idleSeconds: number): Promise<void> {
  await vacuum(product);
  await pause(idleSeconds * 1000);
}

async function bytesOf(product: Product): Promise<number> {
  let bytes = 0;
  for (const service of serviceNames) {
    const [row] = await onDatabase(product, service, 'select pg_database_size(current_database()) as value');
    bytes += Number(row?.value);
  }
  return bytes;
}

/** A desk at work: 100 requests/s, three reads to one write. */
async function work(product: Product, tickets: number, seconds: number): Promise<void> {
  const connections = await Connections.open(product.urls.routing, 16);
  const headers = bearer(await product.token('supervisor'));
  const get = (path: string) => connections.prepare('GET', path, headers);
  const asks = [
    (i: number) => get(`/routing/v1/departments/${departmentIds[i % departmentIds.length]}/queue?limit=20`),
    (i: number) => get(`/routing/v1/tickets/${ticketIdOf((i * 7919) % tickets)}/timeline`),
    () => get('/analytics/v1/kpis/backlog'),
    (i: number) => {
      const body = { subject: `Busy ${i}`, departmentId: departmentOf(i), requester: { id: `requester-${i}` } };
      return connections.prepare('POST', '/intake/v1/tickets', headers, body);
    },
  ];
  await atPace(100, seconds, async (i) => {
    const answer = await connections.send(asks[i % asks.length]?.(i) ?? '');
    if (answer.status >= 300) mustBe(200, answer);
  });
  connections.close();
}

async function measure(context: BenchContext, product: Product, tickets: number): Promise<Size> {
  const [idleSeconds, busySeconds] = context.isQuick ? [3, 3] : [15, 20];
  const pid = product.processes[0]?.pid ?? 0;
  await settle(product, idleSeconds);
  const [before, begin] = [await usageOf(pid), performance.now()];
  await pause(idleSeconds * 1000);
  const [after, end] = [await usageOf(pid), performance.now()];
  const databaseBytes = await bytesOf(product);
  await work(product, tickets, busySeconds);
  const { rssMb: busyMb } = await usageOf(pid);
  const idleCpu = ((after.cpuSeconds - before.cpuSeconds) * 100_000) / (end - begin);
  return { tickets, idleMb: after.rssMb, busyMb, idleCpu, databaseBytes };
}

async function run(context: BenchContext) {
  const [small, atMostTickets, fillSeconds] = context.isQuick ? [500, 1_500, 20] : [10_000, 1_000_000, 240];
  const product = await startAllInOne(context);
  await createDepartments(product);
  const emptyBytes = await bytesOf(product);
  await fill(product, 0, small);
  const before = await measure(context, product, small);
  const until = performance.now() + fillSeconds * 1000;
  const { tickets: more } = await fill(product, small, atMostTickets, until);
  const after = await measure(context, product, small + more);
  const perTicket = ({ databaseBytes, tickets }: Size) => (databaseBytes - emptyBytes) / tickets;
  const of = (size: Size): Figure[] => [
    figure(`${size.tickets} tickets: RSS idle`, 'MB', [size.idleMb]),
    figure(`${size.tickets} tickets: RSS busy`, 'MB', [size.busyMb]),
    figure(`${size.tickets} tickets: CPU idle, of one core`, '%', [size.idleCpu], atMost(1)),
    figure(`${size.tickets} tickets: database per ticket`, 'KB', [perTicket(size) / 1024]),
  ];
  const growth: Growth = {
    name: 'RSS of the all-in-one, busy',
    unit: 'MB',
    points: [before, after].map(({ tickets, busyMb }) => ({ tickets, value: busyMb })),
    expected: 'constant',
  };
  return {
    figures: [
      figure('RSS idle, large ÷ small', '×', [after.idleMb / before.idleMb], atMost(1.5)),
      figure('RSS busy, large ÷ small', '×', [after.busyMb / before.busyMb], atMost(1.5)),
      ...of(before),
      ...of(after),
    ],
    growth: [growth],
    notes: [
      `The all-in-one with its embedded PostgreSQL, filled through the import endpoints: ${small} tickets, then as many as come in ${fillSeconds} s ` +
        `(${small + more}), one in ten open with 2 events, the others with 6. RSS and CPU of the product’s process without PostgreSQL’s.`,
      'Busy: 100 requests/s, three reads to one write. The databases are those of all services together: each fact is in the log that tells it, ' +
        'in the logs of those who follow it, and in read models.',
    ],
  };
}

export const size: BenchLine = {
  id: 'size',
  title: 'The all-in-one with few and many tickets: memory, disk, idle CPU',
  seconds: 430,
  run,
};
