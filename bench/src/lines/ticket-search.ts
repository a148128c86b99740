import { readdir, readFile } from 'node:fs/promises';
import { Connections, mustBe } from '../http/connections.js';
import { atPace } from '../http/load.js';
import type { BenchContext, BenchLine } from '../line.js';
import { bearer, createDepartments, departmentOf } from '../product/desk.js';
import { untilIdle, usageOf } from '../product/processes.js';
import { startAllInOne } from '../product/product.js';
import { atMost, figure, interleave, quantile } from '../rounds.js';
import { onDatabase } from '../search/engines.js';
import { labelledSet } from '../search/labelled-sets.js';
import { SearchedDesk } from '../search/searched-desk.js';
import { TicketSeries } from '../search/ticket-events.js';

const opensPerSecond = 50;

/** Milliseconds of searches, one after the other, sorted. */
async function timesOf(desk: SearchedDesk, tickets: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const query = desk.series.queryOf((i * 7919) % tickets);
    const begin = performance.now();
    const found = await desk.find(query);
    times.push(performance.now() - begin);
    if (found === 0) throw new Error(`Nothing was found by ${query}.`);
  }
  return times.sort((a, b) => a - b);
}

/** Processor milliseconds that an opened ticket costs the product: all services in one process, and their database. */
async function msPerTicket(context: BenchContext, series: TicketSeries, seconds: number): Promise<number> {
  const product = await startAllInOne(context, { onServer: true });
  await createDepartments(product);
  const { adminUrl } = await context.server();
  const intake = await Connections.open(product.urls.intake, 16);
  const headers = bearer(await product.token('agent'));
  const open = async (i: number) => {
    const body = { ...series.requestOf(i), departmentId: departmentOf(i), requester: { id: `r-${i}` } };
    mustBe(201, await intake.send(intake.prepare('POST', '/intake/v1/tickets', headers, body)));
  };
  await atPace(opensPerSecond, 3, open);
  const pid = product.processes[0]?.pid ?? 0;
  await untilIdle(pid);
  const used = async () => (await usageOf(pid)).cpuSeconds + (await secondsOfServer(adminUrl));
  const before = await used();
  const { sent } = await atPace(opensPerSecond, seconds, (i) => open(1_000_000 + i));
  await untilIdle(pid);
  const after = await used();
  await product.stop();
  return ((after - before) * 1000) / sent;
}

/** Processor seconds of PostgreSQL, by all its processes that run now. */
async function secondsOfServer(adminUrl: string): Promise<number> {
  const [checkpointer] = await onDatabase(
    adminUrl,
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  );
  const server = (await parentOf(Number(checkpointer?.['pid']))) ?? NaN;
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(names.map(async (pid) => [pid, await parentOf(pid)] as const));
  const all = [server, ...parents.filter(([, parent]) => parent === server).map(([pid]) => pid)];
  const used = await Promise.all(all.map((pid) => usageOf(pid)));
  return used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Undefined for a process that has ended. */
async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

async function run(context: BenchContext) {
  const [small, large, rounds, queries] = context.isQuick ? [500, 2_000, 2, 50] : [10_000, 100_000, 5, 300];
  const set = labelledSet('cnil-fr');
  const filled = async (count: number) => {
    context.say(`${count} tickets …`);
    const desk = await SearchedDesk.start(context, new TicketSeries(set, Math.min(count, 20_000)));
    await desk.fill(count);
    return desk;
  };
  const [few, many] = [await filled(small), await filled(large)];
  const p50 = (desk: SearchedDesk, tickets: number) => async () => quantile(await timesOf(desk, tickets, queries), 0.5);
  const times = await interleave({ few: p50(few, small), many: p50(many, large) }, { rounds });
  const cpu = (desk: SearchedDesk, tickets: number) => async () =>
    (await desk.processorTime(() => timesOf(desk, tickets, queries))) / queries;
  const processor = await interleave({ few: cpu(few, small), many: cpu(many, large) }, { rounds });
  const p95 = async (desk: SearchedDesk, tickets: number) => [quantile(await timesOf(desk, tickets, queries), 0.95)];
  const [fewP95, manyP95] = [await p95(few, small), await p95(many, large)];
  const [fewBytes, manyBytes] = [(await few.bytes()) / small, (await many.bytes()) / large];
  const openings = context.isQuick ? 200 : 2_000;
  const [alone, together] = [await many.msPerOpening(openings, 1), await many.msPerOpening(openings, 16)];
  const whole = await msPerTicket(context, many.series, context.isQuick ? 5 : 20);
  const percent = (ms: number) => [(ms / (whole - ms)) * 100];
  return {
    figures: [
      figure(`p50 of a search, ${small} tickets`, 'ms', times.few),
      figure(`p95 of a search, ${small} tickets`, 'ms', fewP95),
      figure(`p50 of a search, ${large} tickets`, 'ms', times.many, atMost(15)),
      figure(`p95 of a search, ${large} tickets`, 'ms', manyP95),
      figure(`processor time of a search, ${small} tickets`, 'ms', processor.few),
      figure(`processor time of a search, ${large} tickets`, 'ms', processor.many),
      figure(`texts, words and lexicon, ${small} tickets, each`, 'B', [fewBytes]),
      figure(`texts, words and lexicon, ${large} tickets, each`, 'B', [manyBytes]),
      figure('an opened ticket, processor time of everything', 'ms', [whole]),
      figure('an opened ticket, processor time of the search, one in a transaction', 'ms', [alone]),
      figure('an opened ticket, processor time of the search, 16 in a transaction', 'ms', [together]),
      figure(
        'what the search adds to the rest of an opened ticket, one in a transaction',
        '%',
        percent(alone),
        atMost(10),
      ),
      figure('what the search adds to the rest of an opened ticket, 16 in a transaction', '%', percent(together)),
    ],
    notes: [
      'Tickets of 2 to 4 texts, recombined from the French set (cnil-fr): a request of up to 600 characters, messages of up to 400.',
      `Searches: one to three words of a ticket’s subject, a quarter of them with a name; the tables under row-level security, one snapshot, the page of 20 with marks and snippets.`,
      `Everything: ${opensPerSecond} tickets/s opened over HTTP with the same texts, all services in one process, until it is idle; that process and its PostgreSQL. ` +
        `The search: the same kind of events through its projection alone, in this process, with its PostgreSQL.`,
    ],
  };
}

export const ticketSearch: BenchLine = {
  id: 'ticket-search',
  title: 'Search of tickets: speed, size, and what it costs to keep',
  seconds: 600,
  run,
};
