/** What people send that nobody should: each is answered clearly, nothing is changed, and the service goes on. */
import { TestKnowledge } from '../testing/test-knowledge.js';

let kb: TestKnowledge;
let articleId: string;
beforeAll(async () => {
  kb = await TestKnowledge.start();
  ({ articleId } = await kb.article());
  await kb.publish(articleId, 'en', { title: 'Refunds', body: 'Ask us within 14 days.' });
}, 120_000);
afterAll(() => kb.stop());

const draft = () => `/articles/${articleId}/texts/en/draft`;
const save = async (body: object) => {
  const etag = (await kb.call('author', draft())).headers.get('etag') ?? '';
  return kb.call('author', draft(), {
    method: 'PUT',
    headers: { 'if-match': etag },
    body: { title: 'T', body: 'x', ...body },
  });
};
const search = (q: string) => kb.call('reader', `/search?locale=en&q=${encodeURIComponent(q)}`);

it.each([
  ['U+0000', { body: 'x\u0000' }, 400, 'malformed-body'],
  ['U+0000 in a title', { title: 'x\u0000' }, 400, 'malformed-body'],
  ['half a surrogate pair', { body: 'x\ud800' }, 400, 'malformed-body'],
  ['100,001 characters', { body: 'x'.repeat(100_001) }, 400, 'invalid-request'],
  ['10,000 nested quotes', { body: '>'.repeat(10_000) }, 422, 'nested-too-deep'],
  ['10,000 nested lists', { body: '+ '.repeat(10_000) }, 422, 'nested-too-deep'],
  ['2,001 blocks', { body: '---\n'.repeat(2_001) }, 422, 'too-many-blocks'],
  ['a title of two lines', { title: 'a\nb' }, 400, 'invalid-request'],
  ['51 keywords', { keywords: Array.from({ length: 51 }, (_, i) => `k${i}`) }, 400, 'invalid-request'],
  ['a revision of none', { follows: 0 }, 400, 'invalid-request'],
])('a draft with %s is refused, and nothing is saved', async (_, body, status, code) => {
  const before = await kb.must('author', draft());
  expect(await save(body)).toMatchObject({ status, body: { code } });
  expect(await kb.must('author', draft())).toEqual(before);
});

it('100,000 characters are taken', async () => expect((await save({ body: 'x'.repeat(100_000) })).status).toBe(200));

it.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java&#10;script:alert(1)',
  'data:text/html,<script>',
  '//evil.example',
])('a link to %s is shown as its text', async (url) => {
  const other = kb.elsewhere();
  const { articleId: id, number } = await other.article();
  await other.publish(id, 'en', {
    title: 'Links',
    body: `[click](${url}) ![picture](${url}) <script>alert(1)</script>`,
  });
  const { html } = (await other.must('reader', `/articles/${number}`)) as { html: string };
  expect(html).toContain('click');
  expect(html).not.toMatch(/<script|href="(?:javascript|data|\/\/)|src=/i);
});

it.each(['xx-', '-', 'e', 'en_US!', '../en', 'en%00', '%F0%9F%91%8D', 'x'.repeat(300)])(
  'the locale %s is refused wherever one is named',
  async (locale) => {
    for (const path of [
      `/articles/${articleId}?locale=${locale}`,
      `/search?q=x&locale=${locale}`,
      `/categories?locale=${locale}`,
    ])
      expect((await kb.call('reader', path)).status).toBe(400);
    const { status } = await kb.call('author', `/articles/${articleId}/texts/${encodeURIComponent(locale)}/draft`);
    expect([400, 404]).toContain(status);
  },
);

it.each([
  ['300 words', 'ab '.repeat(300).trim()],
  ['301 characters', 'a'.repeat(301)],
])('a query of %s is refused', async (_, q) =>
  expect(await search(q)).toMatchObject({ status: 422, body: { code: 'query-too-long' } }),
);

it.each([
  "' or 1=1; --",
  '"; drop table article; --',
  '$1 :name ?',
  '%_\\%',
  '.*[(+?',
  '^(a+)+$',
  '\\',
  '<script>',
  '{}[]',
  'refund & | ! <-> :*',
  '👍🏽 ☃',
  'a '.repeat(149),
])('a query %j finds what has its words, and breaks nothing', async (q) => {
  const answer = await search(q);
  expect(answer.status).toBe(200);
  expect((await kb.call('reader', `/search/completions?locale=en&q=${encodeURIComponent(q)}`)).status).toBe(200);
  expect((answer.body['items'] as object[]).length).toBe(q.includes('refund') ? 1 : 0);
});

it('a query with U+0000, with hidden signs or with nothing to see is refused', async () => {
  expect((await search('\u202erefund')).status).toBe(400);
  expect((await search('refund\u0000')).status).toBe(400);
  expect((await search(' \u200b ')).status).toBe(400);
});
