/**
 * Intake, routing and analytics in one process on databases of their own, with tickets written straight into the logs.
 */
import { AnalyticsModule } from '@guichet/analytics';
import type { EveryService, Source } from '@guichet/contracts';
import { createPool, EventStore } from '@guichet/event-sourcing';
import { IntakeModule } from '@guichet/intake';
import { EmbeddedFeed, type Publication } from '@guichet/messaging';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import { RoutingModule } from '@guichet/routing';
import { type TestDatabase, until } from '@guichet/testing';
import pg from 'pg';
import { type History, idOf, recordsOf } from '../guard/tickets.js';
import type { BenchContext } from '../line.js';

const modules = {
  intake: IntakeModule,
  routing: RoutingModule,
  analytics: AnalyticsModule,
} satisfies Partial<EveryService<object>>;
type Service = keyof typeof modules;
type Databases = Readonly<Record<Service, TestDatabase>>;
const services = Object.keys(modules) as Service[];

const tenantId = idOf('tenant');
const actor = { kind: 'import', id: 'bench' } as const;

/** Of one service: `event_log`, `received_log`, or its read models together. */
export interface Stored {
  readonly service: Service;
  readonly place: string;
  readonly total: number;
}

interface Rebuild {
  readonly projection: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly error?: string;
}

/** Notes what is published, so that it can be published elsewhere too. */
class NotingFeed extends EmbeddedFeed {
  readonly noted: Publication[] = [];

  override publish(publication: Publication) {
    this.noted.push(publication);
    return super.publish(publication);
  }
}

export class WholeDesk {
  private constructor(
    private readonly databases: Databases,
    private readonly host: TestHost,
    private readonly feed: NotingFeed,
  ) {}

  static async start(context: BenchContext): Promise<WholeDesk> {
    const made = await Promise.all(services.map(async (name) => [name, await context.database(name)] as const));
    const databases = Object.fromEntries(made) as Databases;
    const feed = new NotingFeed();
    const options = (name: Service) => {
      const { appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl } = databases[name];
      return { databaseUrl, migrationDatabaseUrl, feed };
    };
    const host = await startTestHost(services.map((name) => ({ name, module: modules[name].register(options(name)) })));
    context.after(() => host.stop());
    return new WholeDesk(databases, host, feed);
  }

  get publications(): readonly Publication[] {
    return this.feed.noted;
  }

  /**
   * Has that many tickets live their whole life, as an import would bring them; answers, when all figures have them,
   * how many events.
   */
  async live(tickets: number): Promise<number> {
    const history = { tenantId, name: 'size', fromMs: Date.UTC(2026, 0, 1), everyMs: 60_000, tickets };
    const intake = await this.append('intake', history);
    const routing = await this.append('routing', history);
    const headers = { 'guichet-after': `intake=${intake},routing=${routing}` };
    for (const [path, role] of [
      ['/analytics/v1/kpis/backlog', 'analyst'],
      [`/routing/v1/tickets/${idOf('size-1')}`, 'agent'],
      [`/intake/v1/tickets/${idOf('size-1')}`, 'agent'],
    ] as const) {
      await this.seen(path, role, headers);
    }
    return intake + routing;
  }

  /** Builds a projection's tables anew beside the live ones, which stay. */
  async rebuildSeconds(service: Service, projection: string): Promise<number> {
    const path = `/${service}/v1/operations/projections`;
    const as = { tenantId, roles: ['operator'] as const };
    const begun = await this.host.call(`${path}/${projection}/rebuild`, { as, body: { swap: false } });
    if (begun.status >= 300) throw new Error(`${projection} is not rebuilt: ${JSON.stringify(begun.body)}`);
    const built = await until(
      `${projection} to be rebuilt`,
      async () => {
        const { body } = await this.host.call(path, { as });
        const { rebuilds } = body as { rebuilds: readonly Rebuild[] };
        return rebuilds.find((one) => one.projection === projection && one.state !== 'running');
      },
      120_000,
      100,
    );
    if (built.state !== 'built') throw new Error(`The rebuild of ${projection} has failed: ${built.error}`);
    return (Date.parse(built.endedAt) - Date.parse(built.startedAt)) / 1000;
  }

  async bytesByTable(): Promise<readonly Stored[]> {
    const all = await Promise.all(services.map((service) => storedBy(service, this.databases[service].adminUrl)));
    return all.flat();
  }

  /** Answers the position of the last event. */
  private async append(source: Source & Service, history: History): Promise<number> {
    const pool = createPool({ url: this.databases[source].appUrl });
    const store = new EventStore({ pool });
    const context = { tenantId, actor, correlationId: 'bench', imported: true };
    const streams = Map.groupBy(
      recordsOf(source, history, 0).map(
        ({ event }) => event as { streamId: string; type: string; data: { at: string } },
      ),
      ({ streamId }) => streamId,
    );
    try {
      const ends = await Promise.all(
        [...streams].map(([streamId, events]) => store.append({ streamId, expectedVersion: 0, events, context })),
      );
      return Math.max(...ends.map(({ position }) => position));
    } finally {
      await store.close();
      await pool.end();
    }
  }

  private async seen(path: string, role: 'agent' | 'analyst', headers: Record<string, string>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { status } = await this.host.call(path, { as: { tenantId, roles: [role] }, headers });
      if (status === 200) return;
      if (status !== 503 || attempt === 60) throw new Error(`${path} answered ${status}.`);
    }
  }
}

async function storedBy(service: Service, adminUrl: string): Promise<readonly Stored[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ place: string; total: number }>(
      `select case when schemaname = 'read_model' then 'read models' else relname end as place,
              sum(pg_total_relation_size(relid))::float8 as total
         from pg_stat_user_tables
        where schemaname = 'read_model' or relname in ('event_log', 'received_log')
        group by 1 order by 1`,
    );
    // An empty table still has pages.
    return rows.filter(({ total }) => total > 100_000).map((row) => ({ service, ...row }));
  } finally {
    await client.end();
  }
}
