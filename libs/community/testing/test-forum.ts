/** For tests: the forums over HTTP, on a database of their own. */
import { randomUUID } from 'node:crypto';
import { EventStore } from '@guichet/event-sourcing';
import type { Role } from '@guichet/http-host';
import { startTestHost, type TestCaller, type TestHost, type TestRequest } from '@guichet/http-host/testing';
import { EmbeddedFeed } from '@guichet/messaging';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import pg from 'pg';
import { CommunityModule } from '../src/index.js';
import { handleIdOf } from '../src/member/handle.js';
import { memberDecider } from '../src/member/member.js';
import { Members } from '../src/member/members.store.js';
import type { TrustLevel } from '../src/member/trust.js';

/** What answers hold: each test looks at the fields that it is about. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export class TestForum {
  private position = '';

  private constructor(
    readonly host: TestHost,
    readonly feed: EmbeddedFeed,
    readonly database: TestDatabase,
    readonly tenantId: string = randomUUID(),
  ) {}

  static async start(): Promise<TestForum> {
    const database = await createTestDatabase('community');
    const feed = new EmbeddedFeed();
    const options = { databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, feed };
    const host = await startTestHost([{ name: 'community', module: CommunityModule.register(options) }]);
    return new TestForum(host, feed, database);
  }

  /** The same service, as another tenant sees it. */
  elsewhere(): TestForum {
    return new TestForum(this.host, this.feed, this.database);
  }

  get pool(): pg.Pool {
    return this.host.host.app.get(pg.Pool, { strict: false });
  }

  get events(): EventStore {
    return this.host.host.app.get(EventStore, { strict: false });
  }

  /** `ada` is a requester, `agent` an agent. */
  person(name: string): TestCaller {
    const role: Role = roleNames.has(name as Role) ? (name as Role) : 'requester';
    return { tenantId: this.tenantId, roles: [role], subject: name };
  }

  /** Makes the person a member; of a level, as a moderator would give it. */
  async join(name: string, level: TrustLevel = 1): Promise<string> {
    const members = this.host.host.app.get(Members, { strict: false });
    const memberId = await members.idFor(this.tenantId, name);
    const at = new Date().toISOString();
    const context = { tenantId: this.tenantId, actor: { kind: 'system' as const }, correlationId: 'test' };
    const joining = { memberId, handle: name, handleId: handleIdOf(this.tenantId, name), locale: 'en', at };
    await this.events.transact(memberDecider, memberId, { type: 'JoinForum', data: joining }, { context });
    const giving = { type: 'GiveTrustLevel', data: { memberId, level, at } } as const;
    await this.events.transact(memberDecider, memberId, giving, { context });
    return memberId;
  }

  /** Every request sees what was written before it. */
  async call(name: string, path: string, request: TestRequest = {}): Promise<Answer> {
    const headers = { ...(this.position && { 'guichet-after': this.position }), ...request.headers };
    const answer = await this.host.call(`/community/v1${path}`, { as: this.person(name), ...request, headers });
    this.position = answer.headers.get('guichet-position') ?? this.position;
    return { ...answer, body: (answer.body ?? {}) as Answer['body'] };
  }

  /** The same, and it must succeed. */
  async must(name: string, path: string, request: TestRequest = {}): Promise<Answer['body']> {
    const { status, body } = await this.call(name, path, request);
    if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** What the refusal says. */
  async code(name: string, path: string, request: TestRequest = {}): Promise<string> {
    const { status, body } = await this.call(name, path, request);
    return `${status} ${String(body['code'])}`;
  }

  async category(body: object = {}): Promise<string> {
    const made = await this.must('admin', '/categories', { body: { name: 'Help', locale: 'en', ...body } });
    return String(made['categoryId']);
  }

  async topic(name: string, categoryId: string, body: object = {}): Promise<string> {
    const text = { title: 'How?', body: 'I do not know how.', locale: 'en' };
    return String((await this.must(name, '/topics', { body: { categoryId, ...text, ...body } }))['topicId']);
  }

  async post(name: string, topicId: string, body: object = {}): Promise<string> {
    const made = await this.must(name, `/topics/${topicId}/posts`, { body: { body: 'Like this.', ...body } });
    return String(made['postId']);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.database.drop();
  }
}

const roleNames: ReadonlySet<Role> = new Set<Role>(['reader', 'agent', 'moderator', 'supervisor', 'admin', 'service']);
