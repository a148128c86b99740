import { services } from '@guichet/contracts';
import {
  createPool,
  eventSourcingMigrations,
  migrate,
  ProjectionAdmin,
  ProjectionRunner,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { type ServiceOptions, type Stoppable, ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { type Metrics, NotReady, type ReadinessRegistry, ServiceObserver } from '@guichet/observability';
import { Changes } from '@guichet/service';
import { type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { analyticsMigrations } from './migrations/index.js';
import { ticketFactsProjection } from './projection/ticket-facts.projection.js';

/** Requests and the runner share them. */
const maxConnections = 20;

/** What runs behind the service's endpoints: the received log, the feeds it follows, the projection of the figures. */
export class AnalyticsRuntime implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly pool: pg.Pool;
  readonly receivedLog: ReceivedLog;
  readonly database: TenantDatabase;
  readonly changes = new Changes();
  readonly runner: ProjectionRunner;
  /** For operators: rebuild, compare, swap, parked streams. */
  readonly admin: ProjectionAdmin;
  private readonly observer: ServiceObserver;
  private subscription: Stoppable | undefined;
  private upgrading: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ServiceOptions,
    metrics: Metrics,
    private readonly readiness: ReadinessRegistry,
  ) {
    this.observer = new ServiceObserver('analytics', metrics);
    const onError = (error: Error) => this.observer.poolFailed(error);
    const pool = createPool({ url: options.databaseUrl, max: maxConnections, applicationName: 'analytics', onError });
    this.pool = pool;
    this.receivedLog = new ReceivedLog({ pool });
    this.database = new TenantDatabase(pool);
    const projection = ticketFactsProjection((changed) => {
      for (const { tenantId } of changed) this.changes.announce(tenantId);
    });
    const figures = { projection, logs: [this.receivedLog.reader] };
    const observe = this.observer.runner();
    this.runner = new ProjectionRunner({ pool, ...figures, observe, pollMs: options.pollMs });
    const ownerUrl = options.migrationDatabaseUrl;
    this.admin = new ProjectionAdmin({ pool, ownerUrl, projections: [figures], observe });
  }

  async onModuleInit(): Promise<void> {
    const { databaseUrl, migrationDatabaseUrl: url } = this.options;
    const appRole = decodeURIComponent(new URL(databaseUrl).username);
    await migrate({
      url,
      appRole,
      migrations: [...eventSourcingMigrations, ...receivedLogMigrations, ...analyticsMigrations],
    });
    await this.admin.prepare();
  }

  async onApplicationBootstrap(): Promise<void> {
    const { feed } = this.options;
    await this.runner.start();
    const sources = services.analytics.follows;
    this.subscription = await feed.subscribe({ consumer: 'analytics', sources, receivedLog: this.receivedLog });
    // The old figures go on being served meanwhile.
    this.upgrading = this.admin.upgrade().catch((error: unknown) => this.observer.upgradeFailed(error));
    this.observer.consumers({ lags: () => this.admin.lags(), parked: () => this.admin.parked() });
    this.readiness.register('analytics-database', async () => {
      await this.pool.query('select 1');
    });
    this.readiness.register('analytics-projections', async () => {
      if (!(await this.admin.isUpToDate())) throw new NotReady('read models are being rebuilt for this version');
      if (this.runner.state === 'stopped') throw new NotReady('not running: ticket-facts');
    });
  }

  /** The feed first: nothing new comes in while what has come in is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
    await this.upgrading;
    await this.runner.stop();
    await this.pool.end();
  }
}
