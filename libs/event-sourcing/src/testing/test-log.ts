import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from '@guichet/testing';
import type pg from 'pg';
import { migrate } from '../database/migrate.js';
import { createPool } from '../database/sessions.js';
import type { DomainEvent } from '../decider.js';
import { EventStore } from '../event-store.js';
import { LogReader } from '../log-reader.js';
import { eventSourcingMigrations } from '../migrations/index.js';
import type { EventContext } from '../recorded-event.js';
import { Wake } from '../wake.js';

/** A migrated database of its own, with a store and a reader, for the specs of this library. */
export interface TestLog {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly wake: Wake;
  readonly store: EventStore;
  readonly log: LogReader;
  close(): Promise<void>;
}

export async function createTestLog(name: string, options: TestDatabaseOptions = {}): Promise<TestLog> {
  const database = await createTestDatabase(name, options);
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: eventSourcingMigrations });
  const pool = createPool({ url: database.appUrl });
  const wake = new Wake();
  const store = new EventStore({ pool, wake });
  return {
    database,
    pool,
    wake,
    store,
    log: new LogReader({ pool, table: 'event_log', wake }),
    close: async () => {
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
}

export const tenant = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
export const otherTenant = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02';

export function context(tenantId = tenant): EventContext {
  return { tenantId, actor: { kind: 'system' }, correlationId: randomUUID() };
}

export function added(amount: number): DomainEvent<'Added', { amount: number; at: string }> {
  return { type: 'Added', data: { amount, at: '2026-03-02T09:00:00.000Z' } };
}
