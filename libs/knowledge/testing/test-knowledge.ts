/** For tests: the knowledge base over HTTP, on a database of its own. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakeEventData } from '@guichet/contracts';
import { EmbeddedFeed, ReceivedLog } from '@guichet/messaging';
import {
  startTestHost,
  type TestAnswer,
  type TestCaller,
  type TestHost,
  type TestRequest,
} from '@guichet/http-host/testing';
import type { Role } from '@guichet/http-host';
import { createTestDatabase } from '@guichet/testing';
import pg from 'pg';
import { KnowledgeModule } from '../src/index.js';
import type { KnowledgeOptions } from '../src/knowledge.settings.js';

/** What answers hold: each test looks at the fields that it is about. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Written {
  readonly articleId: string;
  readonly number: number;
}

export class TestKnowledge {
  private position = '';

  private constructor(
    readonly host: TestHost,
    readonly filesDir: string,
    private readonly drop: () => Promise<void>,
    readonly tenantId: string = randomUUID(),
    /** Events of intake, of all tenants. */
    private readonly told: { count: number } = { count: 0 },
  ) {}

  static async start(more: Pick<KnowledgeOptions, 'searchUrl' | 'searchIndex'> = {}): Promise<TestKnowledge> {
    const database = await createTestDatabase('knowledge');
    const filesDir = await mkdtemp(join(tmpdir(), 'guichet-files-'));
    const options = {
      ...{ databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, feed: new EmbeddedFeed() },
      ...{ filesDir, ...more },
    };
    const host = await startTestHost([{ name: 'knowledge', module: KnowledgeModule.register(options) }]);
    return new TestKnowledge(host, filesDir, async () => {
      await database.drop();
      await rm(filesDir, { recursive: true, force: true });
    });
  }

  /** The same service, as another tenant sees it. */
  elsewhere(): TestKnowledge {
    return new TestKnowledge(this.host, this.filesDir, this.drop, randomUUID(), this.told);
  }

  /** Of the service itself, which sees all tenants. */
  get pool(): pg.Pool {
    return this.host.host.app.get(pg.Pool, { strict: false });
  }

  /** Up to where the log has been written by this. */
  get seen(): string {
    return this.position;
  }

  person(role: Role, subject: string = role): TestCaller {
    return { tenantId: this.tenantId, roles: [role], subject };
  }

  /** Every request sees what was written before it. */
  async call(role: Role | TestCaller, path: string, request: TestRequest = {}): Promise<Answer> {
    const as = typeof role === 'string' ? this.person(role) : role;
    const headers = { ...(this.position && { 'guichet-after': this.position }), ...request.headers };
    const answer: TestAnswer = await this.host.call(`/knowledge/v1${path}`, { as, ...request, headers });
    const position = answer.headers.get('guichet-position');
    const others = this.position.split(', ').filter((part) => part.startsWith('intake='));
    if (position !== null) this.position = [position, ...others].join(', ');
    return { ...answer, body: (answer.body ?? {}) as Answer['body'] };
  }

  /** The same, and it must succeed. */
  async must(role: Role | TestCaller, path: string, request: TestRequest = {}): Promise<Answer['body']> {
    const { status, body } = await this.call(role, path, request);
    if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async article(body: object = {}): Promise<Written> {
    const { articleId, number } = await this.must('author', '/articles', { body });
    return { articleId: String(articleId), number: Number(number) };
  }

  /** Saves a draft on what is there; answers the version. */
  async save(articleId: string, locale: string, body: object, version = 0): Promise<number> {
    const path = `/articles/${articleId}/texts/${locale}/draft`;
    const headers: Record<string, string> = version > 0 ? { 'if-match': `"${version}"` } : {};
    return Number((await this.must('author', path, { method: 'PUT', headers, body }))['version']);
  }

  /** Saves and publishes; answers the version. */
  async publish(articleId: string, locale: string, body: object, version = 0): Promise<number> {
    await this.save(articleId, locale, body, version);
    const { revision } = await this.must('author', `/articles/${articleId}/texts/${locale}/draft`);
    const path = `/articles/${articleId}/texts/${locale}/publications`;
    return Number((await this.must('editor', path, { body: { revision, significance: 'update' } }))['version']);
  }

  /** What intake tells, straight into the received log; whatever is asked then sees it. */
  async opened(ticket: Partial<IntakeEventData['TicketOpened']> = {}, imported = false): Promise<string> {
    const { ticketId = randomUUID(), at = new Date().toISOString() } = ticket;
    const opening = { number: 'GU-1', requesterId: 'rita', subject: 'Charged twice', channel: 'portal' } as const;
    const data = { ...opening, device: 'desktop', locale: 'en', ...ticket, ticketId, at };
    this.told.count += 1;
    const position = this.told.count;
    const event = {
      ...{ id: randomUUID(), source: 'intake', type: 'TicketOpened', schemaVersion: 1, tenantId: this.tenantId },
      ...{ streamId: `ticket-${ticketId}`, version: 1, position, occurredAt: at, recordedAt: at, data },
      ...{ actor: { kind: 'requester', id: data.requesterId } as const, correlationId: 'told' },
      ...(imported && { imported }),
    };
    const records = [{ position, previous: position - 1, cursor: position, event }];
    const { stored } = await this.host.host.app
      .get(ReceivedLog, { strict: false })
      .receive({ feed: 'told', source: 'intake', partition: 0, records, cursor: position, upTo: position });
    if (stored !== 1) throw new Error('The ticket was not received.');
    this.position = [
      ...this.position.split(', ').filter((part) => part !== '' && !part.startsWith('intake=')),
      `intake=${position}`,
    ].join(', ');
    return ticketId;
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.drop();
  }
}
