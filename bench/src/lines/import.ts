import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, Running } from '@guichet/testing';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { RssSampler } from '../product/processes.js';
import { type Product, startAllInOne } from '../product/product.js';
import { atLeast, atMost, figure } from '../rounds.js';

interface Log {
  readonly name: string;
  readonly file: string;
  readonly mapping: string;
}

/** Only what is read of the importer's report. */
interface Report {
  readonly events: { readonly total: number };
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

const mapping = (name: string) => join(root, 'apps/cli/mappings', `${name}.yaml`);

/** Two public logs where GUICHET_REAL_LOGS says that they are; else the excerpt that comes with the product. */
function logs(): readonly Log[] {
  const folder = process.env['GUICHET_REAL_LOGS'];
  const uci = mapping('uci498');
  if (!folder) return [{ name: 'excerpt', file: join(root, 'apps/cli/examples/uci498-excerpt.csv.gz'), mapping: uci }];
  const real = [
    {
      name: 'helpdesk-italy',
      file: join(folder, 'helpdesk_italy/helpdesk.csv.gz'),
      mapping: mapping('helpdesk-italy'),
    },
    { name: 'uci498', file: join(folder, 'uci498_servicenow/incident_event_log.csv.gz'), mapping: uci },
  ];
  for (const { file } of real) if (!existsSync(file)) throw new Error(`GUICHET_REAL_LOGS: there is no ${file}`);
  return real;
}

/** One row per ticket, as the example mapping reads it: seven events each, three in ten without an answer yet. */
async function writeTickets(file: string, tickets: number): Promise<void> {
  const out = await open(file, 'w');
  await out.write('Ref,Created,First response,Solved,Closed,Title,Email,Channel,Team,Priority,Agent\n');
  const firstMs = Date.parse('2025-01-01T00:00:00Z');
  const time = (ms: number) => {
    const at = new Date(ms);
    const hour = at.getUTCHours();
    const minute = String(at.getUTCMinutes()).padStart(2, '0');
    const day = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}`;
    return `${day} ${hour % 12 || 12}:${minute} ${hour < 12 ? 'AM' : 'PM'}`;
  };
  const hourMs = 3_600_000;
  for (let begin = 0; begin < tickets; begin += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, tickets - begin) }, (_, n) => {
      const i = begin + n;
      const openedMs = firstMs + i * 25_000;
      const isAnswered = i % 10 >= 3;
      const then = (hours: number) => (isAnswered ? time(openedMs + hours * hourMs) : '');
      const about = `The order ${i} has not arrived,requester-${i % 20_000}@example.org`;
      const who = `Team ${i % 20},${['Low', 'Normal', 'High'][i % 3]},Agent ${i % 200}`;
      return `T-${i},${time(openedMs)},${then(2)},${then(30 + (i % 50))},${then(200)},${about},Email,${who}\n`;
    });
    await out.write(rows.join(''));
  }
  await out.close();
}

async function importInto(product: Product, { name, file, mapping: of }: Log): Promise<Figure[]> {
  const report = join(product.dataDir, `${name}.json`);
  const flags = ['--mapping', of, '--tenant', name, '--report', report, '--out', product.dataDir];
  const env = { ...process.env, GUICHET_DATA_DIR: product.dataDir };
  const loader = join(root, 'tools/workspace/typescript.mjs');
  const script = join(root, 'apps/cli/src/main.ts');
  const node = ['--disable-warning=ExperimentalWarning', '--import', loader, script, 'import', file, ...flags];
  const importer = new Running(
    name,
    spawn(process.execPath, node, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const memory = { importer: new RssSampler(importer.pid), server: new RssSampler(product.processes[0]?.pid ?? 0) };
  const code = await importer.end();
  const [of1, of2] = [memory.importer.stop(), memory.server.stop()];
  if (code !== 0) throw new Error(`The import of ${name} ended with ${code}:\n${importer.output}`);
  const { events, eventsPerSecond, seconds } = JSON.parse(await readFile(report, 'utf8')) as Report;
  const [isRate, isLong] = [events.total > 10_000, seconds > 20];
  return [
    // What is over in a second has hardly begun: it tells no rate.
    figure(
      `${name}, ${events.total} events: events/s`,
      'events/s',
      [eventsPerSecond],
      isRate ? atLeast(5_000) : undefined,
    ),
    figure(`${name}: importer’s peak RSS`, 'MB', [of1.peakMb]),
    figure(`${name}: server’s peak RSS`, 'MB', [of2.peakMb]),
    // Of a short import the second half tells nothing.
    ...(isLong
      ? [
          figure(`${name}: importer’s peak RSS, second half ÷ first`, '×', [of1.growth], atMost(1.2)),
          figure(`${name}: server’s peak RSS, second half ÷ first`, '×', [of2.growth], atMost(1.2)),
        ]
      : []),
  ];
}

async function run(context: BenchContext) {
  const tickets = context.isQuick ? 3_000 : 200_000;
  const product = await startAllInOne(context);
  const file = join(product.dataDir, 'tickets.csv');
  await writeTickets(file, tickets);
  const figures: Figure[] = [];
  const generated = { name: 'generated', file, mapping: mapping('one-row-per-ticket') };
  const real = logs().filter(({ name }) => !context.isQuick || name !== 'uci498');
  for (const log of [...real, generated]) {
    context.say(`import: ${log.name}`);
    figures.push(...(await importInto(product, log)));
  }
  return {
    figures,
    notes: [
      'Each log once, as `npm run import` brings it into the all-in-one with its embedded PostgreSQL; events/s of the sending, without the reading of the file.',
      `Generated: ${tickets} tickets, a row each. A million takes as many times longer; what it would show beside the rate is whether memory stays flat.`,
    ],
  };
}

export const importLine: BenchLine = {
  id: 'import',
  title: 'Import of two public logs, and of a generated one',
  seconds: 240,
  run,
};
