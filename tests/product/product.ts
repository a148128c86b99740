/** The whole product as processes: in one, or as separate services over Kafka. Both are used through one base URL. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenSource } from '@guichet/client';
import { type ServiceName, serviceNames } from '@guichet/contracts';
import {
  buildApp,
  type Client,
  createTestDatabase,
  demoClient,
  environmentOf,
  freePort,
  Gateway,
  type GatewayOptions,
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

/** One process of a service, always at the same address. */
export interface Replica {
  readonly service: ServiceName;
  readonly url: string;
  /** Ends by SIGTERM, and is started again, with other settings from now on where some are given; answers when ready. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
}

export interface SeparateServices extends Product {
  readonly replicas: readonly Replica[];
  readonly databases: ReadonlyMap<ServiceName, TestDatabase>;
  readonly gateway: Gateway;
}

export interface SeparateOptions extends GatewayOptions {
  /** More of their environment, such as `LOG_LEVEL`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many of a service; two of each, if not given. */
  readonly replicasOf?: (service: ServiceName) => number;
}

/** Two replicas of each service, a database each, one Kafka; a gateway before them. */
export async function startSeparateServices(
  brokers: readonly string[],
  { settings = {}, replicasOf = () => 2, ...gatewayOptions }: SeparateOptions = {},
): Promise<SeparateServices> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-product-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const topicPrefix = `e2e-${randomBytes(4).toString('hex')}.`;
  const databases = new Map<ServiceName, TestDatabase>();
  const processes: Running[] = [];
  const replicas: Replica[] = [];
  const upstreams: Record<string, string[]> = {};
  for (const service of serviceNames) {
    const bundle = buildApp(service);
    const database = await createTestDatabase(service);
    databases.set(service, database);
    upstreams[service] = [];
    for (let number = 0; number < replicasOf(service); number++) {
      const own = await freePort();
      const ownUrl = `http://127.0.0.1:${own}`;
      let env = { ...environmentOf({ port: own, url, database, brokers, topicPrefix }), ...settings };
      const start = () => startBundle(bundle, { name: `${service} ${number}`, cwd: dataDir, env });
      const place = processes.push(start()) - 1;
      const restart = async (others: Readonly<Record<string, string>> = {}) => {
        await processes[place]?.stop('SIGTERM');
        env = { ...env, ...others };
        await (processes[place] = start()).ready(ownUrl, 120_000);
      };
      replicas.push({ service, url: ownUrl, restart });
      upstreams[service].push(ownUrl);
    }
  }
  const gateway = await Gateway.start(port, upstreams, gatewayOptions);
  await Promise.all(processes.map((running, i) => running.ready(replicas[i]!.url, 120_000)));
  await writeFile(join(dataDir, 'demo.json'), JSON.stringify({ url, issuer: `${url}/identity`, ...demoClient }));
  const stop = async () => {
    await Promise.all(processes.map((running) => running.stop()));
    await gateway.stop();
    await Promise.all([...databases.values()].map((database) => database.drop()));
    await rm(dataDir, { recursive: true, force: true });
  };
  const token = tokensOf(url, demoClient);
  const tokens = tokenSourceOf(url, demoClient);
  return { url, dataDir, processes, replicas, databases, gateway, token, tokens, stop };
}
