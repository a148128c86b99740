/** The whole product as separate processes, each of which can be killed. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '@guichet/contracts';
import { provisionDatabase } from '@guichet/event-sourcing';
import { environmentOf, freePort, Gateway, until } from '@guichet/testing';
import { KafkaPart } from './kafka-part.js';
import type { Part } from './part.js';
import { PostgresPart } from './postgres-part.js';
import { ServicePart } from './service-part.js';

export interface ProductOptions {
  /** App → its bundle. */
  readonly bundles: Readonly<Record<ServiceName, string>>;
  /** Processes of each service. */
  readonly replicas: number;
  readonly onOwnEnd: (name: string, output: string) => void;
}

const readyWithinMs = 120_000;

export class ChaosProduct {
  private readonly begun: (() => Promise<void>)[] = [];

  private constructor(
    /** Of the gateway. */
    readonly url: string,
    private readonly folder: string,
    readonly topicPrefix: string,
  ) {}

  postgres!: PostgresPart;
  kafka!: KafkaPart;
  services: readonly ServicePart[] = [];

  static async start(options: ProductOptions): Promise<ChaosProduct> {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-chaos-'));
    const port = await freePort();
    const topicPrefix = `chaos-${randomBytes(4).toString('hex')}.`;
    const product = new ChaosProduct(`http://127.0.0.1:${port}`, folder, topicPrefix);
    try {
      await product.begin(port, options);
      return product;
    } catch (error) {
      const kept = await product.keepLogs();
      await product.stop();
      throw new Error(`The product did not start; its logs are in ${kept}.`, { cause: error });
    }
  }

  get parts(): readonly Part[] {
    return [...this.services, this.postgres, this.kafka];
  }

  /** Database of a service, as the server's superuser. */
  databaseUrl(service: ServiceName): string {
    const url = new URL(this.postgres.adminUrl);
    url.pathname = `/guichet_${service}`;
    return url.href;
  }

  /** All processes answer 200 to /health/ready. @throws naming those that do not, after two minutes */
  async ready(): Promise<void> {
    await Promise.all(
      this.services.map(({ name, url }) => until(`${name} is ready`, () => isReady(url), readyWithinMs, 100)),
    );
  }

  /** @returns the folder where they are now, which outlives the product */
  async keepLogs(): Promise<string> {
    const kept = await mkdtemp(join(tmpdir(), 'guichet-chaos-logs-'));
    await mkdir(kept, { recursive: true });
    const started = [...this.services, ...[this.postgres, this.kafka].filter(Boolean)];
    await Promise.all(
      started.map(async (part) => writeFile(join(kept, `${part.name.replace(' ', '-')}.log`), await part.log())),
    );
    return kept;
  }

  async stop(): Promise<void> {
    for (const end of this.begun.splice(0).reverse()) await end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async begin(port: number, { bundles, replicas, onOwnEnd }: ProductOptions): Promise<void> {
    const [postgres, kafka] = await Promise.all([
      PostgresPart.start(join(this.folder, 'postgres')).then((part) => this.keep((this.postgres = part))),
      KafkaPart.start().then((part) => this.keep((this.kafka = part))),
    ]);
    const upstreams: Record<string, string[]> = {};
    for (const kind of serviceNames) {
      const database = await provisionDatabase({ adminUrl: postgres.adminUrl, database: `guichet_${kind}` });
      for (let number = 1; number <= replicas; number++) {
        const own = await freePort();
        const name = replicas === 1 ? kind : `${kind} ${number}`;
        const url = `http://127.0.0.1:${own}`;
        const settings = { port: own, url: this.url, database, brokers: kafka.brokers, topicPrefix: this.topicPrefix };
        const env = environmentOf(settings);
        const part = new ServicePart({ kind, name, bundle: bundles[kind], cwd: this.folder, env, url, onOwnEnd });
        this.services = [...this.services, this.keep(part)];
        (upstreams[kind] ??= []).push(url);
      }
    }
    const gateway = await Gateway.start(port, upstreams);
    this.begun.push(() => gateway.stop());
    await Promise.all(this.services.map((part) => part.restart()));
    await this.ready();
  }

  private keep<P extends Part>(part: P): P {
    this.begun.push(() => part.stop());
    return part;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false; // nothing listens yet
  }
}
