import {
  createPool,
  EventStore,
  EventVersions,
  eventSourcingMigrations,
  LogReader,
  migrate,
  ProjectionAdmin,
  ProjectionRunner,
  TenantDatabase,
  Wake,
} from '@guichet/event-sourcing';
import { receivedLogMigrations, type Stoppable } from '@guichet/messaging';
import { Metrics, NotReady, ReadinessRegistry, ServiceObserver } from '@guichet/observability';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { clientDecider } from './client/client.js';
import { seedDemo } from './demo/seed-demo.js';
import { DirectoryProjection } from './directory/directory.projection.js';
import { Directory } from './directory/directory.query.js';
import { toPublicEvent } from './identity.publisher.js';
import type { IdentityOptions } from './identity.settings.js';
import { Accounts } from './issuer/accounts.store.js';
import { Issuer } from './issuer/issuer.runtime.js';
import { SigningKeyStore } from './issuer/signing-keys.store.js';
import { identityMigrations } from './migrations/index.js';
import { Secrets } from './secrets.js';
import { tenantDecider } from './tenant/tenant.js';
import { Profiles } from './user/profiles.store.js';
import { userDecider } from './user/user.js';

const maxConnections = 10;
const defaultTokenSeconds = 300;
const defaultRotationDays = 30;

/** What runs behind the service's endpoints: its log, its projection and the issuer. */
export class IdentityRuntime implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly pool: pg.Pool;
  readonly database: TenantDatabase;
  readonly wake: Wake;
  readonly events: EventStore;
  readonly profiles: Profiles;
  readonly secrets: Secrets;
  readonly directory: Directory;
  readonly issuer: Issuer;
  /** For operators: rebuild, compare, swap, parked streams. */
  readonly admin: ProjectionAdmin;
  private readonly runner: ProjectionRunner;
  private readonly observer: ServiceObserver;
  private readonly log: LogReader;
  private publication: Stoppable | undefined;
  private upgrading: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: IdentityOptions,
    private readonly adapterHost: HttpAdapterHost,
    metrics: Metrics,
    private readonly readiness: ReadinessRegistry,
  ) {
    this.observer = new ServiceObserver('identity', metrics);
    const onError = (error: Error): void => this.observer.poolFailed(error);
    const pool = createPool({ url: options.databaseUrl, max: maxConnections, applicationName: 'identity', onError });
    const wake = new Wake();
    const versions = new EventVersions([tenantDecider, userDecider, clientDecider]);
    this.wake = wake;
    this.log = new LogReader({ pool, table: 'event_log', upcast: versions.upcast, wake });
    const source = { projection: new DirectoryProjection(), logs: [this.log] };
    const observe = this.observer.runner();
    const database = new TenantDatabase(pool);
    this.database = database;
    this.pool = pool;
    this.events = new EventStore({ pool, versions, wake, observe: this.observer.store() });
    this.profiles = new Profiles(database);
    this.secrets = new Secrets(options.secret);
    this.runner = new ProjectionRunner({ pool, ...source, observe, pollMs: options.pollMs });
    this.admin = new ProjectionAdmin({ pool, ownerUrl: options.migrationDatabaseUrl, projections: [source], observe });
    this.directory = new Directory(pool, database, this.runner);
    this.issuer = this.createIssuer();
  }

  async onModuleInit(): Promise<void> {
    const { databaseUrl, migrationDatabaseUrl: url } = this.options;
    this.issuer.mount(this.adapterHost.httpAdapter.getInstance<FastifyInstance>());
    const appRole = decodeURIComponent(new URL(databaseUrl).username);
    await migrate({
      url,
      appRole,
      migrations: [...eventSourcingMigrations, ...receivedLogMigrations, ...identityMigrations],
    });
    await this.admin.prepare();
    this.readiness.register('identity-database', async () => {
      await this.pool.query('select 1');
    });
    this.readiness.register('identity-issuer', async () => {
      if (!(await this.admin.isUpToDate())) throw new NotReady('read models are being rebuilt for this version');
      if (!this.issuer.isReady) throw new NotReady('no signing keys yet');
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.issuer.start();
    await this.runner.start();
    const publication = { source: 'identity', log: this.log, pool: this.pool, toPublic: toPublicEvent } as const;
    this.publication = await this.options.feed.publish(publication);
    if (this.options.demo !== undefined) await seedDemo(this.events, this.profiles, new Date().toISOString());
    // Reads go on from the old tables meanwhile.
    this.upgrading = this.admin.upgrade().catch((error: unknown) => this.observer.upgradeFailed(error));
    this.observer.consumers({ lags: () => this.admin.lags(), parked: () => this.admin.parked() });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.publication?.stop();
    await this.issuer.stop();
    await this.upgrading;
    await this.runner.stop();
    await this.events.close();
    await this.pool.end();
  }

  private createIssuer(): Issuer {
    const { options, pool, secrets } = this;
    const { tokenSeconds = defaultTokenSeconds, keyRotationDays = defaultRotationDays } = options;
    const accounts = new Accounts(this.events, this.profiles, secrets, options);
    const keys = new SigningKeyStore(pool, secrets, { tokenSeconds, rotationSeconds: keyRotationDays * 86_400 });
    return new Issuer({ options, pool, accounts, secrets, tokenSeconds }, keys);
  }
}
