/** For tests: routing on real databases, and an intake whose facts a test makes up. */
import { randomUUID } from 'node:crypto';
import { type IntakeEventData, type PublicEvent } from '@guichet/contracts';
import {
  type Actor,
  EventStore,
  LogReader,
  type RecordedEvent,
  Wake,
  createPool,
  eventSourcingMigrations,
  migrate,
} from '@guichet/event-sourcing';
import { EmbeddedFeed } from '@guichet/messaging';
import {
  type TestAnswer,
  type TestCaller,
  type TestHost,
  type TestRequest,
  startTestHost,
} from '@guichet/http-host/testing';
import { createTestDatabase } from '@guichet/testing';
import { RoutingModule } from '../src/index.js';

export const at = '2026-03-02T09:00:00.000Z';

/** What intake says happened; `data` lacks what every event has. */
type Told<Type extends keyof IntakeEventData> = Omit<IntakeEventData[Type], 'ticketId' | 'at'> & { at?: string };

interface Circumstances {
  readonly imported?: boolean;
  readonly actor?: Actor;
  readonly tenantId?: string;
}

/** Stands in for intake: a real log, published through the embedded feed. */
export class MadeUpIntake {
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly events: EventStore,
    private readonly tenantId: string,
  ) {}

  /** Answers the position in intake's log, for `Guichet-After: intake=…`. */
  async tell<Type extends keyof IntakeEventData>(
    ticketId: string,
    type: Type,
    data: Told<Type>,
    { imported, actor = { kind: 'requester', id: 'rita' }, tenantId = this.tenantId }: Circumstances = {},
  ): Promise<number> {
    const expectedVersion = this.versions.get(ticketId) ?? 0;
    const { version, position } = await this.events.append({
      streamId: `ticket-${ticketId}`,
      expectedVersion,
      events: [{ type, data: { ticketId, at, ...data } }],
      context: { tenantId, actor, correlationId: 'made-up', ...(imported ? { imported } : {}) },
    });
    this.versions.set(ticketId, version);
    return position;
  }

  open(ticketId: string, more: Partial<Told<'TicketOpened'>> = {}, options: Circumstances = {}): Promise<number> {
    const opening = { number: 'GU-1', requesterId: 'rita', requesterName: 'Rita', subject: 'Charged twice' };
    const data = { ...opening, channel: 'portal', device: 'desktop', locale: 'fr', ...more } as Told<'TicketOpened'>;
    return this.tell(ticketId, 'TicketOpened', data, options);
  }
}

const toPublic = (event: RecordedEvent): PublicEvent => {
  const { eventId: id, metadata, ...rest } = event;
  return { ...rest, ...metadata, id, source: 'intake' };
};

export interface Routing {
  readonly host: TestHost;
  readonly tenantId: string;
  readonly intake: MadeUpIntake;
  /** The database as a superuser. */
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly supervisor: TestCaller;
  readonly amir: TestCaller;
  readonly bea: TestCaller;
  call(path: string, request?: TestRequest): Promise<TestAnswer>;
  /** A ticket in the department's queue; its id. */
  queued(department?: string): Promise<string>;
  /** Another host of the service, on the same database. */
  replica(): Promise<Pick<Routing, 'host' | 'call' | 'stop'>>;
  stop(): Promise<void>;
}

/** With the departments `billing` (the first) and `technical`. */
export async function startRouting(): Promise<Routing> {
  const [database, intakeDatabase] = await Promise.all([createTestDatabase('routing'), createTestDatabase('intake')]);
  const appRole = `${intakeDatabase.name}_app`;
  await migrate({ url: intakeDatabase.ownerUrl, appRole, migrations: eventSourcingMigrations });
  const pool = createPool({ url: intakeDatabase.appUrl });
  const wake = new Wake();
  const store = new EventStore({ pool, wake });
  const feed = new EmbeddedFeed();
  const log = new LogReader({ pool, table: 'event_log', wake });
  const published = await feed.publish({ source: 'intake', log, pool, toPublic });

  const start = (followed: EmbeddedFeed) => {
    const { appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl } = database;
    const module = RoutingModule.register({ databaseUrl, migrationDatabaseUrl, feed: followed });
    return startTestHost([{ name: 'routing', module }]);
  };
  const callOf =
    (to: TestHost): Routing['call'] =>
    (path, request) =>
      to.call(`/routing/v1${path}`, request);
  const host = await start(feed);
  const tenantId = randomUUID();
  const supervisor: TestCaller = { tenantId, roles: ['supervisor'], subject: 'sam', name: 'Sam' };
  const intake = new MadeUpIntake(store, tenantId);
  const call = callOf(host);
  for (const [departmentId, name] of [
    ['billing', 'Billing'],
    ['technical', 'Technical'],
  ] as const) {
    const { status, headers } = await call('/departments', { as: supervisor, body: { departmentId, name } });
    if (status !== 201) throw new Error(`The department ${name} could not be created: ${status}.`);
    await call('/departments', {
      as: supervisor,
      headers: { 'guichet-after': headers.get('guichet-position') ?? '' },
    });
  }
  return {
    host,
    tenantId,
    intake,
    adminUrl: database.adminUrl,
    appUrl: database.appUrl,
    supervisor,
    amir: { tenantId, roles: ['agent'], subject: 'amir', name: 'Amir' },
    bea: { tenantId, roles: ['agent'], subject: 'bea', name: 'Bea' },
    call,
    async queued(departmentId = 'billing') {
      const ticketId = randomUUID();
      const position = await intake.open(ticketId, { departmentId });
      const headers = { 'guichet-after': `intake=${position}` };
      const { status } = await call(`/tickets/${ticketId}`, { as: supervisor, headers });
      if (status !== 200) throw new Error(`The ticket was not queued: ${status}.`);
      return ticketId;
    },
    async replica() {
      const other = await start(new EmbeddedFeed());
      return { host: other, call: callOf(other), stop: () => other.stop() };
    },
    async stop() {
      await host.stop();
      await published.stop();
      await store.close();
      await pool.end();
      await Promise.all([database.drop(), intakeDatabase.drop()]);
    },
  };
}
