import { type LiveConnection, openLive, type TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
const open: LiveConnection[] = [];
beforeAll(async () => {
  kb = await TestKnowledge.start();
  await kb.save((await kb.article()).articleId, 'en', text('Starts the thread that reads texts'));
}, 120_000);
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));
afterAll(() => kb.stop());

async function watch(as: TestCaller, path: string, lastEventId?: string): Promise<LiveConnection> {
  await kb.must('author', '/categories'); // waits for what was written
  const token = await kb.host.issuer.token(as);
  const connection = await openLive(`${kb.host.url}/knowledge/v1${path}`, {
    token,
    ...(lastEventId && { lastEventId }),
  });
  open.push(connection);
  return connection;
}
const last = ({ events }: LiveConnection) => events.at(-1)?.data as Readonly<Record<string, unknown>> | undefined;
const told = (name: string, connection: LiveConnection, expected: object) =>
  until(name, () => {
    try {
      expect(last(connection)).toMatchObject(expected);
      return true;
    } catch {
      return false;
    }
  });
const text = (title: string) => ({ title, body: 'Ask us.' });

it('tells readers of each publication, and those who write of each draft', async () => {
  const { articleId } = await kb.article();
  const version = await kb.publish(articleId, 'en', text('Refunds'));
  const reader = await watch(kb.person('reader'), `/articles/${articleId}/live`);
  const author = await watch(kb.person('author'), `/articles/${articleId}/live`);
  await told('the article', reader, { articleId, published: [{ locale: 'en', revision: 1, title: 'Refunds' }] });
  expect(last(reader)).not.toHaveProperty('texts');
  const next = await kb.save(articleId, 'en', text('Get a refund'), version);
  await told('the draft', author, { texts: [{ locale: 'en', draft: 2 }], published: [{ revision: 1 }] });
  await kb.must('editor', `/articles/${articleId}/texts/en/publications`, {
    body: { revision: 2, significance: 'minor' },
  });
  await told('the publication', reader, { published: [{ revision: 2, title: 'Get a refund' }] });
  expect(next).toBeGreaterThan(version);
  const id = reader.events.at(-1)?.id;
  expect(reader.events.map(({ event }) => event)).toEqual(['article', 'article']); // nothing of the draft
  const again = await watch(kb.person('reader', 'another'), `/articles/${articleId}/live`, id);
  await kb.must('editor', `/articles/${articleId}/archive`, { body: {} });
  await told('the archiving', again, { archived: true });
  expect(again.events).toHaveLength(1);
});

it('ends where the article is not the reader’s any more, and begins for nobody else', async () => {
  const { categoryId } = await kb.must('editor', '/categories', { body: { name: 'C', locale: 'en' } });
  const { articleId } = await kb.article({ categoryId });
  const path = `/articles/${articleId}/live`;
  expect((await kb.call('reader', path)).body['code']).toBe('unknown-article');
  await kb.publish(articleId, 'en', text('Refunds'));
  const reader = await watch(kb.person('reader'), path);
  const agent = await watch(kb.person('agent'), path);
  await told('the article', reader, { articleId });
  await kb.must('editor', `/categories/${String(categoryId)}/audience`, {
    method: 'PUT',
    body: { audience: 'agents' },
  });
  await reader.ended;
  await told('the audience', agent, { audience: 'agents' });
  expect(reader.events).toHaveLength(1);
  expect((await kb.call('reader', path)).status).toBe(404);
  expect((await kb.elsewhere().call('editor', path)).status).toBe(404);
});

it('tells of the work that there is, of reviews to editors only', async () => {
  const [editor, author] = [
    await watch(kb.person('editor'), '/work/live'),
    await watch(kb.person('author'), '/work/live'),
  ];
  await told('the work', editor, { translations: [], reviews: [] });
  const { articleId } = await kb.article();
  const version = await kb.publish(articleId, 'en', text('Refunds'));
  await kb.publish(articleId, 'fr', text('Remboursements'));
  await kb.save(articleId, 'en', { title: 'Refunds', body: 'Write to us within a month.' }, version);
  await kb.must('author', `/articles/${articleId}/texts/en/submissions`, { method: 'POST' });
  await told('the review', editor, { reviews: [{ locale: 'en', texts: 1 }] });
  await kb.must('editor', `/articles/${articleId}/texts/en/publications`, {
    body: { revision: 2, significance: 'update' },
  });
  await told('the translation', author, { translations: [{ locale: 'fr', texts: 1 }] });
  await told('the review that is over', editor, { reviews: [], translations: [{ locale: 'fr' }] });
  expect(author.events.every(({ data }) => !('reviews' in (data as object)))).toBe(true);
  expect((await kb.call('reader', '/work/live')).status).toBe(403);
});

it('ends with the token', async () => {
  const token = await kb.host.issuer.token(kb.person('author'), { expiresAt: Math.floor(Date.now() / 1000) + 2 });
  const connection = await openLive(`${kb.host.url}/knowledge/v1/work/live`, { token });
  open.push(connection);
  await connection.ended;
  expect(connection.events.at(-1)).toMatchObject({ event: 'ended', data: { reason: 'token-expired' } });
});
