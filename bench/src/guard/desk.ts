/** What a command, a page of a queue and a batch of a projection ask of the database. */
import { randomUUID } from 'node:crypto';
import { createPool, EventStore } from '@guichet/event-sourcing';
import { IntakeModule } from '@guichet/intake';
import { EmbeddedFeed } from '@guichet/messaging';
import { startTestHost, type TestAnswer, type TestCaller, type TestHost } from '@guichet/http-host/testing';
import { RoutingModule } from '@guichet/routing';
import type { TestDatabase } from '@guichet/testing';
import type { Counted } from './bounds.js';
import { readingOf, settleTables } from './explained.js';
import { costOf, type Statements } from './statements.js';

const tenantId = randomUUID();
const person = (subject: string, role: TestCaller['roles']): TestCaller => ({
  tenantId,
  subject,
  name: subject,
  roles: role,
});
const supervisor = person('sam', ['supervisor']);
const agent = person('amir', ['agent']);
const requester = person('rita', ['requester']);

export interface DeskDatabases {
  readonly intake: TestDatabase;
  readonly routing: TestDatabase;
}

/** Intake and routing in this process, as the all-in-one has them. */
class Desk {
  private constructor(
    readonly databases: DeskDatabases,
    private readonly host: TestHost,
    private readonly statements: Statements,
  ) {}

  static async start(databases: DeskDatabases, statements: Statements): Promise<Desk> {
    const feed = new EmbeddedFeed();
    const options = ({ appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl }: TestDatabase) => ({
      ...{ databaseUrl, migrationDatabaseUrl, feed },
    });
    const modules = {
      intake: IntakeModule.register(options(databases.intake)),
      routing: RoutingModule.register(options(databases.routing)),
    };
    const host = await startTestHost(Object.entries(modules).map(([name, module]) => ({ name, module })));
    return new Desk(databases, host, statements);
  }

  stop = () => this.host.stop();

  async ask(path: string, as: TestCaller, body?: object, after = ''): Promise<TestAnswer> {
    const headers: Record<string, string> = after ? { 'guichet-after': after } : {};
    const request = { as, headers, ...(body && { method: 'POST', body }) };
    for (let attempt = 1; ; attempt++) {
      const answer = await this.host.call(path, request);
      if (answer.status < 300) return answer;
      if (answer.status !== 503 || attempt === 10) {
        throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
    }
  }

  /** A ticket that routing knows of; its id. */
  async open(): Promise<string> {
    const body = { subject: 'Charged twice', body: 'Two payments.', channel: 'portal', departmentId: 'billing' };
    const { body: opened, headers } = await this.ask('/intake/v1/tickets', requester, body);
    const { ticketId } = opened as { ticketId: string };
    await this.ask(`/routing/v1/tickets/${ticketId}`, agent, undefined, headers.get('guichet-position') ?? '');
    return ticketId;
  }

  sent(method: string, path: string) {
    return this.statements.of(method, path);
  }

  /** Opens tickets as many people at once would, and waits until they are in the queue. */
  async fillQueue(departmentId: string, tickets: number): Promise<void> {
    const pool = createPool({ url: this.databases.intake.appUrl });
    const store = new EventStore({ pool });
    const ids = Array.from({ length: tickets }, () => randomUUID());
    try {
      const ends = await Promise.all(ids.map((ticketId, i) => store.append(opening(ticketId, departmentId, i))));
      const after = `intake=${Math.max(...ends.map(({ position }) => position))}`;
      await this.ask(`/routing/v1/tickets/${ids[0]}`, agent, undefined, after);
    } finally {
      await store.close();
      await pool.end();
    }
  }
}

const opening = (ticketId: string, departmentId: string, i: number) => ({
  streamId: `ticket-${ticketId}`,
  expectedVersion: 0,
  events: [
    {
      type: 'TicketOpened',
      data: {
        ...{ ticketId, at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(), number: `GU-${i}` },
        ...{ requesterId: 'rita', requesterName: 'Rita', subject: 'Charged twice', body: 'Two payments.' },
        ...{ channel: 'portal', device: 'desktop', locale: 'fr', departmentId },
      },
    },
  ],
  context: { tenantId, actor: { kind: 'requester', id: 'rita' } as const, correlationId: 'made-up' },
});

async function countCommands(desk: Desk): Promise<Counted> {
  const counted: Record<string, number> = {};
  const note = (name: string, path: string) => {
    const { statements, roundTrips } = costOf(desk.sent('POST', path));
    counted[`${name}: statements`] = statements;
    counted[`${name}: round trips`] = roundTrips;
  };
  for (const isWarmUp of [true, false]) {
    const ticketId = await desk.open();
    if (!isWarmUp) note('open a ticket', '/intake/v1/tickets');
    for (const [name, path, as, body] of [
      ['reply as requester', `/intake/v1/tickets/${ticketId}/replies`, requester, { body: 'Any news?' }],
      ['claim', `/routing/v1/tickets/${ticketId}/claim`, agent, {}],
      ['reply as agent', `/routing/v1/tickets/${ticketId}/replies`, agent, { body: 'Try this.' }],
      ['transfer', `/routing/v1/tickets/${ticketId}/transfers`, agent, { toDepartmentId: 'technical', reason: 'x' }],
      ['resolve', `/routing/v1/tickets/${ticketId}/resolve`, agent, {}],
    ] as const) {
      await desk.ask(path, as, body);
      if (!isWarmUp) note(name, path);
    }
  }
  return counted;
}

async function countPages(desk: Desk): Promise<Counted> {
  const counted: Record<string, number> = {};
  const { intake, routing } = desk.databases;
  const ticketId = await desk.open();
  const pages = [
    ['a queue, a page of 50', '/routing/v1/departments/billing/queue?limit=50', routing, agent],
    ['a ticket’s timeline', `/routing/v1/tickets/${ticketId}/timeline`, routing, agent],
    ['a requester’s ticket', `/intake/v1/tickets/${ticketId}`, intake, requester],
  ] as const;
  for (const [size, department, more] of [
    ['200', 'billing', 200],
    ['2,000', 'technical', 1_800],
  ] as const) {
    await desk.fillQueue(department, more);
    await Promise.all([intake, routing].map(({ adminUrl }) => settleTables(adminUrl)));
    for (const [name, path, database, as] of pages) {
      await desk.ask(path, as);
      const sent = desk.sent('GET', path);
      const reading = await readingOf(database.adminUrl, { role: `${database.name}_app`, tenantId }, sent);
      counted[`${name}: round trips`] = costOf(sent).roundTrips;
      counted[`${name}: rows read, ${size} tickets`] = reading.rows;
      counted[`${name}: pages read, ${size} tickets`] = reading.pages;
    }
  }
  return counted;
}

export async function countDesk(databases: DeskDatabases, statements: Statements): Promise<Counted> {
  const desk = await Desk.start(databases, statements);
  try {
    for (const departmentId of ['billing', 'technical']) {
      const { headers } = await desk.ask('/routing/v1/departments', supervisor, { departmentId, name: departmentId });
      await desk.ask('/routing/v1/departments', supervisor, undefined, headers.get('guichet-position') ?? '');
    }
    return { ...(await countCommands(desk)), ...(await countPages(desk)) };
  } finally {
    await desk.stop();
  }
}
