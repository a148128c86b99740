import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '@guichet/http-host';
import { pngOf } from '../../testing/pictures.js';
import { type Answer, TestKnowledge, type Written } from '../../testing/test-knowledge.js';
import { FileKeeper } from './file-keeper.runtime.js';

let kb: TestKnowledge;
let keeper: FileKeeper;
beforeAll(async () => {
  kb = await TestKnowledge.start();
  keeper = kb.host.host.app.get(FileKeeper, { strict: false });
}, 60_000);
afterAll(() => kb.stop());

const octets = { 'content-type': 'application/octet-stream' };
const upload = (role: Role, content: string | Uint8Array<ArrayBuffer>, name = 'cat.png', headers = {}) =>
  kb.call(role, `/files?name=${encodeURIComponent(name)}`, { rawBody: content, headers: { ...octets, ...headers } });
const read = (role: Role, { body }: Answer, among = kb) =>
  among.call(role, `/files/${String(body['fileId'])}/${String(body['name'])}`);
const statusesOf = async (file: Answer, roles: readonly Role[]) =>
  Promise.all(roles.map(async (role) => (await read(role, file)).status));
const pathOf = ({ body }: Answer) => {
  const id = String(body['fileId']);
  return join(kb.filesDir, kb.tenantId, id.slice(-2), id);
};
const isThere = (file: Answer) =>
  access(pathOf(file)).then(
    () => true,
    () => false,
  );
const days = (count: number) => new Date(Date.now() + count * 86_400_000);
const everybody = ['reader', 'requester', 'agent', 'author'] as const;

async function articleWith(file: Answer, { audience = 'public' } = {}): Promise<Written> {
  const article = await kb.article({ audience });
  const body = `![A cat](${String(file.body['reference'])})`;
  await kb.publish(article.articleId, 'en', { title: 'Cats', body });
  return article;
}

it('is added, says what it is, and is sent so that a browser runs nothing of it', async () => {
  const file = await upload('author', pngOf(20, 10), '../a "cat".jpg');
  expect(file).toMatchObject({
    status: 201,
    body: { name: 'a cat.png', type: 'image/png', size: { width: 20, height: 10 } },
  });
  const { status, headers } = await read('author', file);
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/png',
    'content-security-policy': expect.stringMatching(/^sandbox;/) as string,
    'x-content-type-options': 'nosniff',
    'content-disposition': expect.stringMatching(/^inline; filename="a cat.png"/) as string,
  });
});

