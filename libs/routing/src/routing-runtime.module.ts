import { services } from '@guichet/contracts';
import {
  EventStore,
  EventVersions,
  LogReader,
  LogTail,
  PolicyRunner,
  type Projection,
  ProjectionAdmin,
  ProjectionRunner,
  TenantDatabase,
  Wake,
  createPool,
  eventSourcingMigrations,
  migrate,
} from '@guichet/event-sourcing';
import { type ServiceOptions, type Stoppable, ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { Metrics, NotReady, ReadinessRegistry, ServiceObserver } from '@guichet/observability';
import { Changes } from '@guichet/service';
import { type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type pg from 'pg';
import { agentDecider } from './agent/agent.js';
import { AgentProjection } from './agent/agent.projection.js';
import { departmentDecider } from './department/department.js';
import { DepartmentProjection } from './department/department.projection.js';
import { DepartmentStates } from './department/department-states.query.js';
import { Departments } from './department/department.query.js';
import { Freshness, type ReadModel } from './freshness.query.js';
import { handlingDecider } from './handling/decide.js';
import { IntakePolicy } from './intake.policy.js';
import { ReorganizationPolicy } from './reorganization.policy.js';
import { toPublicEvent } from './routing.publisher.js';
import { TicketProjection } from './ticket/ticket.projection.js';
import { Tickets } from './ticket/ticket.query.js';
import { Timelines } from './timeline/timeline.query.js';

/** Requests, commands of the policy and the runners share them. */
const maxConnections = 20;

/** What runs behind the service's endpoints: its log, the feed it follows, its projections and its policy. */
export class RoutingRuntime implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly pool: pg.Pool;
  readonly events: EventStore;
  readonly database: TenantDatabase;
  readonly departments: Departments;
  readonly departmentStates: DepartmentStates;
  readonly changes = new Changes();
  readonly freshness: Freshness;
  readonly intake: IntakePolicy;
  readonly timelines: Timelines;
  /** For operators: rebuild, compare, swap, parked streams. */
  readonly admin: ProjectionAdmin;
  private readonly ownLog: LogReader;
  readonly receivedLog: ReceivedLog;
  private readonly runners: Readonly<Record<ReadModel, ProjectionRunner>>;
  private readonly policy: PolicyRunner;
  private readonly reorganization: PolicyRunner;
  private readonly observer: ServiceObserver;
  private readonly feeds: Stoppable[] = [];
  private upgrading: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ServiceOptions,
    commands: CommandBus,
    metrics: Metrics,
    private readonly readiness: ReadinessRegistry,
  ) {
    this.observer = new ServiceObserver('routing', metrics);
    const onError = (error: Error) => this.observer.poolFailed(error);
    const pool = createPool({ url: options.databaseUrl, max: maxConnections, applicationName: 'routing', onError });
    this.pool = pool;
    const wake = new Wake();
    const tail = new LogTail();
    const versions = new EventVersions([handlingDecider, departmentDecider, agentDecider]);
    this.events = new EventStore({ pool, versions, wake, tail, observe: this.observer.store() });
    this.ownLog = new LogReader({ pool, table: 'event_log', upcast: versions.upcast, wake, tail });
    this.receivedLog = new ReceivedLog({ pool });
    this.database = new TenantDatabase(pool);
    this.departments = new Departments(this.database);
    this.timelines = new Timelines(this.database, this.ownLog, this.receivedLog.reader);

    const own = [this.ownLog];
    const sources = {
      ticket: { projection: new TicketProjection(this.changes), logs: [this.ownLog, this.receivedLog.reader] },
      department: { projection: new DepartmentProjection(), logs: own },
      agent: { projection: new AgentProjection(), logs: own },
    };
    const observe = this.observer.runner();
    const runnerOf = (source: { projection: Projection; logs: LogReader[] }) =>
      new ProjectionRunner({ pool, ...source, observe, pollMs: options.pollMs });
    this.runners = {
      ticket: runnerOf(sources.ticket),
      department: runnerOf(sources.department),
      agent: runnerOf(sources.agent),
    };
    this.departmentStates = new DepartmentStates(this.events);
    this.intake = new IntakePolicy(
      commands,
      this.departmentStates,
      this.departments,
      this.runners.department,
      this.ownLog,
    );
    const handle = this.intake.handle.bind(this.intake);
    const reorganization = new ReorganizationPolicy(
      commands,
      this.events,
      this.departmentStates,
      this.departments,
      new Tickets(this.database),
      this.runners.ticket,
      this.ownLog,
    );
    this.reorganization = new PolicyRunner({
      pool,
      name: 'reorganization',
      log: this.ownLog,
      handle: reorganization.handle.bind(reorganization),
      observe,
      pollMs: options.pollMs,
    });
    this.policy = new PolicyRunner({
      pool,
      name: 'intake',
      log: this.receivedLog.reader,
      handle,
      observe,
      pollMs: options.pollMs,
    });
    this.freshness = new Freshness(this.ownLog, this.receivedLog, this.runners, this.policy);
    this.admin = new ProjectionAdmin({
      pool,
      ownerUrl: options.migrationDatabaseUrl,
      projections: Object.values(sources),
      policies: [this.policy, this.reorganization],
      observe,
    });
  }

  async onModuleInit(): Promise<void> {
    const { databaseUrl, migrationDatabaseUrl: url } = this.options;
    const appRole = decodeURIComponent(new URL(databaseUrl).username);
    await migrate({ url, appRole, migrations: [...eventSourcingMigrations, ...receivedLogMigrations] });
    await this.admin.prepare();
  }

  async onApplicationBootstrap(): Promise<void> {
    const { feed } = this.options;
    await Promise.all(
      [...Object.values(this.runners), this.policy, this.reorganization].map((runner) => runner.start()),
    );
    this.feeds.push(
      await feed.publish({ source: 'routing', log: this.ownLog, pool: this.pool, toPublic: toPublicEvent }),
      await feed.subscribe({ consumer: 'routing', sources: services.routing.follows, receivedLog: this.receivedLog }),
    );
    // Reads go on from the old tables meanwhile.
    this.upgrading = this.admin.upgrade().catch((error: unknown) => this.observer.upgradeFailed(error));
    this.observer.consumers({ lags: () => this.admin.lags(), parked: () => this.admin.parked() });
    this.readiness.register('routing-database', async () => {
      await this.pool.query('select 1');
    });
    this.readiness.register('routing-projections', async () => {
      const stopped = Object.entries(this.runners).filter(([, { state }]) => state === 'stopped');
      if (!(await this.admin.isUpToDate())) throw new NotReady('read models are being rebuilt for this version');
      if (stopped.length > 0) throw new NotReady(`not running: ${stopped.map(([name]) => name).join(', ')}`);
    });
  }

  /** The feed first: nothing new comes in while what has come in is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
    await this.upgrading;
    await Promise.all(
      [...Object.values(this.runners), this.policy, this.reorganization].map((runner) => runner.stop()),
    );
    await this.events.close();
    await this.pool.end();
  }
}
