import type { ServiceEntry } from '@guichet/contracts';
import {
  createPool,
  EventStore,
  EventVersions,
  LogReader,
  LogTail,
  PersonKeys,
  PolicyRunner,
  type Projection,
  ProjectionAdmin,
  ProjectionRunner,
  readDatabaseIdentity,
  Sealing,
  TenantDatabase,
  Wake,
} from '@guichet/event-sourcing';
import { type Stoppable, ReceivedLog } from '@guichet/messaging';
import { type Metrics, NotReady, type ReadinessRegistry, ServiceObserver } from '@guichet/observability';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { placeOf, ServiceDatabase, takesPartInFeed } from './database/service-database.js';
import { Freshness } from './freshness.js';
import type { Companion, LogName, Policy, ServiceDefinition, ServiceSettings } from './service-definition.js';

export interface RuntimeParts {
  readonly entry: ServiceEntry;
  readonly definition: Omit<ServiceDefinition, 'problems'>;
  readonly settings: ServiceSettings;
  readonly metrics: Metrics;
  readonly readiness: ReadinessRegistry;
  /** In the order of the definition. */
  readonly projections: readonly Projection[];
  /**
   * In the order of the definition; asked for when the whole module is there, since they inject parts of the runtime.
   */
  readonly policies: () => readonly Policy[];
  /** As the policies. */
  readonly companions: () => readonly Companion[];
}

