/** Test support: the read model of the figures in a database of its own, filled by the projection itself. */
import {
  applyAndSettle,
  createPool,
  migrate,
  type Projection,
  type RecordedEvent,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { eventSourcingMigrations } from '@guichet/event-sourcing';
import { receivedLogMigrations } from '@guichet/messaging';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import pg from 'pg';
import { analyticsMigrations } from '../src/migrations/index.js';
import { ticketFactsProjection } from '../src/projection/ticket-facts.projection.js';

export class FiguresDatabase {
  readonly tenants: TenantDatabase;

  private constructor(
    private readonly database: TestDatabase,
    private readonly pool: pg.Pool,
    private readonly projection: Projection,
  ) {
    this.tenants = new TenantDatabase(pool);
  }

  static async create(projection: Projection = ticketFactsProjection()): Promise<FiguresDatabase> {
    const database = await createTestDatabase('figures');
    const migrations = [...eventSourcingMigrations, ...receivedLogMigrations, ...analyticsMigrations];
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    for (const statement of projection.ddl('read_model')) await owner.query(statement);
    for (const table of projection.tables) {
      await owner.query(`
        alter table read_model.${table} enable row level security;
        create policy tenant on read_model.${table} using (
          tenant_id::text = current_setting('guichet.tenant_id', true) or current_setting('guichet.tenant_id', true) = '*');
        grant select, insert, update, delete on read_model.${table} to "${database.name}_app"`);
    }
    await owner.end();
    return new FiguresDatabase(database, createPool({ url: database.appUrl, max: 4 }), projection);
  }

  async apply(events: readonly RecordedEvent[]): Promise<void> {
    await this.everywhere(async (client) => {
      await applyAndSettle(this.projection, events, { client, schema: 'read_model', log: 'received' });
    });
  }

  empty(): Promise<void> {
    return this.everywhere(async (client) => {
      for (const table of this.projection.tables) await client.query(`delete from read_model.${table}`);
    });
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }

  private async everywhere(work: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`begin; set local guichet.tenant_id = '*'`);
      await work(client);
      await client.query('commit');
    } finally {
      client.release();
    }
  }
}
