import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '@guichet/contracts';
import { createTestDatabase, environmentOf, freePort, pause, root, Running, startIdleIssuer } from '@guichet/testing';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { usageOf } from '../product/processes.js';
import { startServiceAlone } from '../product/product.js';
import { atMost, figure } from '../rounds.js';

/** What a service holds once it has nothing left to do. */
const settleMs = 3_000;

/** `npm start` as a person types it, until it is ready; then it is ended as Ctrl-C does. */
async function npmStart(dataDir: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), GUICHET_DATA_DIR: dataDir };
  const begin = performance.now();
  // A group of its own: npm starts others, and Ctrl-C reaches them all.
  const child = spawn('npm', ['start'], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const running = new Running('npm start', child);
  try {
    await running.ready(`http://127.0.0.1:${port}`, 120_000);
    return (performance.now() - begin) / 1000;
  } finally {
    if (running.isRunning) {
      process.kill(-running.pid, 'SIGINT');
      await once(child, 'exit');
    }
  }
}

interface Start {
  readonly seconds: number;
  readonly rssMb: number;
}

type Service = ServiceName;

async function serviceStarts(context: BenchContext, rounds: number): Promise<Record<Service, Start[]>> {
  const { adminUrl } = await context.server();
  const brokers = await context.kafka();
  const starts = Object.fromEntries(serviceNames.map((service) => [service, [] as Start[]])) as Record<
    Service,
    Start[]
  >;
  const idle = await startIdleIssuer();
  context.after(() => idle.stop());
  const filesDir = await mkdtemp(join(tmpdir(), 'guichet-bench-files-'));
  context.after(() => rm(filesDir, { recursive: true, force: true }));
  const databases = new Map<Service, Awaited<ReturnType<typeof createTestDatabase>>>();
  for (const service of serviceNames) {
    const database = await createTestDatabase(`bench_${service}`, { adminUrl });
    context.after(() => database.drop());
    databases.set(service, database);
  }
  // The first round migrates the databases and creates the topics: it does not count.
  for (let round = -1; round < rounds; round++) {
    for (const service of serviceNames) {
      const database = databases.get(service);
      if (!database) continue;
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const common = environmentOf({ port, url, database, brokers, topicPrefix: 'bench-start.' });
      const env = { ...common, OIDC_ISSUER: idle.url, FILES_DIR: filesDir };
      const begin = performance.now();
      const running = await startServiceAlone(context.bundles[service] ?? '', service, env, url);
      const seconds = (performance.now() - begin) / 1000;
      await pause(settleMs);
      const { rssMb } = await usageOf(running.pid);
      await running.stop();
      if (round >= 0) starts[service].push({ seconds, rssMb });
    }
  }
  return starts;
}

async function run(context: BenchContext) {
  const rounds = context.isQuick ? 1 : 3;
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-bench-start-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  const [first, next]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await rm(dataDir, { recursive: true, force: true });
    first?.push(await npmStart(dataDir));
    next?.push(await npmStart(dataDir));
  }
  const figures: Figure[] = [
    figure('`npm start` on an empty data folder', 's', first ?? [], atMost(6)),
    figure('`npm start` again', 's', next ?? [], atMost(6)),
  ];
  const starts = await serviceStarts(context, rounds);
  for (const service of serviceNames) {
    const of = (key: keyof Start) => starts[service].map((one) => one[key]);
    figures.push(
      figure(`${service}: ready`, 's', of('seconds'), atMost(1)),
      figure(`${service}: RSS`, 'MB', of('rssMb'), atMost(150)),
    );
  }
  return {
    figures,
    notes: [
      'From the command to the first 200 of /health/ready. `npm start` after installation and build, with the demo; the first start ' +
        'creates the PostgreSQL cluster, four databases and their tables.',
      `A service’s bundle on a database that is provisioned and migrated, and a Kafka whose topics exist; RSS ${settleMs / 1000} s after it is ready.`,
    ],
  };
}

export const coldStart: BenchLine = { id: 'cold-start', title: 'Cold start', seconds: 110, run };
