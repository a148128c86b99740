/** The whole product as processes: in one, or as separate services over Kafka. Both are used through one base URL. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenSource } from '@guichet/client';
import { serviceNames } from '@guichet/contracts';
import {
  buildApp,
  type Client,
  createTestDatabase,
  demoClient,
  environmentOf,
  freePort,
  Gateway,
  root,
  type Running,
  startBundle,
  type TestDatabase,
  tokensOf,
  tokenSourceOf,
} from '@guichet/testing';

export interface Product {
  readonly url: string;
  /** Where tools find its address and secrets (GUICHET_DATA_DIR). */
  readonly dataDir: string;
  readonly processes: readonly Running[];
  /** A token of the demo client for any tenant and role. */
  token(tenant: string, role: string): Promise<string>;
  /** The same, renewed before they end. */
  tokens(tenant: string, role: string): TokenSource;
  stop(): Promise<void>;
}

/** @param settings more of its environment, such as `LOG_LEVEL`. */
export async function startAllInOne(settings: Readonly<Record<string, string>> = {}): Promise<Product> {
  const bundle = buildApp('all-in-one');
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-product-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port), GUICHET_DATA_DIR: dataDir, GUICHET_DEMO_HISTORY: 'false', ...settings };
  const running = await startBundle(bundle, { name: 'all-in-one', cwd: root, env }).ready(url);
  const client = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Client;
  const stop = async () => {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url, dataDir, processes: [running], token: tokensOf(url, client), tokens: tokenSourceOf(url, client), stop };
}

/** Two replicas of each service, a database each, one Kafka; a gateway before them. */
export async function startSeparateServices(
  brokers: readonly string[],
  replicas = 2,
  settings: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-product-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const topicPrefix = `e2e-${randomBytes(4).toString('hex')}.`;
  const databases: TestDatabase[] = [];
  const processes: Running[] = [];
  const upstreams: Record<string, string[]> = {};
  for (const service of serviceNames) {
    const bundle = buildApp(service);
    const database = await createTestDatabase(service);
    databases.push(database);
    upstreams[service] = [];
    for (let replica = 0; replica < replicas; replica++) {
      const own = await freePort();
      const env = { ...environmentOf({ port: own, url, database, brokers, topicPrefix }), ...settings };
      processes.push(startBundle(bundle, { name: `${service} ${replica}`, cwd: dataDir, env }));
      upstreams[service].push(`http://127.0.0.1:${own}`);
    }
  }
  const gateway = await Gateway.start(port, upstreams);
  const urls = serviceNames.flatMap((service) => upstreams[service] ?? []);
  await Promise.all(processes.map((running, i) => running.ready(urls[i]!, 120_000)));
  await writeFile(join(dataDir, 'demo.json'), JSON.stringify({ url, issuer: `${url}/identity`, ...demoClient }));
  const stop = async () => {
    await Promise.all(processes.map((running) => running.stop()));
    await gateway.stop();
    await Promise.all(databases.map((database) => database.drop()));
    await rm(dataDir, { recursive: true, force: true });
  };
  const token = tokensOf(url, demoClient);
  return { url, dataDir, processes, token, tokens: tokenSourceOf(url, demoClient), stop };
}
