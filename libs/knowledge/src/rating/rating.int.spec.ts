import { TestKnowledge, type Written } from '../../testing/test-knowledge.js';
import { maxInTenMinutes } from './rating.handler.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const text = (body: string) => ({ title: 'Get a refund', body });
const reader = (key: string) => ({ 'guichet-reader': `reader-${key}` });

async function published(): Promise<Written & { version: number }> {
  const article = await kb.article();
  return { ...article, version: await kb.publish(article.articleId, 'en', text('Ask us.')) };
}
const rate = (articleId: string, key: string, rating: object) =>
  kb.call('reader', `/articles/${articleId}/ratings`, {
    headers: reader(key),
    body: { locale: 'en', revision: 1, ...rating },
  });
const figures = async (articleId: string) =>
  (await kb.must('author', `/articles/${articleId}/ratings`))['revisions'] as Record<string, unknown>[];

it('counts each reader once, and a person by their token', async () => {
  const { articleId } = await published();
  await rate(articleId, 'a', { helpful: true });
  await rate(articleId, 'a', { helpful: true });
  await rate(articleId, 'b', { helpful: false, reason: 'unclear' });
  await rate(articleId, 'c', { helpful: false, reason: 'wrong' });
  await rate(articleId, 'c', { helpful: false, reason: 'unclear', comment: 'Which form?' });
  await kb.must('requester', `/articles/${articleId}/ratings`, { body: { locale: 'en', revision: 1, helpful: true } });
  expect(await figures(articleId)).toEqual([
    {
      ...{ locale: 'en', revision: 1, helpful: 2, notHelpful: 2, helpfulAtLeast: null },
      reasons: [{ reason: 'unclear', count: 2 }],
    },
  ]);
});

it('begins at zero with a rewrite, keeps the old figures, and forgets what is taken back', async () => {
  const { articleId, version } = await published();
  await rate(articleId, 'a', { helpful: false, reason: 'wrong' });
  await rate(articleId, 'b', { helpful: true });
  await kb.publish(articleId, 'en', text('Ask us within 14 days.'), version);
  const old = { locale: 'en', revision: 1, helpful: 1, notHelpful: 1 };
  expect(await figures(articleId)).toMatchObject([old]);
  await rate(articleId, 'a', { revision: 2, helpful: true });
  expect(await figures(articleId)).toMatchObject([{ revision: 2, helpful: 1, notHelpful: 0, reasons: [] }, old]);
  const withdraw = { method: 'DELETE', headers: reader('a') };
  await kb.must('reader', `/articles/${articleId}/ratings/en`, withdraw);
  await kb.must('reader', `/articles/${articleId}/ratings/en`, withdraw);
  expect(await figures(articleId)).toMatchObject([old]);
});

it('says with 20 ratings what share it helps at least', async () => {
  const { articleId } = await published();
  for (let i = 0; i < 19; i++) await rate(articleId, `r${i}`, { helpful: i >= 10, ...(i < 10 && { reason: 'other' }) });
  expect(await figures(articleId)).toMatchObject([{ helpfulAtLeast: null }]);
  await rate(articleId, 'r19', { helpful: true });
  const [{ helpfulAtLeast }] = (await figures(articleId)) as [{ helpfulAtLeast: number }];
  // Wilson, 10 of 20: 0.2993.
  expect(helpfulAtLeast).toBeCloseTo(0.2993, 4);
});

it('shows comments to who writes articles, newest first, page by page', async () => {
  const { articleId } = await published();
  for (const comment of ['First.', 'Second.', 'Third.']) await rate(articleId, comment, { helpful: true, comment });
  const path = `/articles/${articleId}/ratings/comments?limit=2`;
  const first = await kb.must('author', path);
  expect(first['items']).toMatchObject([{ comment: 'Third.', helpful: true, revision: 1 }, { comment: 'Second.' }]);
  const second = await kb.must('author', `${path}&cursor=${String(first['nextCursor'])}`);
  expect(second).toMatchObject({ items: [{ comment: 'First.' }], nextCursor: null });
  for (const role of ['reader', 'requester', 'agent'] as const)
    expect((await kb.call(role, `/articles/${articleId}/ratings/comments`)).status).toBe(403);
});

it.each<[number, string, object]>([
  [422, 'reason-missing', { helpful: false }],
  [422, 'reason-needless', { helpful: true, reason: 'wrong' }],
  [422, 'unknown-revision', { helpful: true, revision: 9 }],
  [422, 'unknown-revision', { helpful: true, locale: 'fr' }],
  [400, 'invalid-request', { helpful: false, reason: 'bad mood' }],
  [400, 'malformed-body', { helpful: true, comment: '\u0000' }],
])('answers %i %s to %j', async (status, code, rating) => {
  const { articleId } = await published();
  expect(await rate(articleId, 'a', rating)).toMatchObject({ status, body: { code } });
  expect(await figures(articleId)).toEqual([]);
});

it('is not there for who may not read the article', async () => {
  const { articleId } = await kb.article({ audience: 'agents' });
  await kb.publish(articleId, 'en', text('Secret.'));
  expect(await rate(articleId, 'a', { helpful: true })).toMatchObject({
    status: 404,
    body: { code: 'unknown-article' },
  });
  const body = { locale: 'en', revision: 1, helpful: true };
  expect((await kb.call('agent', `/articles/${articleId}/ratings`, { body })).status).toBe(200);
  const elsewhere = await kb.elsewhere().call('author', `/articles/${articleId}/ratings`);
  expect(elsewhere).toMatchObject({ status: 404 });
});

it('takes no more readers without an account than a real article has', async () => {
  const { articleId } = await published();
  const script = (i: number) => rate(articleId, `s${i}`, { helpful: false, reason: 'other' });
  const many = Array.from({ length: maxInTenMinutes - 1 }, (_, i) => i);
  for (let from = 0; from < many.length; from += 20) await Promise.all(many.slice(from, from + 20).map(script));
  await script(maxInTenMinutes);
  await figures(articleId);
  expect(await rate(articleId, 'one-more', { helpful: true })).toMatchObject({
    status: 429,
    body: { code: 'too-many-ratings' },
  });
  const body = { locale: 'en', revision: 1, helpful: true };
  await kb.must('requester', `/articles/${articleId}/ratings`, { body });
  expect(await figures(articleId)).toMatchObject([{ helpful: 1, notHelpful: maxInTenMinutes }]);
}, 60_000);
