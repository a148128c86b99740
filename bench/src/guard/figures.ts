/** What a question about the figures reads, with the tickets of the period alone, and with ten times as many in all. */
import { AnalyticsModule } from '@guichet/analytics';
import { type TicketSource, ticketSources } from '@guichet/contracts';
import type { FeedEngine, Subscription } from '@guichet/messaging';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import type { TestDatabase } from '@guichet/testing';
import type { Counted } from './bounds.js';
import { readingOf, settleTables } from './explained.js';
import { costOf, type Statements } from './statements.js';
import { type History, idOf, recordsOf } from './tickets.js';

const tenantId = idOf('tenant');
const quarter = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
/** 500 tickets in the 90 days that are asked for, 4,500 in the two years before, which are over. */
const asked: History = { tenantId, name: 'asked', fromMs: quarter, everyMs: 4.2 * hour, tickets: 500, openOneIn: 20 };
const before: History = {
  ...{ tenantId, name: 'before', fromMs: Date.UTC(2024, 0, 1), everyMs: 3.8 * hour, tickets: 4_500 },
};
const period = 'from=2026-01-01&to=2026-04-01&timeZone=UTC';

const questions: Readonly<Record<string, string>> = {
  'first response, 90 days': `kpis/first-response-time?${period}&groupBy=department&channel=portal`,
  'tickets opened, daily for 90 days': `kpis/tickets-opened?${period}&bucket=day`,
  'backlog at an instant': 'kpis/backlog?at=2026-03-31T00:00:00Z',
  'backlog, daily for 90 days': `kpis/backlog?${period}&bucket=day`,
  'rows behind a number, a page of 50': `kpis/first-response-time/tickets?${period}&limit=50`,
  'events behind a ticket': `tickets/${idOf('asked-7')}/events`,
};

/** A feed that only notes where events are to go: they come straight into the received log. */
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

class Analytics {
  private readonly positions: Record<TicketSource, number> = { intake: 0, routing: 0 };

  constructor(
    private readonly host: TestHost,
    private readonly feed: DirectFeed,
  ) {}

  async receive(history: History): Promise<void> {
    for (const source of ticketSources) {
      const records = recordsOf(source, history, this.positions[source]);
      for (let i = 0; i < records.length; i += 5_000) {
        const some = records.slice(i, i + 5_000);
        const position = some.at(-1)?.position ?? 0;
        const place = { feed: `guard/${source}`, source, partition: 0, cursor: position, upTo: position };
        await this.feed.subscription?.receivedLog.receive({ ...place, records: some });
        this.positions[source] = position;
      }
    }
  }

  /** Everything received is in the answer. */
  async ask(path: string): Promise<string> {
    const url = `/analytics/v1/${path}`;
    const after = Object.entries(this.positions).map(([source, position]) => `${source}=${position}`);
    const as = { tenantId, roles: ['analyst'] as const, subject: 'bi' };
    for (let attempt = 1; ; attempt++) {
      const { status, body } = await this.host.call(url, { as, headers: { 'guichet-after': after.join(',') } });
      if (status === 200) return url;
      if (status !== 503 || attempt === 10) throw new Error(`${url} answered ${status}: ${JSON.stringify(body)}`);
    }
  }
}

export async function countFigures(database: TestDatabase, statements: Statements): Promise<Counted> {
  const feed = new DirectFeed();
  const module = AnalyticsModule.register({
    ...{ databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, feed },
  });
  const host = await startTestHost([{ name: 'analytics', module }]);
  const counted: Record<string, number> = {};
  try {
    const analytics = new Analytics(host, feed);
    const readings = async (size: string) => {
      await settleTables(database.adminUrl);
      for (const [name, path] of Object.entries(questions)) {
        const sent = statements.of('GET', await analytics.ask(path));
        const of = { role: `${database.name}_app`, tenantId };
        const { rows, pages } = await readingOf(database.adminUrl, of, sent);
        counted[`${name}: round trips`] = costOf(sent).roundTrips;
        counted[`${name}: rows read, ${size} tickets`] = rows;
        counted[`${name}: pages read, ${size} tickets`] = pages;
      }
    };
    await analytics.receive(asked);
    await analytics.ask('kpis/backlog');
    await readings('500');
    await analytics.receive(before);
    await analytics.ask('kpis/backlog');
    await readings('5,000');
  } finally {
    await host.stop();
  }
  return counted;
}
