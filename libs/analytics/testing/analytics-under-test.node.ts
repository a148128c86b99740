/** Test support: the whole service on a real PostgreSQL; events come straight into its received log. */
import { type PublicEvent, services } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { FeedEngine, Subscription, ReceivedLog } from '@guichet/messaging';
import type { Role } from '@guichet/http-host';
import { startTestHost, type TestAnswer, type TestHost } from '@guichet/http-host/testing';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import { AnalyticsModule } from '../src/analytics.module.js';
import { exampleTickets } from './example-tickets.js';
import { tenantId } from './ticket-story.js';

/** A feed that only notes where events are to go. */
class DirectFeed implements FeedEngine {
  readonly live = true;
  subscription: Subscription | undefined;
  publish = () => Promise.resolve({ stop: () => Promise.resolve() });
  subscribe(subscription: Subscription) {
    this.subscription = subscription;
    return Promise.resolve({ stop: () => Promise.resolve() });
  }
  resume = () => Promise.resolve(0);
  republish = () => Promise.resolve();
  status = () =>
    Promise.resolve({ engine: 'embedded', live: true, problems: [], publications: [], subscriptions: [] } as const);
}

interface Asking {
  readonly tenantId?: string | null;
  readonly roles?: readonly Role[];
  readonly timeZone?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Followed = (typeof services.analytics.follows)[number];

export class AnalyticsUnderTest {
  private readonly positions: Partial<Record<Followed, number>> = {};

  private constructor(
    readonly host: TestHost,
    readonly database: TestDatabase,
    private readonly receivedLog: ReceivedLog,
  ) {}

  static async start(): Promise<AnalyticsUnderTest> {
    const database = await createTestDatabase('analytics');
    const feed = new DirectFeed();
    const module = AnalyticsModule.register({
      databaseUrl: database.appUrl,
      migrationDatabaseUrl: database.ownerUrl,
      feed,
    });
    const host = await startTestHost([{ name: 'analytics', module }]);
    if (!feed.subscription) throw new Error('Analytics did not subscribe.');
    return new AnalyticsUnderTest(host, database, feed.subscription.receivedLog);
  }

  /** With the example tickets received. */
  static async withExamples(): Promise<AnalyticsUnderTest> {
    const analytics = await AnalyticsUnderTest.start();
    await analytics.receive(
      'intake',
      exampleTickets.flatMap(({ intake }) => intake),
    );
    await analytics.receive(
      'routing',
      exampleTickets.flatMap(({ routing }) => routing),
    );
    return analytics;
  }

  /** Receives events of one source, in their order. Answers what to send as `Guichet-After`. */
  async receive(source: Followed, events: readonly RecordedEvent[]): Promise<string> {
    const before = this.positions[source] ?? 0;
    const records = events.map((event, i) => {
      const position = before + 1 + i;
      return { position, previous: position - 1, cursor: position, event: asPublished(source, event, position) };
    });
    const position = before + events.length;
    this.positions[source] = position;
    const feed = `test/${source}`;
    const { stored } = await this.receivedLog.receive({
      feed,
      source,
      partition: 0,
      records,
      cursor: position,
      upTo: position,
    });
    if (stored !== events.length) throw new Error(`Only ${stored} of ${events.length} events were received.`);
    return `${source}=${position}`;
  }

  /** Asks with everything received so far in the answer. */
  ask(path: string, { roles = ['analyst'], headers = {}, ...caller }: Asking = {}): Promise<TestAnswer> {
    const after = Object.entries(this.positions).map(([source, position]) => `${source}=${position}`);
    return this.host.call(`/analytics/v1/${path}`, {
      as: { tenantId, timeZone: 'Europe/Paris', roles, ...caller },
      headers: { 'guichet-after': after.join(','), ...headers },
    });
  }

  /** The body of an answer that is expected to be one. */
  async get<T>(path: string, roles?: readonly Role[]): Promise<T> {
    const { status, body } = await this.ask(path, roles ? { roles } : {});
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.database.drop();
  }
}

function asPublished(source: Followed, event: RecordedEvent, position: number): PublicEvent {
  const { eventId, metadata, ...same } = event;
  return { ...same, ...metadata, id: eventId, source, position };
}
