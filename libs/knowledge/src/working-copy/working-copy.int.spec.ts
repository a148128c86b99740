import pg from 'pg';
import { TestKnowledge } from '../../testing/test-knowledge.js';
import { WorkingCopyKeeper } from './working-copy-keeper.runtime.js';
import { maxWorkingCopies, WorkingCopies, workingCopyDays } from './working-copies.store.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const copyOf = (articleId: string, locale = 'en') => `/articles/${articleId}/texts/${locale}/working-copy`;
const text = (body: string) => ({ basedOn: 0, title: 'Refunds', body });
const keep = (articleId: string, body: object, ifMatch?: string, as: 'author' | 'editor' = 'author') =>
  kb.call(as, copyOf(articleId), { method: 'PUT', body, ...(ifMatch && { headers: { 'if-match': ifMatch } }) });
const saveDraft = (articleId: string, body: string, version = 0) =>
  kb.call('author', `/articles/${articleId}/texts/en/draft`, {
    ...{ method: 'PUT', headers: { 'if-match': `"${version}"` }, body: { title: 'Refunds', body } },
  });

it('is kept for its writer alone, incomplete as it may be, and is no revision', async () => {
  const { articleId } = await kb.article();
  expect(await keep(articleId, { basedOn: 0 })).toMatchObject({
    status: 200,
    body: { version: 1 },
  });
  expect(await keep(articleId, text('Ask us.'), '"1"')).toMatchObject({ status: 200, body: { version: 2 } });
  const read = await kb.call('author', copyOf(articleId));
  expect(read.headers.get('etag')).toBe('"2"');
  expect(read.body).toEqual({
    ...{ ...text('Ask us.'), summary: '', keywords: [], follows: null, keptAt: expect.any(String) },
  });
  expect(await kb.call('editor', copyOf(articleId))).toMatchObject({ status: 404, body: { code: 'no-working-copy' } });
  expect((await kb.call('author', `/articles/${articleId}/texts/en/draft`)).status).toBe(404);
  const listed = (await kb.must('author', '/work/copies'))['items'];
  expect(listed).toContainEqual(expect.objectContaining({ articleId, locale: 'en', title: 'Refunds' }));
});

it('keeps its version when the same is kept again, whatever was expected', async () => {
  const { articleId } = await kb.article();
  const first = { status: 200, body: { version: 1 } };
  expect(await keep(articleId, text('mine'))).toMatchObject(first);
  expect(await keep(articleId, text('mine'))).toMatchObject(first);
  expect(await keep(articleId, text('mine'), '"1"')).toMatchObject(first);
});

it('is not overwritten from another window', async () => {
  const { articleId } = await kb.article();
  await keep(articleId, text('mine'));
  const stale = { status: 412, body: { code: 'stale-version', actualVersion: 1 } };
  expect(await keep(articleId, text('of another window'))).toMatchObject(stale);
  expect(await keep(articleId, text('of another window'), '"7"')).toMatchObject(stale);
  const remove = (ifMatch?: string) =>
    kb.call('author', copyOf(articleId), { method: 'DELETE', ...(ifMatch && { headers: { 'if-match': ifMatch } }) });
  expect((await remove('"7"')).status).toBe(412);
  expect(await kb.must('author', copyOf(articleId))).toMatchObject({ body: 'mine' });
  expect((await remove('"1"')).status).toBe(204);
  expect((await remove()).status).toBe(204);
  expect((await kb.call('author', copyOf(articleId))).status).toBe(404);
});

it('takes the text of a draft that was refused as too old, and goes with the draft that is saved', async () => {
  const { articleId } = await kb.article();
  expect((await saveDraft(articleId, 'theirs')).status).toBe(200);
  const refused = await saveDraft(articleId, 'mine');
  expect(refused).toMatchObject({
    status: 412,
    body: { code: 'stale-version', expectedVersion: 0, actualVersion: 1, workingCopy: 1 },
  });
  expect(refused.headers.get('etag')).toBe('"1"');
  expect(await kb.must('author', copyOf(articleId))).toMatchObject({ basedOn: 0, body: 'mine' });
  expect((await saveDraft(articleId, 'mine and theirs', 1)).status).toBe(200);
  expect((await kb.call('author', copyOf(articleId))).status).toBe(404);
});

it('is of an article and a language that there are, and that are the writer’s', async () => {
  const { articleId } = await kb.article();
  expect((await keep(kb.tenantId, text('x'))).body['code']).toBe('unknown-article');
  const put = { method: 'PUT', body: text('x') };
  expect((await kb.call('author', copyOf(articleId, 'de'), put)).body['code']).toBe('unknown-locale');
  expect((await kb.call('author', copyOf(articleId, 'xx-'), put)).status).toBe(400);
  const tomek = kb.person('translator', 'tomek');
  expect((await kb.call(tomek, copyOf(articleId, 'fr'), put)).body['code']).toBe('not-your-language');
  expect((await kb.call('reader', copyOf(articleId), put)).status).toBe(403);
  expect((await keep(articleId, { ...text('x'), body: 'x'.repeat(100_001) })).status).toBe(400);
  expect((await keep(articleId, { ...text('x'), body: 'x\u0000' })).status).toBe(400);
  expect((await kb.elsewhere().call('author', copyOf(articleId), put)).status).toBe(404);
});

it('is one of a hundred at most: the next is refused, and a refused draft says so', async () => {
  const other = kb.elsewhere();
  const { articleId } = await other.article();
  const copies = other.host.host.app.get(WorkingCopies, { strict: false });
  const content = { basedOn: 0, follows: null, title: '', summary: '', keywords: [], body: '' };
  for (let i = 0; i < maxWorkingCopies; i++)
    await copies.keep(other.tenantId, { personId: 'author', articleId, locale: `x-${i}` }, content);
  const put = { method: 'PUT', body: text('x') };
  expect(await other.call('author', copyOf(articleId), put)).toMatchObject({
    ...{ status: 409, body: { code: 'too-many-working-copies' } },
  });
  const draft = { method: 'PUT', body: { title: 'T', body: 'x' } };
  await other.must('author', `/articles/${articleId}/texts/en/draft`, draft);
  const refused = await other.call('author', `/articles/${articleId}/texts/en/draft`, {
    ...draft,
    body: { title: 'T', body: 'y' },
  });
  expect(refused).toMatchObject({ status: 412, body: { workingCopy: null } });
}, 30_000);

it('is removed when nobody has kept it for long', async () => {
  const { articleId: old } = await kb.article();
  const { articleId: young } = await kb.article();
  for (const articleId of [old, young]) await keep(articleId, text('x'));
  const pool = kb.host.host.app.get(pg.Pool, { strict: false });
  await pool.query(
    `update working_copy set kept_at = kept_at - make_interval(days => $2, hours => -1) where article_id = $1`,
    [young, workingCopyDays],
  );
  await pool.query(
    `update working_copy set kept_at = kept_at - make_interval(days => $2, hours => 1) where article_id = $1`,
    [...[old, workingCopyDays]],
  );
  await kb.host.host.app.get(WorkingCopyKeeper, { strict: false }).removeOld();
  expect((await kb.call('author', copyOf(old))).status).toBe(404);
  expect((await kb.call('author', copyOf(young))).status).toBe(200);
});
