import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { type Packed, tarOf, zipOf } from '../../testing/archives.js';
import { pngOf } from '../../testing/pictures.js';
import { type Answer, TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

interface Imported {
  readonly counts: Readonly<Record<string, number>>;
  readonly events: number;
  readonly languagesAdded: readonly string[];
  readonly findings: readonly { readonly code: string; readonly key: string; readonly locale?: string }[];
}
const bring = (
  among: TestKnowledge,
  archive: Uint8Array<ArrayBuffer> | string,
  query: Readonly<Record<string, string>> = {},
) =>
  among.call(
    'importer',
    `/imports?${new URLSearchParams({ source: 'old', format: 'markdown', ...query }).toString()}`,
    {
      rawBody: archive,
      headers: { 'content-type': 'application/octet-stream' },
    },
  );
const brought = async (...args: Parameters<typeof bring>): Promise<Imported> => {
  const { status, body } = await bring(...args);
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return body as unknown as Imported;
};
const codes = ({ findings }: Imported) => findings.map(({ code, key }) => `${code} ${key}`).sort();
const eventsOf = async ({ pool, tenantId }: TestKnowledge) =>
  Number(
    (await pool.query<{ n: string }>('select count(*) as n from event_log where tenant_id = $1', [tenantId])).rows[0]
      ?.n,
  );

const at = (day: number) => `2024-01-0${day}T10:00:00.000Z`;
const folder: readonly Packed[] = [
  { path: 'billing/_category.md', content: '---\nnames:\n  en: Billing\n  pl: Płatności\naudience: signed-in\n---\n' },
  {
    ...{ path: 'billing/refunds.en.md', at: at(1) },
    content:
      '---\ntitle: Refunds\naddresses: [/hc/en/1-refunds]\n---\nAsk us. See [delivery](../delivery.md#cost).\n\n![Form](img/form.png)\n',
  },
  { path: 'billing/refunds.pl.md', at: at(2), content: '---\ntitle: Zwroty\n---\nZapytaj nas.\n' },
  { path: 'billing/img/form.png', content: pngOf(3, 4) },
  { path: 'delivery.md', at: at(1), content: '# Delivery\n\nIn two days. ![Gone](gone.png)\n' },
  { path: 'unused.txt', content: 'a note' },
];

describe('a Markdown folder', () => {
  it('comes in with languages, dates, links, pictures and old addresses, and once', async () => {
    const here = kb.elsewhere();
    const first = await brought(here, tarOf(...folder));
    expect(first.counts).toEqual({ categories: 1, articles: 2, texts: 3, revisions: 3, pictures: 1, addresses: 1 });
    expect(codes(first)).toEqual(['not-imported unused.txt', 'picture-missing delivery.md']);
    expect(first.events).toBe(await eventsOf(here));
    const address = await here.must('requester', '/addresses?path=/hc/en/1-refunds');
    const article = await here.must('requester', `/articles/${String(address['articleId'])}?locale=pl`);
    expect(article).toMatchObject({
      locale: 'pl',
      title: 'Zwroty',
      publishedAt: at(2),
      audience: 'signed-in',
      stale: null,
    });
    const source = await here.must('requester', `/articles/${String(address['articleId'])}?locale=en`);
    expect(source['html']).toMatch(/href="\/en\/a\/\d+-delivery#content-cost"/);
    const picture = /src="(\/knowledge\/v1)(\/files\/[^"]+)"/.exec(String(source['html']));
    expect((await here.call('requester', picture?.[2] ?? '')).status).toBe(200);
    expect((await here.call('reader', picture?.[2] ?? '')).status).toBe(404);

    const again = await brought(here, tarOf(...folder));
    expect(again).toEqual({ ...first, events: 0 });
    expect(await eventsOf(here)).toBe(first.events);
  });

  it('says the same beforehand, and does nothing', async () => {
    const here = kb.elsewhere();
    const dry = await brought(here, gzipSync(tarOf(...folder)), { dryRun: 'true' });
    expect(dry.events).toBe(0);
    expect(await eventsOf(here)).toBe(0);
    const done = await brought(here, zipOf(folder));
    expect([done.counts, codes(done)]).toEqual([dry.counts, codes(dry)]);
  });

  it('goes on where it ended, brings what is new, and leaves what people wrote since', async () => {
    const here = kb.elsewhere();
    await brought(here, tarOf(...folder.slice(0, 2), ...folder.slice(3)));
    const more = { path: 'delivery.md', at: at(3), content: '# Delivery\n\nIn three days.\n' };
    const translated = await brought(here, tarOf(...folder, more));
    expect(translated.events).toBeGreaterThan(0);
    const found = await here.must('reader', '/search?q=three%20days&locale=en');
    const [hit] = found['items'] as readonly { readonly articleId: string }[];
    const path = `/articles/${String(hit?.articleId)}/texts/en`;
    const { headers, body } = await here.call('author', `${path}/draft`);
    expect(body).toMatchObject({ revision: 2, basedOn: 1, writtenAt: at(3), writtenBy: 'import:old' });
    const version = { 'if-match': headers.get('etag') ?? '' };
    await here.must('author', `${path}/draft`, {
      method: 'PUT',
      headers: version,
      body: { title: 'Delivery', body: 'Ours.' },
    });
    const newest = { path: 'delivery.md', at: at(4), content: '# Delivery\n\nIn four days.\n' };
    const last = await brought(here, tarOf(...folder, more, newest));
    expect(last.events).toBe(0);
    expect(codes(last)).toContain('edited-here delivery');
    expect((await here.call('author', `${path}/draft`)).body).toMatchObject({ body: 'Ours.' });
  });

  it('of another source, or in another tenant, is another one', async () => {
    const [here, there] = [kb.elsewhere(), kb.elsewhere()];
    const [one, other, third] = [
      await brought(here, tarOf(...folder)),
      await brought(here, tarOf(...folder), { source: 'new' }),
      await brought(there, tarOf(...folder)),
    ];
    expect(other.events).toBe(one.events - 1); // its old address is taken
    expect(codes(other)).toContain('address-refused billing/refunds');
    expect(third.events).toBe(one.events);
  });

  it('that is half translated, wrong and hostile in parts comes in but for these, each named', async () => {
    const here = kb.elsewhere();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const done = await brought(
      here,
      tarOf(
        ...[
          { path: 'only.pl.md', content: 'x' },
          { path: 'empty.md', content: '---\ntitle: Empty\n---\n\n' },
        ],
        { path: 'deep.md', content: `# Deep\n\n${'> '.repeat(60)}x` },
        { path: 'pictures.md', content: '# P\n\n![a](a.svg) ![b](b.png) ![c](c.bin) ![d](d.png)' },
        ...[
          { path: 'a.svg', content: svg },
          { path: 'b.png', content: pngOf(60_000, 60_000) },
        ],
        { path: 'c.bin', content: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46]) },
        { path: 'd.png', content: pngOf(1, 1, '<script>alert(1)</script>') },
        { path: 'draft.en.md', content: '---\ntitle: Draft\ndraft: true\n---\nNot yet' },
        { path: 'draft.pl.md', content: '---\ntitle: Szkic\n---\nJeszcze nie' },
        { path: 'latin.md', content: Uint8Array.from([0x23, 0x20, 0xe9]) },
        { path: 'de.de.md', content: '---\ntitle: Deutsch\nsource: de\n---\nAuf Deutsch' },
        { path: 'a1/a2/a3/a4/a5/low.md', content: '# Low\n\nText' },
        { path: 'when.md', content: '# When\n\nText', at: '2999-01-01T00:00:00.000Z' },
      ),
    );
    expect(codes(done)).toEqual([
      'category-refused a1/a2/a3/a4/a5',
      ...['picture-refused a.svg', 'picture-refused b.png', 'picture-refused c.bin', 'source-text-missing only'],
      ...['text-not-published draft', 'text-refused deep', 'text-refused empty', 'text-refused latin.md'],
    ]);
    expect(done.languagesAdded).toEqual(['de']);
    const titles = async (q: string) =>
      ((await here.must('reader', `/search?q=${q}`))['items'] as readonly { title: { text: string } }[]).map(
        ({ title }) => title.text,
      );
    expect(await titles('Deutsch')).toEqual(['Deutsch']);
    expect(await titles('Szkic')).toEqual([]);
    expect(await titles('Low')).toEqual(['Low']);
  });
});