it('comes back byte for byte', async () => {
  const content = pngOf(3, 3, 'x'.repeat(3_000_000));
  const { body } = await upload('author', content);
  const as = kb.person('author');
  const token = await kb.host.issuer.token(as);
  const answer = await fetch(`${kb.host.url}${String(body['address'])}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), content)).toBe(0);
});

it('is added once for a key, and no other file with it', async () => {
  const headers = { 'idempotency-key': 'a-file' };
  const first = await upload('author', pngOf(1, 1), 'one.png', headers);
  const again = await upload('author', pngOf(1, 1), 'one.png', headers);
  expect(again.body).toEqual(first.body);
  for (const other of [
    await upload('author', pngOf(2, 2), 'one.png', headers),
    await upload('author', pngOf(1, 1), 'two.png', headers),
  ])
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
});

it.each([
  ['too large', 'x'.repeat(10 * 2 ** 20 + 1), 413, 'file-too-large'],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 415, 'file-type-refused'],
  ['HTML', '<!doctype html><script>alert(1)</script>', 415, 'file-type-refused'],
  ['a program', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), 415, 'file-type-refused'],
  ['empty', '', 415, undefined],
  ['a bomb of pixels', pngOf(60_000, 60_000), 422, 'picture-too-large'],
  ['a picture without a size', Uint8Array.from(pngOf(1, 1).slice(0, 18)), 422, 'picture-unreadable'],
] as const)('is refused where it is %s, and nothing of it stays', async (_, content, status, code) => {
  const before = await everyFile();
  const answer = await upload('author', content);
  expect(answer.status).toBe(status);
  if (code !== undefined) expect(answer.body).toMatchObject({ code });
  expect(await everyFile()).toEqual(before);
});
const everyFile = async () => (await readdir(kb.filesDir, { recursive: true })).filter((name) => name.length > 60);

it('that begins as a picture and goes on as a page is sent as the picture it begins as', async () => {
  const polyglot = await upload('author', pngOf(4, 4, '<script>alert(document.domain)</script>'), 'page.html');
  expect(polyglot).toMatchObject({ status: 201, body: { name: 'page.png', type: 'image/png' } });
  const { headers } = await read('author', polyglot);
  expect([headers.get('content-type'), headers.get('x-content-type-options')]).toEqual(['image/png', 'nosniff']);
});

it('is taken as bytes only, and with a name', async () => {
  expect(await kb.call('author', '/files?name=a.txt', { body: { a: 1 } })).toMatchObject({ status: 415 });
  expect(await kb.call('author', '/files?name=a.txt', { method: 'POST' })).toMatchObject({ status: 415 });
  for (const query of ['', '?name=', '?name=a%00b', `?name=${'x'.repeat(256)}`, '?name=a&more=1'])
    expect(await kb.call('author', `/files${query}`, { rawBody: 'text', headers: octets })).toMatchObject({
      status: 400,
    });
  expect((await kb.call('author', '/articles', { rawBody: '{}', headers: octets })).status).toBe(415);
});

it('is added by who writes, and by nobody else', async () => {
  for (const role of ['reader', 'requester', 'agent', 'analyst'] as const)
    expect((await upload(role, pngOf(1, 1))).status).toBe(403);
});

describe('is seen', () => {
  it('by who writes only, until a text that shows it is published', async () => {
    const file = await upload('author', pngOf(5, 5));
    const { articleId } = await kb.article();
    await kb.save(articleId, 'en', { title: 'Cats', body: `![A cat](${String(file.body['reference'])})` });
    expect(await statusesOf(file, everybody)).toEqual([404, 404, 404, 200]);
    await kb.must('editor', `/articles/${articleId}/texts/en/publications`, { body: { revision: 1 } });
    expect(await statusesOf(file, everybody)).toEqual([200, 200, 200, 200]);
    await kb.must('editor', `/articles/${articleId}/texts/en/publication`, { method: 'DELETE' });
    expect(await statusesOf(file, everybody)).toEqual([404, 404, 404, 200]);
  });

  it('no more once another revision is published that does not show it', async () => {
    const file = await upload('author', pngOf(6, 6));
    const { articleId } = await articleWith(file);
    expect(await statusesOf(file, everybody)).toEqual([200, 200, 200, 200]);
    const { headers } = await kb.call('author', `/articles/${articleId}/texts/en/draft`);
    const version = Number(/\d+/.exec(headers.get('etag') ?? '')?.[0]);
    await kb.publish(
      articleId,
      'en',
      { title: 'Cats', body: `\`file:${String(file.body['fileId'])}\` is gone` },
      version,
    );
    expect(await statusesOf(file, everybody)).toEqual([404, 404, 404, 200]);
  });

  it('by whom the article is for', async () => {
    const [signedIn, agents] = [await upload('author', pngOf(7, 7)), await upload('author', pngOf(8, 8))];
    const { articleId } = await articleWith(signedIn, { audience: 'signed-in' });
    await articleWith(agents, { audience: 'agents' });
    expect(await statusesOf(signedIn, everybody)).toEqual([404, 200, 200, 200]);
    expect(await statusesOf(agents, everybody)).toEqual([404, 404, 200, 200]);
    await kb.must('editor', `/articles/${articleId}/archive`, { body: {} });
    expect(await statusesOf(signedIn, everybody)).toEqual([404, 404, 404, 200]);
  });

  it('by no other tenant, whatever they are', async () => {
    const file = await upload('author', pngOf(9, 9));
    await articleWith(file);
    for (const role of everybody) expect((await read(role, file, kb.elsewhere())).status).toBe(404);
  });
});

