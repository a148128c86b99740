import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ProjectionAdmin } from '@guichet/event-sourcing';
import { Metrics } from '@guichet/observability';
import {
  connectOpenSearch,
  markOfOpenSearchIndex,
  type OpenSearchClient,
  openSearchIndex,
  openSearchIndexes,
  OpenSearchRefusal,
  removeOpenSearchIndex,
} from '@guichet/search';
import { describeWithOpenSearch, until } from '@guichet/testing';
import { describeSearches } from '../../testing/search-cases.js';
import { TestKnowledge } from '../../testing/test-knowledge.js';
import { SearchFeed } from './search-feed.query.js';

/** A way to a server that can be closed, and opened again. */
class Gate {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(url: string): Promise<Gate> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The gate has no port.');
    const gate = new Gate(server, address.port);
    const { hostname, port } = new URL(url);
    server.on('connection', (socket) => gate.pass(socket, connect(Number(port), hostname)));
    return gate;
  }

  private pass(from: Socket, to: Socket): void {
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    if (!this.isOpen) from.destroy();
  }

  close(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  open(): void {
    this.isOpen = true;
  }

  async end(): Promise<void> {
    this.close();
    this.server.close();
    await once(this.server, 'close');
  }
}

describeWithOpenSearch('Search with OpenSearch as its engine', (opensearch) => {
  const searchIndex = `guichet-test-${randomUUID().slice(0, 8)}`;
  let client: OpenSearchClient;
  let gate: Gate;
  let kb: TestKnowledge;
  beforeAll(async () => {
    client = await connectOpenSearch({ url: opensearch.url, timeoutMs: 60_000 });
    gate = await Gate.to(opensearch.url);
    kb = await TestKnowledge.start({ searchUrl: `http://127.0.0.1:${gate.port}`, searchIndex });
  }, 120_000);
  afterAll(async () => {
    await kb.stop();
    await gate.end();
    for (const name of await openSearchIndexes(client, searchIndex)) await removeOpenSearchIndex(client, name);
    await client.close();
  });

  const part = <T>(type: new (...args: never[]) => T): T => kb.host.host.app.get<T>(type, { strict: false });
  async function indexName(): Promise<string> {
    const feed = part(SearchFeed);
    return `${searchIndex}-${await feed.databaseId()}-${await feed.build()}`;
  }
  /** Undefined too while OpenSearch is making the index. */
  const markOf = (name: string) =>
    markOfOpenSearchIndex(client, name).catch((error: unknown) => {
      if (error instanceof OpenSearchRefusal && error.status === 503) return undefined;
      throw error;
    });
  /** Once OpenSearch has all that the tenant has written. */
  async function settled(of: TestKnowledge): Promise<void> {
    await of.must('author', '/categories'); // waits for what was written
    const { position } = await part(SearchFeed).soFar(of.tenantId);
    await until('OpenSearch has it', async () => ((await markOf(await indexName())) ?? -1) >= position, 60_000);
  }
  async function answersBy(engine: 'opensearch' | 'postgresql'): Promise<number> {
    const text = await part(Metrics).text();
    return Number(new RegExp(`^guichet_search_answers_total\\{engine="${engine}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  }
  const found = async (of: TestKnowledge, query: string) =>
    ((await of.must('reader', `/search?q=${query}`))['items'] as { number: number }[]).map(({ number }) => number);
  async function published(of: TestKnowledge, title: string): Promise<number> {
    const { articleId, number } = await of.article();
    await of.publish(articleId, 'en', { title, body: 'It is so.' });
    return number;
  }

  describe('finds what PostgreSQL finds:', () => {
    describeSearches(async () => kb, settled);

    it('and it was OpenSearch that answered', async () => {
      expect(await answersBy('opensearch')).toBeGreaterThan(20);
    });
  });

  it('has PostgreSQL answer while OpenSearch lacks something, and nothing is found late', async () => {
    const tenant = kb.elsewhere();
    const before = await answersBy('postgresql');
    for (const title of ['Parasols', 'Raincoats', 'Galoshes'])
      expect([await published(tenant, title)]).toEqual(await found(tenant, title));
    gate.close();
    const number = await published(tenant, 'Umbrellas');
    expect(await found(tenant, 'umbrellas')).toEqual([number]);
    expect((await kb.host.call('/health/ready')).status).toBe(200);
    expect(await answersBy('postgresql')).toBeGreaterThan(before);
    gate.open();
    await settled(tenant);
    await until(
      'OpenSearch answers again',
      async () => {
        const asked = await answersBy('opensearch');
        expect(await found(tenant, 'umbrellas')).toEqual([number]);
        return (await answersBy('opensearch')) > asked;
      },
      30_000,
    );
  }, 90_000);

  it('never shows what the articles do not show, whatever OpenSearch has', async () => {
    const tenant = kb.elsewhere();
    const { articleId, number } = await tenant.article({ audience: 'agents' });
    await tenant.publish(articleId, 'en', { title: 'Secrets', body: 'For us.' });
    await settled(tenant);
    const text = { title: 'Secrets', keywords: [], blocks: [], facets: [], signal: 0 };
    const leaked = { ...text, locale: 'en', audience: 'public' };
    await openSearchIndex(client, { name: await indexName(), tenantId: tenant.tenantId }).change([
      { type: 'put', document: { ...leaked, number } },
      { type: 'put', document: { ...leaked, number: number + 1 } },
    ]);
    const before = await answersBy('opensearch');
    expect(await found(tenant, 'secrets')).toEqual([]);
    expect(await answersBy('opensearch')).toBe(before + 1);
  }, 60_000);

  it('is filled anew after a rebuild, and where its index is lost', async () => {
    const tenant = kb.elsewhere();
    const number = await published(tenant, 'Lamps');
    await settled(tenant);
    const first = await indexName();
    const admin = part(ProjectionAdmin);
    await admin.rebuild('articles');
    await admin.swap('articles');
    expect(await found(tenant, 'lamps')).toEqual([number]);
    await settled(tenant);
    const second = await indexName();
    expect(second).not.toBe(first);
    await until(
      'the first index is removed',
      async () => !(await openSearchIndexes(client, searchIndex)).includes(first),
    );
    await removeOpenSearchIndex(client, second);
    expect(await found(tenant, 'lamps')).toEqual([number]);
    await settled(tenant);
    const before = await answersBy('opensearch');
    expect(await found(tenant, 'lamps')).toEqual([number]);
    expect(await answersBy('opensearch')).toBe(before + 1);
  }, 120_000);
});
