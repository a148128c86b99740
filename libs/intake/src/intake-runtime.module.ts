import { type RoutingEventData, services } from '@guichet/contracts';
import {
  createPool,
  EventStore,
  EventVersions,
  eventSourcingMigrations,
  LogReader,
  LogTail,
  migrate,
  ProjectionAdmin,
  ProjectionRunner,
  TenantDatabase,
  Wake,
} from '@guichet/event-sourcing';
import { type ServiceOptions, type Stoppable, ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { Metrics, NotReady, ReadinessRegistry, ServiceObserver } from '@guichet/observability';
import { Changes } from '@guichet/service';
import { type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { intakeMigrations } from './migrations/index.js';
import { TicketViewProjection } from './ticket-view/ticket-view.projection.js';
import { ticketDecider } from './ticket/ticket.js';
import { toPublicEvent } from './ticket/ticket.publisher.js';

/** Requests and the runner share them. */
const maxConnections = 20;

/** Routing's events that are no business of requesters, and so none of intake's. They are most of an imported log. */
const behindTheDesk: readonly (keyof RoutingEventData)[] = [
  'ActivityLogged',
  'TicketTagged',
  'WrapUpStarted',
  'WrapUpCompleted',
];

/** What runs behind the service's endpoints: its log, the feed it follows and publishes to, its projection. */
export class IntakeRuntime implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly pool: pg.Pool;
  readonly events: EventStore;
  readonly log: LogReader;
  readonly receivedLog: ReceivedLog;
  readonly database: TenantDatabase;
  readonly changes = new Changes();
  readonly runner: ProjectionRunner;
  /** For operators: rebuild, compare, swap, parked streams. */
  readonly admin: ProjectionAdmin;
  private readonly observer: ServiceObserver;
  private readonly feeds: Stoppable[] = [];
  private upgrading: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ServiceOptions,
    metrics: Metrics,
    private readonly readiness: ReadinessRegistry,
  ) {
    this.observer = new ServiceObserver('intake', metrics);
    const onError = (error: Error) => this.observer.poolFailed(error);
    const pool = createPool({ url: options.databaseUrl, max: maxConnections, applicationName: 'intake', onError });
    this.pool = pool;
    const wake = new Wake();
    const tail = new LogTail();
    const versions = new EventVersions([ticketDecider]);
    this.events = new EventStore({ pool, versions, wake, tail, observe: this.observer.store() });
    this.log = new LogReader({ pool, table: 'event_log', upcast: versions.upcast, wake, tail });
    this.receivedLog = new ReceivedLog({ pool, leavesOut: new Set(behindTheDesk) });
    this.database = new TenantDatabase(pool);
    const view = { projection: new TicketViewProjection(this.changes), logs: [this.log, this.receivedLog.reader] };
    const observe = this.observer.runner();
    this.runner = new ProjectionRunner({ pool, ...view, observe, pollMs: options.pollMs });
    const ownerUrl = options.migrationDatabaseUrl;
    this.admin = new ProjectionAdmin({ pool, ownerUrl, projections: [view], observe });
  }

  async onModuleInit(): Promise<void> {
    const { databaseUrl, migrationDatabaseUrl: url } = this.options;
    const appRole = decodeURIComponent(new URL(databaseUrl).username);
    const migrations = [...eventSourcingMigrations, ...receivedLogMigrations, ...intakeMigrations];
    await migrate({ url, appRole, migrations });
    await this.admin.prepare();
  }

  async onApplicationBootstrap(): Promise<void> {
    const { feed } = this.options;
    await this.runner.start();
    this.feeds.push(
      await feed.publish({ source: 'intake', log: this.log, pool: this.pool, toPublic: toPublicEvent }),
      await feed.subscribe({ consumer: 'intake', sources: services.intake.follows, receivedLog: this.receivedLog }),
    );
    // Reads go on from the old tables meanwhile.
    this.upgrading = this.admin.upgrade().catch((error: unknown) => this.observer.upgradeFailed(error));
    this.observer.consumers({ lags: () => this.admin.lags(), parked: () => this.admin.parked() });
    this.readiness.register('intake-database', async () => {
      await this.pool.query('select 1');
    });
    this.readiness.register('intake-projections', async () => {
      if (!(await this.admin.isUpToDate())) throw new NotReady('read models are being rebuilt for this version');
      if (this.runner.state === 'stopped') throw new NotReady('not running: ticket-view');
    });
  }

  /** The feed first: nothing new comes in while what has come in is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
    await this.upgrading;
    await this.runner.stop();
    await this.events.close();
    await this.pool.end();
  }
}