/** What runs behind a service's endpoints: its logs, the feed it follows and tells by, its projections and policies. */
export class ServiceRuntime implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly pool: pg.Pool;
  readonly events: EventStore;
  /** What the service itself has decided. */
  readonly log: LogReader;
  /** What the services it follows have told. */
  readonly receivedLog: ReceivedLog;
  readonly database: TenantDatabase;
  /** Of the people whose texts are sealed in this service's log. */
  readonly personKeys: PersonKeys;
  readonly freshness: Freshness;
  /** For operators: rebuild, compare, swap, parked streams. */
  readonly admin: ProjectionAdmin;
  /** Projections and policies, by their names in checkpoints and metrics. */
  readonly runners: ReadonlyMap<string, ProjectionRunner | PolicyRunner>;
  private readonly observer: ServiceObserver;
  private readonly feeds: Stoppable[] = [];
  private started: readonly Companion[] = [];
  private upgrading: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RuntimeParts) {
    const { entry, definition, settings, metrics } = parts;
    const { name: service, follows } = entry;
    this.observer = new ServiceObserver(service, metrics);
    const pool = createPool({
      url: settings.databaseUrl,
      max: settings.connections ?? definition.connections,
      applicationName: service,
      onError: (error) => this.observer.poolFailed(error),
    });
    const [wake, tail, versions] = [new Wake(), new LogTail(), new EventVersions(definition.deciders)];
    this.pool = pool;
    this.personKeys = new PersonKeys(pool);
    const sealing = new Sealing(this.personKeys, definition.deciders);
    this.events = new EventStore({ pool, versions, sealing, wake, tail, observe: this.observer.store() });
    this.log = new LogReader({ pool, table: 'event_log', upcast: versions.upcast, sealing, wake, tail });
    this.receivedLog = new ReceivedLog({
      pool,
      leavesOut: new Set(definition.leavesOut),
      contracts: definition.contracts,
    });
    this.database = new TenantDatabase(pool);

    const sources = this.sources();
    const runOptions = { pool, observe: this.observer.runner(), pollMs: settings.pollMs };
    const projections = sources.map((source) => new ProjectionRunner({ ...runOptions, ...source }));
    const policies = (definition.policies ?? []).map(({ name, reads }, i) => {
      const handle: Policy['handle'] = async (event) => this.parts.policies()[i]?.handle(event);
      return { reads, runner: new PolicyRunner({ ...runOptions, name, log: this.logs[reads], handle }) };
    });
    this.runners = new Map<string, ProjectionRunner | PolicyRunner>([
      ...projections.map((runner, i) => [`projection/${sources[i]?.projection.name}`, runner] as const),
      ...policies.map(({ runner }) => [runner.consumer, runner] as const),
    ]);
    this.admin = new ProjectionAdmin({
      ...runOptions,
      projections: sources,
      policies: policies.map(({ runner }) => runner),
    });
    const readModels = new Map(
      sources.flatMap(({ projection, reads }, i) => {
        const runner = projections[i];
        return runner ? [[projection.name, { reads, runner }] as const] : [];
      }),
    );
    const { log: ownLog, receivedLog } = this;
    const receiving = policies.flatMap(({ reads, runner }) => (reads === 'received' ? [runner] : []));
    this.freshness = new Freshness({ service, follows, ownLog, receivedLog, readModels, policies: receiving });
  }

  private get logs(): Readonly<Record<LogName, LogReader>> {
    return { own: this.log, received: this.receivedLog.reader };
  }

  /** The projections, with the logs they are folded from. */
  private sources() {
    return this.parts.projections.map((projection, i) => {
      const { reads = [] } = this.parts.definition.projections[i] ?? {};
      return { projection, reads, logs: reads.map((name) => this.logs[name]) };
    });
  }

  async onModuleInit(): Promise<void> {
    const { settings, definition, readiness, entry, projections } = this.parts;
    await new ServiceDatabase({ entry, definition, projections }).bringUp(placeOf(settings));
    readiness.register(`${entry.name}-database`, async () => {
      await this.pool.query('select 1');
    });
    readiness.register(`${entry.name}-projections`, () => this.mustBeRunning());
    const { feed } = settings;
    if (feed?.notReady && takesPartInFeed(entry)) {
      readiness.register(`${entry.name}-feed`, async () => {
        const why = await feed.notReady?.();
        if (why !== undefined) throw new NotReady(why);
      });
    }
    for (const [i, { check }] of (definition.companions ?? []).entries()) {
      readiness.register(check, () => {
        const why = this.parts.companions()[i]?.notReady();
        if (why !== undefined) throw new NotReady(why);
      });
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const companion of this.parts.companions()) {
      this.started = [...this.started, companion];
      await companion.start();
    }
    await Promise.all([...this.runners.values()].map((runner) => runner.start()));
    await this.joinFeed();
    // Reads go on from the old tables meanwhile.
    this.upgrading = this.admin.upgrade().catch((error: unknown) => this.observer.upgradeFailed(error));
    this.observer.consumers({ lags: () => this.admin.lags(), parked: () => this.admin.parked() });
  }

  /** The feeds first: nothing new comes in while what has come in is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
    for (const companion of this.started.toReversed()) await companion.stop();
    await this.upgrading;
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    await this.events.close();
    await this.pool.end();
  }

  private async joinFeed(): Promise<void> {
    const { entry, definition, settings } = this.parts;
    const { feed } = settings;
    const { name, tells, follows: sources } = entry;
    const { log, pool, receivedLog } = this;
    if (feed === undefined) return; // defineService has refused a service that needs one
    const databaseId = (await readDatabaseIdentity(pool))?.databaseId;
    if (tells !== undefined && definition.publish) {
      this.feeds.push(await feed.publish({ source: name, log, pool, databaseId, toPublic: definition.publish }));
    }
    if (sources.length > 0) this.feeds.push(await feed.subscribe({ consumer: name, sources, receivedLog, databaseId }));
  }

  private async mustBeRunning(): Promise<void> {
    if (!(await this.admin.isUpToDate())) throw new NotReady('read models are being rebuilt for this version');
    const stopped = [...this.runners].flatMap(([name, { state }]) => (state === 'stopped' ? [name] : []));
    if (stopped.length > 0) throw new NotReady(`not running: ${stopped.join(', ')}`);
  }
}
