import {
  createPool,
  type DomainEvent,
  type EventContext,
  EventStore,
  eventSourcingMigrations,
  LogReader,
  LogTail,
  migrate,
  PersonKeys,
  Sealing,
  type Versioned,
  Wake,
} from '@guichet/event-sourcing';
import { receivedLogMigrations } from '@guichet/messaging';
import type { TestDatabase } from '@guichet/testing';
import type pg from 'pg';
import { flatOut, type FlatOut } from '../load/flat-out.js';
import type { BenchContext } from '../line.js';
import { type Place, writersPlaces } from './replies.js';

export const tenantId = '0197e2a0-0000-7000-8000-0000000000aa';
export const eventContext: EventContext = {
  tenantId,
  actor: { kind: 'agent', id: 'agent-42' },
  correlationId: '0197e2a0-0000-7000-8000-0000000000bb',
};

/** A service's log, put together as the services do it. */
export interface ProductLog {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly wake: Wake;
  readonly store: EventStore;
  readonly log: LogReader;
}

/** In a database of its own; ends with the line. */
export async function createProductLog(
  context: BenchContext,
  prefix: string,
  deciders: readonly Versioned[] = [],
): Promise<ProductLog> {
  const database = await context.database(prefix);
  const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
  const opened = openLog(database.appUrl, deciders);
  context.after(opened.close);
  return { database, ...opened };
}

/** The log of a database that has its tables. */
export function openLog(url: string, deciders: readonly Versioned[] = []) {
  const pool = createPool({ url, max: 20 });
  const [wake, tail] = [new Wake(), new LogTail()];
  const sealing = new Sealing(new PersonKeys(pool), deciders);
  const store = new EventStore({ pool, sealing, wake, tail });
  const close = async () => {
    await store.close();
    await pool.end();
  };
  return { pool, wake, store, log: new LogReader({ pool, table: 'event_log', sealing, wake, tail }), close };
}

/** An event, and where it goes. */
export type Addressed = Pick<Place, 'streamId' | 'version'> & { readonly event: DomainEvent };

export const append = (store: EventStore, { streamId, version, event }: Addressed) =>
  store.append({ streamId, expectedVersion: version, events: [event], context: eventContext });

let blocks = 0;

/**
 * Appends one event a time, each of `writers` to streams of its own. Streams of one `block` are written once: by
 * default it is the next of this process.
 */
export function appendFlatOut(store: EventStore, writers: number, seconds: number, block = blocks++): Promise<FlatOut> {
  const places = writersPlaces(writers, block);
  return flatOut(writers, seconds, (writer) => append(store, (places[writer] as () => Place)()));
}
