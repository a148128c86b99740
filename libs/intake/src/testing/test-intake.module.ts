import { randomUUID } from 'node:crypto';
import { contractOf, type RoutingEventData } from '@guichet/contracts';
import { createPool, EventStore, eventSourcingMigrations, LogReader, migrate, Wake } from '@guichet/event-sourcing';
import { EmbeddedFeed, type Publication } from '@guichet/messaging';
import { startTestHost, type TestCaller, type TestHost } from '@guichet/http-host/testing';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import { IntakeModule } from '../intake.module.js';

/** Intake over HTTP on a database of its own, with a publisher in routing's place. */
export interface TestIntake {
  readonly database: TestDatabase;
  readonly routing: TestRouting;
  readonly host: TestHost;
  /** Another instance of the service on the same database. */
  startAnother(): Promise<TestHost>;
  stop(): Promise<void>;
}

export async function startTestIntake(): Promise<TestIntake> {
  const [database, routing] = await Promise.all([createTestDatabase('intake'), TestRouting.start()]);
  const hosts: TestHost[] = [];
  const startAnother = async (): Promise<TestHost> => {
    const feed = new EmbeddedFeed();
    await feed.publish(routing.publication);
    const options = { databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, feed };
    const host = await startTestHost([{ name: 'intake', module: IntakeModule.register(options) }], {
      cursorSecret: 'the same on every instance of a service',
    });
    hosts.push(host);
    return host;
  };
  const host = await startAnother();
  const stop = async (): Promise<void> => {
    await Promise.all(hosts.map((running) => running.stop()));
    await routing.stop();
    await database.drop();
  };
  return { database, routing, host, startAnother, stop };
}

/** A log that speaks in routing's name: what it appends reaches intake as it would from routing. */
export class TestRouting {
  readonly publication: Publication;
  private readonly store: EventStore;
  private readonly versions = new Map<string, number>();

  private constructor(private readonly database: TestDatabase) {
    const pool = createPool({ url: database.appUrl });
    const wake = new Wake();
    this.store = new EventStore({ pool, wake });
    const toPublic: Publication['toPublic'] = ({ metadata, eventId, ...event }) => ({
      ...event,
      ...metadata,
      id: eventId,
      source: 'routing',
      schemaVersion: contractOf(event.type)?.schemaVersion ?? 1,
    });
    this.publication = { source: 'routing', log: new LogReader({ pool, table: 'event_log', wake }), pool, toPublic };
  }

  static async start(): Promise<TestRouting> {
    const database = await createTestDatabase('routing');
    const appRole = `${database.name}_app`;
    await migrate({ url: database.ownerUrl, appRole, migrations: eventSourcingMigrations });
    return new TestRouting(database);
  }

  /** Answers the event's position, for `Guichet-After: routing=<position>`. */
  async tell<Type extends keyof RoutingEventData>(
    tenantId: string,
    type: Type,
    data: Omit<RoutingEventData[Type], 'at'>,
    at = new Date().toISOString(),
  ): Promise<number> {
    const streamId = `handling-${String((data as { ticketId?: string }).ticketId)}`;
    const version = this.versions.get(streamId) ?? 0;
    this.versions.set(streamId, version + 1);
    const { position } = await this.store.append({
      streamId,
      expectedVersion: version,
      events: [{ type, data: { ...data, at } }],
      context: { tenantId, actor: { kind: 'agent', id: 'amir' }, correlationId: randomUUID() },
    });
    return position;
  }

  async stop(): Promise<void> {
    await this.store.close();
    await this.publication.pool.end();
    await this.database.drop();
  }
}

/** People of one tenant. */
export function people(tenantId: string = randomUUID()) {
  const person = (subject: string, ...roles: NonNullable<TestCaller['roles']>): TestCaller => ({
    tenantId,
    subject,
    roles,
    name: subject,
    email: `${subject}@example.org`,
  });
  return {
    tenantId,
    rita: person('rita', 'requester'),
    mallory: person('mallory', 'requester'),
    amir: person('amir', 'agent'),
    importer: person('importer', 'importer'),
    analyst: person('analyst', 'analyst'),
  };
}
