import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedServices } from '@guichet/contracts';
import { environmentOf, freePort, pause, startBundle, startIdleIssuer } from '@guichet/testing';
import pg from 'pg';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { figure } from '../rounds.js';

/** Longer than a pool keeps a connection that nobody uses. */
const idleMs = 15_000;

/** What an idle replica of a service keeps open, and what that costs PostgreSQL. */
export const scaleConnections: BenchLine = {
  id: 'scale-connections',
  title: 'Connections that an idle replica keeps open, and the memory they hold',
  seconds: 60,
  async run(context) {
    const { adminUrl } = await context.server();
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    context.after(() => admin.end());
    const brokers = await context.kafka();
    const figures: Figure[] = [];
    const held: number[] = [];
    const started = await Promise.all(feedServices.map((service) => startReplica(context, service, brokers)));
    await pause(context.isQuick ? idleMs / 3 : idleMs);
    for (const { service, database, replicaPid } of started) {
      figures.push(figure(`${service}: memory of an idle replica`, 'MB', [(await residentBytesOf(replicaPid)) / 1e6]));
      const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity where datname = $1', [
        database,
      ]);
      figures.push(figure(`${service}: an idle replica`, 'connections', [rows.length]));
      for (const { pid } of rows) held.push(await privateBytesOf(pid));
    }
    return {
      figures: [
        ...figures,
        figure(
          'memory of a connection of its own',
          'MB',
          held.map((bytes) => bytes / 1e6),
        ),
      ],
      notes: [
        'Production bundles on Kafka, each with its own database, nothing asked of them for 15 s. Under load a replica has at most 20, and two more for its leases.',
        'Memory of a connection: private pages of the server process behind the connection, without what it shares with the others (Linux only).',
      ],
    };
  },
};

async function startReplica(context: BenchContext, service: string, brokers: readonly string[]) {
  const bundle = context.bundles[service];
  if (bundle === undefined) throw new Error(`There is no bundle of ${service}.`);
  const [database, port, cwd] = await Promise.all([
    context.database(service),
    freePort(),
    mkdtemp(join(tmpdir(), 'guichet-bench-')),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const idle = await startIdleIssuer();
  context.after(() => idle.stop());
  const env = {
    ...environmentOf({ port, url, database, brokers, topicPrefix: `${database.name}.` }),
    OIDC_ISSUER: idle.url,
  };
  const running = startBundle(bundle, { name: service, cwd, env });
  context.after(async () => {
    await running.stop();
    await rm(cwd, { recursive: true, force: true });
  });
  await running.ready(url);
  return { service, database: database.name, replicaPid: running.pid };
}

async function residentBytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function privateBytesOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, size]) => Number(size));
  return kilobytes.reduce((sum, size) => sum + size, 0) * 1024;
}