it('what is no archive is refused as a whole, and nothing of it stays', async () => {
  const here = kb.elsewhere();
  const before = await spooled();
  const refusals: readonly (readonly [Uint8Array<ArrayBuffer> | string, string])[] = [
    ['a text', 'archive-unknown'],
    [tarOf({ path: '../../etc/passwd.md', content: 'x' }), 'archive-unsafe'],
    [zipOf([{ path: '/etc/passwd.md', content: 'x' }]), 'archive-unsafe'],
    [tarOf({ path: 'a.txt', content: 'x' }), 'nothing-to-import'],
    [Uint8Array.from(gzipSync(tarOf(...folder)).subarray(0, 200)), 'archive-damaged'],
    [Uint8Array.from(gzipSync(Buffer.alloc(501 * 2 ** 20))), 'archive-too-large'],
  ];
  for (const [archive, code] of refusals)
    expect(await bring(here, archive)).toMatchObject({ status: 422, body: { code } });
  expect([await eventsOf(here), await spooled()]).toEqual([0, before]);
  const wrong: readonly Readonly<Record<string, string>>[] = [
    ...[{ format: 'word' }, { source: '' }, { locale: 'xx-' }, { dryRun: 'yes' }],
  ];
  for (const query of wrong) expect(await bring(here, tarOf(...folder), query)).toMatchObject({ status: 400 });
  for (const role of ['author', 'editor', 'agent', 'reader'] as const)
    expect(
      (
        await here.call(role, '/imports?source=a&format=markdown', {
          rawBody: 'x',
          headers: { 'content-type': 'application/octet-stream' },
        })
      ).status,
    ).toBe(403);
}, 60_000);
const spooled = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('guichet-import-')).length;

