import { ticketSources, validatePublicEvent } from '@guichet/contracts';
import { eventSourcingMigrations, migrate, PageReader, type RecordedEvent } from '@guichet/event-sourcing';
import { toPublicEvent as intakeEvent } from '@guichet/intake/publisher';
import { toPublicEvent as routingEvent } from '@guichet/routing/publisher';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import pg from 'pg';
import { copyOut } from '../postgres/copy-out.js';
import { eventsOf, fillLog } from './many-tickets.js';
import { append, openLog } from './product-log.js';
import { placesOf } from './replies.js';

const tickets = 300;
const toPublic = { intake: intakeEvent, routing: routingEvent };

describe.each(ticketSources)('a filled log of %s', (publisher) => {
  let database: TestDatabase;
  let opened: ReturnType<typeof openLog>;
  let events: RecordedEvent[];
  beforeAll(async () => {
    database = await createTestDatabase('filled');
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: eventSourcingMigrations });
    expect(await fillLog(database.adminUrl, publisher, tickets)).toBe(eventsOf(publisher, tickets));
    opened = openLog(database.appUrl);
    ({ events } = await new PageReader(10_000).read(opened.log, 0));
  });
  afterAll(async () => {
    await opened.close();
    await database.drop();
  });

  it('has the events of every ticket, in the order of their times and versions', () => {
    expect(events).toHaveLength(eventsOf(publisher, tickets));
    const times = events.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual(times.toSorted());
    const streams = Map.groupBy(events, ({ streamId }) => streamId);
    expect(streams.size).toBe(tickets);
    const versions = [...streams.values()].map((of) => of.map(({ version }) => version).join());
    expect(new Set(versions).size).toBe(1);
  });

  it('is what the service would publish', () => {
    const told = events.flatMap((event) => toPublic[publisher](event) ?? []);
    expect(told).toHaveLength(events.length);
    expect(told.flatMap((event) => validatePublicEvent(event))).toEqual([]);
  });

  it('goes on at the next position, with its indexes as they were', async () => {
    const { position } = await append(opened.store, placesOf(1)());
    expect(position).toBe(events.length + 1);
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    const { rows } = await client.query(`select conname from pg_constraint where conrelid = 'event_log'::regclass
                                            and contype in ('p', 'u') order by conname`);
    expect(rows.map(({ conname }) => conname)).toEqual([
      ...['event_log_event_id', 'event_log_pkey', 'event_log_stream_version'],
    ]);
    const copied = await copyOut(client, 'copy event_log to stdout');
    await client.end();
    expect(copied.rows).toBe(events.length + 1);
    expect(copied.bytes).toBeGreaterThan(events.length * 300);
  });
});
