import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inMemory } from '../../testing/archives.js';
import { pngOf } from '../../testing/pictures.js';
import { TestKnowledge } from '../../testing/test-knowledge.js';
import { filesOf } from '../imports/archive-files.js';
import { readLibrary } from '../imports/read-library.js';
import { ExportPages } from './export.query.js';
import { LibraryExport } from './library-export.runtime.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const octets = { 'content-type': 'application/octet-stream' };

async function exported(among: TestKnowledge): Promise<Uint8Array<ArrayBuffer>> {
  const token = await among.host.issuer.token(among.person('importer'));
  const headers = { authorization: `Bearer ${token}`, 'guichet-after': among.seen };
  const answer = await fetch(`${among.host.url}/knowledge/v1/export`, { headers });
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

/** All that an export says, but for ids, which are those of its tenant. */
async function saidBy(archive: Uint8Array) {
  const { library, files } = await readLibrary(await filesOf(inMemory(archive)), 'markdown', 'en');
  const names = new Map(library.categories.map(({ key, names: all }) => [key, Object.values(all).join('/')]));
  const ids = new Map([...files.keys()].map((path) => [path.split('/')[1] ?? '', path.split('/')[2] ?? '']));
  const withoutIds = (body: string) => [...ids].reduce((all, [id, name]) => all.replaceAll(id, name), body);
  return {
    categories: library.categories.map(({ key: _, parent, ...rest }) => ({ ...rest, parent: names.get(parent ?? '') })),
    articles: library.articles.map(({ category, texts, ...rest }) => ({
      ...{ ...rest, category: names.get(category ?? '') },
      texts: texts.map(({ locale, revisions }) => ({
        locale,
        revisions: revisions.map((revision) => ({ ...revision, body: withoutIds(revision.body) })),
      })),
    })),
    files: await Promise.all(
      [...files].map(async ([path, { read }]) => [
        path.split('/')[2],
        Buffer.from((await read?.()) ?? []).toString('base64'),
      ]),
    ),
    findings: library.findings,
  };
}

const bring = (among: TestKnowledge, archive: Uint8Array<ArrayBuffer>) =>
  among.must('importer', '/imports?source=export&format=markdown', { rawBody: archive, headers: octets });

/** Something of everything that a knowledge base can have. */
async function furnished(): Promise<TestKnowledge> {
  const here = kb.elsewhere();
  const upper = await here.must('editor', '/categories', {
    body: { name: 'Help', locale: 'en', audience: 'signed-in' },
  });
  const lower = await here.must('editor', '/categories', {
    body: { name: 'Płatności', locale: 'pl', parentId: upper['categoryId'] },
  });
  const upload = await here.must('author', '/files?name=form.png', {
    rawBody: pngOf(4, 4, 'x'.repeat(70_000)),
    headers: octets,
  });
  const refunds = await here.article({ categoryId: lower['categoryId'], audience: 'agents' });
  const delivery = await here.article();
  const body = `Ask us, or see article:2.\n\n![Form](${String(upload['reference'])}) and [delivery](article:${delivery.number}#cost)`;
  let version = await here.publish(refunds.articleId, 'en', {
    title: 'Refunds',
    summary: 'Money back.',
    keywords: ['a', '2024'],
    body,
  });
  await here.publish(refunds.articleId, 'pl', { title: 'Zwroty', body: 'Zapytaj nas.' });
  version = await here.publish(refunds.articleId, 'en', { title: 'Refunds', body: `${body}\n\nMore.` }, version);
  await here.save(refunds.articleId, 'en', { title: 'Refunds!', body: 'Not yet.' }, version);
  await here.must('editor', `/articles/${refunds.articleId}/addresses`, { body: { path: '/old/refunds' } });
  await here.publish(delivery.articleId, 'en', { title: 'Delivery', body: '# Cost\n\n---\n\n  - two: days\n' });
  await here.publish(delivery.articleId, 'fr', { title: 'Livraison', body: 'Deux jours.' });
  await here.must('editor', `/articles/${delivery.articleId}/texts/fr/publication`, { method: 'DELETE' });
  await here.save((await here.article({ sourceLocale: 'fr' })).articleId, 'fr', { title: 'Brouillon', body: 'Rien.' });
  return here;
}

describe('an export', () => {
  it('imported into an empty tenant is the same again', async () => {
    const [here, there] = [await furnished(), kb.elsewhere()];
    const archive = await exported(here);
    const said = await saidBy(archive);
    expect(said).toMatchObject({
      findings: [],
      categories: { length: 2 },
      articles: { length: 3 },
      files: { length: 1 },
    });
    expect(await bring(there, archive)).toMatchObject({ findings: [] });
    expect(await saidBy(await exported(there))).toEqual(said);
    expect(await bring(there, archive)).toMatchObject({ events: 0 });
  });

  it('shows nobody more than before', async () => {
    const [here, there] = [await furnished(), kb.elsewhere()];
    await bring(there, await exported(here));
    const seen = async (among: TestKnowledge) => {
      const answers = [];
      for (const role of ['reader', 'requester', 'agent'] as const)
        for (const number of [1, 2, 3])
          for (const locale of ['en', 'pl', 'fr']) {
            const { status, body } = await among.call(role, `/articles/${number}?locale=${locale}`);
            answers.push([role, number, locale, status, body['title']]);
          }
      return answers;
    };
    expect(await seen(there)).toEqual(await seen(here));
  });

  it('that breaks off has no end, and is not taken for a whole one', async () => {
    const here = await furnished();
    const [file] = (await readdir(here.filesDir, { recursive: true })).filter(
      (name) => name.includes(here.tenantId) && name.length > 70,
    );
    await rm(join(here.filesDir, file ?? 'none'));
    const token = await here.host.issuer.token(here.person('importer'));
    const headers = { authorization: `Bearer ${token}`, 'guichet-after': here.seen };
    const answer = await fetch(`${here.host.url}/knowledge/v1/export`, { headers });
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('is read page by page, as it is taken', async () => {
    const here = kb.elsewhere();
    const commits = Array.from({ length: 45 }, (_, i) => {
      const text = `# Title\n\nRevision ${i} of many words.\n`;
      return `commit refs/heads/main\ncommitter A <a@b> ${1_700_000_000 + i} +0000\ndata 0\nM 100644 inline a.md\ndata ${text.length}\n${text}\n`;
    });
    await bring(here, Uint8Array.from(Buffer.from(commits.join(''))));
    await exported(here);
    const { app } = here.host.host;
    const pages = app.get(ExportPages, { strict: false });
    const revisions = pages.revisions.bind(pages);
    let asked = 0;
    pages.revisions = (...question) => {
      asked += 1;
      return revisions(...question);
    };
    const archive = app.get(LibraryExport, { strict: false }).tar(here.tenantId, 'en');
    await archive.next();
    expect(asked).toBe(1);
    for await (const _ of archive);
    expect(asked).toBe(4);
    pages.revisions = revisions;
  });

  it('is for those who import, and of their own tenant', async () => {
    const here = await furnished();
    for (const role of ['author', 'editor', 'agent', 'reader'] as const)
      expect((await here.call(role, '/export')).status).toBe(403);
    const { articles, categories, files } = await saidBy(await exported(kb.elsewhere()));
    expect([articles, categories, files]).toEqual([[], [], []]);
  });
});