describe('a Zendesk help centre', () => {
  const group = { source_locale: 'en-us', created_at: at(1) };
  const image = 'https://acme.zendesk.com/hc/article_attachments/77/pic.png';
  const article = {
    ...{ ...group, id: 10, section_id: 2, title: 'Refunds', draft: false, label_names: ['money'] },
    ...{ html_url: 'https://acme.zendesk.com/hc/en-us/articles/10-Refunds', updated_at: at(2) },
    body: `<p>See <a href="https://acme.zendesk.com/hc/en-us/articles/11">delivery</a></p><script>x()</script><img src="${image}" alt="Pic">`,
  };
  const json = (records: Readonly<Record<string, unknown>>) =>
    Object.entries(records).map(([name, list]) => ({ path: `${name}.json`, content: JSON.stringify(list) }));
  const export1 = json({
    categories: { categories: [{ ...group, id: 1, name: 'Help' }] },
    sections: [{ ...group, id: 2, name: 'Billing', category_id: 1 }],
    articles: { articles: [article] },
    'articles-2': {
      articles: [{ ...group, id: 11, section_id: 2, title: 'Delivery', body: '<p>Soon</p>' }, { id: 'x' }],
    },
    translations: [
      {
        ...group,
        source_id: 10,
        source_type: 'Article',
        locale: 'pl',
        title: 'Zwroty',
        body: '<p>Zapytaj</p>',
        html_url: 'https://acme.zendesk.com/hc/pl/articles/10-Zwroty',
      },
      { ...group, source_id: 99, source_type: 'Article', locale: 'pl', title: 'Nic', body: '' },
    ],
  });
  const archive = zipOf([...export1, { path: 'article_attachments/77/pic.png', content: pngOf(5, 5) }]);

  it('comes in once, with every old address, and every picture is there or listed', async () => {
    const here = kb.elsewhere();
    const first = await brought(here, archive, { format: 'zendesk' });
    expect(first.counts).toMatchObject({ categories: 2, articles: 2, texts: 3, pictures: 1 });
    expect(codes(first)).toEqual([
      'not-imported articles-2.json#1',
      'text-without-article article-99',
      'unsafe-dropped article-10',
    ]);
    expect(first.languagesAdded).toEqual(['en-US']);
    for (const path of [
      '/hc/en-us/articles/10-Refunds',
      '/hc/en-us/articles/10',
      '/hc/pl/articles/10-Zwroty',
      '/hc/pl/articles/10',
    ])
      expect(await here.call('reader', `/addresses?path=${path}`)).toMatchObject({
        ...{ status: 200, body: { locale: path.startsWith('/hc/pl/') ? 'pl' : 'en-US' } },
      });
    const { articleId } = await here.must('reader', '/addresses?path=/hc/en-us/articles/10');
    const { html, keywords } = await here.must('reader', `/articles/${String(articleId)}?locale=en-US`);
    expect(keywords).toEqual(['money']);
    expect(html).toMatch(/href="\/en-US\/a\/\d+-delivery"/);
    expect(html).toMatch(/<img src="\/knowledge\/v1\/files\/[^"]+\/pic\.png" alt="Pic" \/>/);
    expect(html).not.toContain('script');
    expect((await brought(here, archive, { format: 'zendesk' })).events).toBe(0);
    expect(codes(await brought(here, zipOf(export1), { format: 'zendesk' }))).toContain('picture-missing article-10');
  });

  it('that holds no records is refused', async () => {
    const refused: Answer = await bring(kb.elsewhere(), zipOf(json({ articles: 'none' })), { format: 'zendesk' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'nothing-to-import' } });
  });
});

