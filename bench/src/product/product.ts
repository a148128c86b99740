/** The product's bundles as processes, with the settings that measurements need: no rate limits, little logging. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '@guichet/contracts';
import {
  type Client,
  createTestDatabase,
  demoClient,
  environmentOf,
  freePort,
  root,
  Running,
  startBundle,
  tokensOf,
} from '@guichet/testing';
import pg from 'pg';
import type { BenchContext } from '../line.js';

export interface Product {
  /** Base URL of each service; the same for all in one process. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly processes: readonly Running[];
  /** Superuser URL of each service's database. */
  readonly databases: Readonly<Record<ServiceName, string>>;
  /** GUICHET_DATA_DIR for tools that reach a running all-in-one. */
  readonly dataDir: string;
  /** Of the demo client, for the tenant `demo` unless another one is named. */
  token(role: string, tenant?: string): Promise<string>;
  stop(): Promise<void>;
}

const unlimited = {
  ...{ RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0', RATE_LIMIT_ADDRESS: '0', RATE_LIMIT_IMPORTS: '0' },
  LIVE_STREAMS_PER_CLIENT: '0',
};
/** As `npm start` has it. */
const nodeOptions = '--max-semi-space-size=64';

export interface AllInOneOptions {
  /** On the run's own server, so that others can be measured on the same one; else on the embedded PostgreSQL. */
  readonly onServer?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Undone with the line. */
export async function startAllInOne(context: BenchContext, options: AllInOneOptions = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-bench-product-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  const server = options.onServer ? await context.server() : undefined;
  if (server) context.after(() => dropServicesDatabases(server.adminUrl));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...unlimited,
    PORT: String(port),
    GUICHET_DATA_DIR: dataDir,
    GUICHET_DEMO_HISTORY: 'false',
    NODE_OPTIONS: nodeOptions,
    ...(server && { GUICHET_POSTGRES_URL: server.adminUrl }),
    ...options.env,
  };
  const running = startBundle(context.bundles['all-in-one'] ?? '', { name: 'all-in-one', cwd: root, env });
  context.after(() => running.stop());
  await running.ready(url, 120_000);
  const adminUrl = server?.adminUrl ?? (await embeddedAdminUrl(dataDir));
  const client = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Client;
  const issue = tokensOf(url, client);
  return {
    urls: ofEach(() => url),
    databases: ofEach((service) => databaseAt(adminUrl, `guichet_${service}`)),
    processes: [running],
    dataDir,
    token: (role, tenant = 'demo') => issue(tenant, role),
    stop: async () => void (await running.stop()),
  };
}

/**
 * One process of each service, a database each on the run's own server, over the run's own Kafka. Undone with the line.
 */
export async function startServices(context: BenchContext): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-bench-product-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  const { adminUrl } = await context.server();
  const brokers = await context.kafka();
  const topicPrefix = `bench-${Date.now().toString(36)}.`;
  const urls = await ofEachAsync(async () => `http://127.0.0.1:${await freePort()}`);
  const databases = await ofEachAsync((service) => createTestDatabase(`bench_${service}`, { adminUrl }));
  context.after(() => Promise.all(Object.values(databases).map((database) => database.drop())));
  const processes = serviceNames.map((service) => {
    const port = Number(new URL(urls[service]).port);
    const env = environmentOf({ port, url: urls.identity, database: databases[service], brokers, topicPrefix });
    return startBundle(context.bundles[service] ?? '', { name: service, cwd: dataDir, env });
  });
  const stop = async () => void (await Promise.all(processes.map((running) => running.stop())));
  context.after(stop);
  await Promise.all(processes.map((running, i) => running.ready(Object.values(urls)[i] ?? '', 120_000)));
  const issue = tokensOf(urls.identity, demoClient);
  return {
    urls,
    databases: ofEach((service) => databases[service].adminUrl),
    processes,
    dataDir,
    token: (role, tenant = 'demo') => issue(tenant, role),
    stop,
  };
}

/** A service's bundle as docs/deployment.md runs it. */
export function startServiceAlone(
  bundle: string,
  name: string,
  env: Readonly<Record<string, string>>,
  url: string,
): Promise<Running> {
  const child = spawn(process.execPath, [bundle], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Running(name, child).ready(url, 60_000);
}

function ofEach<Value>(valueOf: (service: ServiceName) => Value): Record<ServiceName, Value> {
  return Object.fromEntries(serviceNames.map((service) => [service, valueOf(service)])) as Record<ServiceName, Value>;
}

async function ofEachAsync<Value>(
  valueOf: (service: ServiceName) => Promise<Value>,
): Promise<Record<ServiceName, Value>> {
  const pairs = await Promise.all(serviceNames.map(async (service) => [service, await valueOf(service)] as const));
  return Object.fromEntries(pairs) as Record<ServiceName, Value>;
}

export function databaseAt(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Superuser of the PostgreSQL in an all-in-one's data folder. */
export async function embeddedAdminUrl(dataDir: string): Promise<string> {
  const [, , , port] = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  const password = await readFile(join(dataDir, 'postgres-password'), 'utf8');
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/** What an all-in-one leaves on a server it was given. */
async function dropServicesDatabases(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const service of serviceNames) {
      const database = `guichet_${service}`;
      await client.query(`drop database if exists ${database} with (force)`);
      for (const role of ['owner', 'app']) await client.query(`drop role if exists ${database}_${role}`);
    }
  } finally {
    await client.end();
  }
}