it('is shown in the article under its address, and one that is not there by its text', async () => {
  const file = await upload('author', pngOf(2, 3), 'żółty kot.png');
  const article = await kb.article();
  const id = String(file.body['fileId']);
  const gone = `${id.slice(0, -4)}0000`;
  const body = `![Kot](file:${id}) ![Gone](file:${gone}) [the form](file:${id}) file:${id}`;
  await kb.publish(article.articleId, 'en', { title: 'Cats', body });
  const { html } = await kb.must('reader', `/articles/${article.number}`);
  const address = `/knowledge/v1/files/${id}/${encodeURIComponent('żółty kot.png')}`;
  expect(html).toContain(`<img src="${address}" alt="Kot" />`);
  expect(html).toContain(`<a href="${address}">the form</a>`);
  expect(html).not.toContain(gone);
});

describe('is tidied', () => {
  it('away after the days that the setting says where no text uses it, and not before', async () => {
    const [unused, drafted] = [await upload('author', pngOf(1, 2)), await upload('author', pngOf(1, 3))];
    const { articleId } = await kb.article();
    await kb.save(articleId, 'en', { title: 'Cats', body: `![A cat](${String(drafted.body['reference'])})` });
    await keeper.tidy(days(29));
    expect([await isThere(unused), await isThere(drafted)]).toEqual([true, true]);
    await keeper.tidy(days(31));
    expect([await isThere(unused), await isThere(drafted)]).toEqual([false, true]);
    await until404(unused);
    expect((await read('author', drafted)).status).toBe(200);
    await keeper.tidy(days(100));
    expect(await isThere(drafted)).toBe(true);
  });

  it('away where the upload ended before it was written down', async () => {
    const file = await upload('author', pngOf(1, 4));
    const orphan = '00000000-0000-4000-8000-0000000000ab';
    const key = { tenantId: kb.tenantId, fileId: orphan };
    await kb.pool.query('insert into stored_file values ($1, $2, now())', [key.tenantId, orphan]);
    await keeper.store.put(key, content('half of a request'));
    const unfinished = join(kb.filesDir, '.unfinished', 'left-by-a-process');
    await writeFile(unfinished, 'half');
    await keeper.tidy(new Date());
    expect(await keeper.store.stat(key)).toBeUndefined();
    expect(await readdir(join(kb.filesDir, '.unfinished'))).toEqual(['left-by-a-process']);
    await keeper.tidy(new Date(Date.now() + 2 * 3_600_000));
    expect(await readdir(join(kb.filesDir, '.unfinished'))).toEqual([]);
    expect(await isThere(file)).toBe(true);
  });

  it('by several replicas at once, each file by one of them', async () => {
    const files = await Promise.all(Array.from({ length: 6 }, (_, i) => upload('author', pngOf(2, i + 10))));
    const looked = await Promise.all([keeper.tidy(days(32)), keeper.tidy(days(32)), keeper.tidy(days(32))]);
    expect(looked.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(files.length);
    expect(await Promise.all(files.map(isThere))).toEqual(files.map(() => false));
    const { rows } = await kb.pool.query(
      `select type from event_log where tenant_id = $1 and type = 'FileRemoved' and stream_id = any($2)`,
      [kb.tenantId, files.map(({ body }) => `file-${String(body['fileId'])}`)],
    );
    expect(rows.length).toBe(files.length);
  });
});

async function* content(text: string) {
  yield Buffer.from(text);
}

async function until404(file: Answer): Promise<void> {
  for (let tries = 0; (await read('author', file)).status !== 404; tries++) expect(tries).toBeLessThan(50);
}
