/** The database of analytics, filled by the product's own projection. */
import {
  createPool,
  eventSourcingMigrations,
  migrate,
  prepareReadModels,
  ProjectionAdmin,
  ProjectionRunner,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { analyticsMigrations, KpisQuery, RowsQuery, ticketFactsProjection } from '@guichet/analytics/parts';
import { ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import type { TestDatabase } from '@guichet/testing';
import pg from 'pg';
import { copyFrom } from './copy-from.js';
import type { LifeEvent } from './lives.js';
import { copyRows, copyStatement, noPlaces, type Places } from './received-log-rows.js';

interface ProjectOptions {
  readonly upTo?: number;
  /** Events in one transaction at most; that of the product unless given. */
  readonly batchSize?: number;
}

export class FiguresDatabase {
  readonly projection = ticketFactsProjection();
  readonly pool: pg.Pool;
  readonly receivedLog: ReceivedLog;
  readonly admin: ProjectionAdmin;
  readonly kpis: KpisQuery;
  readonly rows: RowsQuery;

  private constructor(
    readonly database: TestDatabase,
    /** Where the received log ends; moves with it. */
    readonly places: Places = noPlaces(),
  ) {
    this.pool = createPool({ url: database.appUrl, applicationName: 'analytics' });
    this.receivedLog = new ReceivedLog({ pool: this.pool });
    const { pool, projection } = this;
    const projections = [{ projection, logs: [this.receivedLog.reader] }];
    this.admin = new ProjectionAdmin({ pool, projections });
    this.kpis = new KpisQuery(new TenantDatabase(pool));
    this.rows = new RowsQuery(this.kpis);
  }

  /** With empty tables. */
  static async create(database: TestDatabase): Promise<FiguresDatabase> {
    const migrations = [...eventSourcingMigrations, ...receivedLogMigrations, ...analyticsMigrations];
    const owner = { url: database.ownerUrl, appRole: `${database.name}_app` };
    await migrate({ ...owner, migrations });
    const figures = new FiguresDatabase(database);
    const { projection, receivedLog } = figures;
    await prepareReadModels({ ...owner, readModels: [{ projection, logs: [receivedLog.reader.name] }] });
    return figures;
  }

  /** Another pool on a database that was created before. */
  static open(database: TestDatabase, places: Places): FiguresDatabase {
    return new FiguresDatabase(database, places);
  }

  runner(batchSize?: number): ProjectionRunner {
    const { pool, projection, receivedLog } = this;
    return new ProjectionRunner({ pool, projection, logs: [receivedLog.reader], ...(batchSize && { batchSize }) });
  }

  /** Puts events behind those that are in the log. Nothing is projected yet. */
  async load(lists: Iterable<readonly LifeEvent[]>): Promise<void> {
    await this.asOwner(async (owner) => {
      await copyFrom(owner, copyStatement, copyRows(lists, this.places));
      await owner.query('update received_log_head set position = $1, chained = $1', [this.places.received]);
      await owner.query('vacuum analyze received_log');
    });
  }

  /** Seconds the product's runner takes up to this position, or the log's end; it stops soon after. */
  async project({ upTo = this.places.received, batchSize }: ProjectOptions = {}): Promise<number> {
    const runner = this.runner(batchSize);
    const begin = performance.now();
    await runner.start();
    const isDone = await runner.waitFor(this.receivedLog.reader.name, upTo, 3_600_000);
    const seconds = (performance.now() - begin) / 1000;
    await runner.stop();
    if (!isDone) throw new Error('The projection has not come there within an hour.');
    const parked = await this.admin.parked();
    if (parked.length > 0) throw new Error(`Events could not be applied: ${JSON.stringify(parked[0])}`);
    return seconds;
  }

  /** Empties the read models, so that `project` begins anew. Its runner must be stopped. */
  async empty(): Promise<void> {
    await this.asOwner(async (owner) => {
      await owner.query(`truncate ${this.projection.tables.map((table) => `read_model.${table}`).join(', ')}`);
      await owner.query(`update checkpoint set position = 0 where consumer = 'projection/${this.projection.name}'`);
    });
  }

  /** As a server that has been running for a while: statistics, and pages known to be visible to all. */
  async settle(): Promise<void> {
    await this.asOwner(async (owner) => {
      for (const table of this.projection.tables) await owner.query(`vacuum analyze read_model.${table}`);
      await owner.query('checkpoint').catch(() => undefined); // not everybody's right, and only for quieter rounds
    });
  }

  async asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.database.ownerUrl, work);
  }

  async asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.database.adminUrl, work);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