it('a Git history comes in with each commit as a revision of its date, and its deletions', async () => {
  const here = kb.elsewhere();
  const commit = (seconds: number, ...changes: readonly string[]) =>
    ['commit refs/heads/main', `committer A <a@b> ${seconds} +0000`, 'data 0', ...changes, ''].join('\n');
  const file = (path: string, content: string) =>
    `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}`;
  const history = [
    commit(1_700_000_000, file('a.md', '# Ache\n\nOne.\n'), file('gone.md', '# Gone\n\nAway.\n')),
    commit(1_700_000_100, file('a.pl.md', '# Ból\n\nRaz.\n'), 'D gone.md'),
    commit(1_700_000_200, file('a.md', '# Ache\n\nTwo and more words.\n')),
  ].join('');
  expect(await brought(here, history)).toMatchObject({ counts: { articles: 1, texts: 2, revisions: 3 }, findings: [] });
  const [hit] = (await here.must('reader', '/search?q=ache&locale=en'))['items'] as readonly { articleId: string }[];
  const revisions = await here.must('author', `/articles/${String(hit?.articleId)}/texts/en/revisions`);
  expect(revisions['items']).toMatchObject([
    { revision: 2, writtenAt: '2023-11-14T22:16:40.000Z' },
    { revision: 1, writtenAt: '2023-11-14T22:13:20.000Z', publishedTo: '2023-11-14T22:16:40.000Z' },
  ]);
  const polish = await here.must('reader', `/articles/${String(hit?.articleId)}?locale=pl`);
  expect(polish).toMatchObject({ locale: 'pl', publishedAt: '2023-11-14T22:15:00.000Z' });
  expect((await brought(here, history)).events).toBe(0);
});
