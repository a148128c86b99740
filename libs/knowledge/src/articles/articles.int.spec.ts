import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const refund = { title: 'Get a refund', summary: 'Money back.', keywords: ['return'], body: 'Ask us within 14 days.' };
const remboursement = { title: 'Être remboursé', body: 'Demandez-le sous 14 jours.' };

describe('an article', () => {
  it('gets numbers that nobody else has, and the same one when the request comes again', async () => {
    const numbers = await Promise.all(Array.from({ length: 20 }, () => kb.article()));
    expect(new Set(numbers.map(({ number }) => number)).size).toBe(20);
    const headers = { 'idempotency-key': 'once' };
    const [first, second] = [
      await kb.must('author', '/articles', { headers, body: {} }),
      await kb.must('author', '/articles', { headers, body: {} }),
    ];
    expect(second).toEqual(first);
  });

  it('is not there for readers until a text is published, and then for everybody', async () => {
    const { articleId, number } = await kb.article();
    await kb.save(articleId, 'en', refund);
    for (const role of ['reader', 'requester', 'agent'] as const)
      expect(await kb.call(role, `/articles/${number}`)).toMatchObject({
        status: 404,
        body: { code: 'unknown-article' },
      });
    expect(await kb.call('editor', `/articles/${number}`)).toMatchObject({ body: { code: 'not-published' } });
    await kb.must('editor', `/articles/${articleId}/texts/en/publications`, { body: { revision: 1 } });
    for (const role of ['reader', 'requester', 'agent', 'editor'] as const)
      expect(await kb.call(role, `/articles/${number}?locale=en`)).toMatchObject({
        status: 200,
        body: { articleId, number, locale: 'en', fallback: false, slug: 'get-a-refund', revision: 1, ...refund },
      });
  });

  it('is shown in the next language where the one asked for is missing, and says so', async () => {
    const { articleId, number } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    const shown = async (query: string, headers = {}) => {
      const { requestedLocale, locale, fallback } = await kb.must('reader', `/articles/${number}${query}`, { headers });
      return [requestedLocale, locale, fallback];
    };
    expect(await shown('?locale=pl')).toEqual(['pl', 'en', true]);
    expect(await shown('?locale=fr-CA')).toEqual(['fr-CA', 'en', true]);
    await kb.publish(articleId, 'fr', remboursement);
    expect(await shown('?locale=fr-CA')).toEqual(['fr-CA', 'fr', true]);
    expect(await shown('?locale=fr')).toEqual(['fr', 'fr', false]);
    expect(await shown('', { 'accept-language': 'fr;q=0.9, de;q=0.5' })).toEqual(['fr', 'fr', false]);
    expect(await shown('')).toEqual(['en', 'en', false]);
    expect(await kb.must('reader', `/articles/${number}?locale=pl`)).toMatchObject({
      alternates: [
        { locale: 'en', title: refund.title, slug: 'get-a-refund' },
        { locale: 'fr', title: remboursement.title, slug: 'etre-rembourse' },
      ],
    });
  });

  it('is gone when it is archived, names its successor, and comes back', async () => {
    const [old, next] = [await kb.article(), await kb.article()];
    for (const { articleId } of [old, next]) await kb.publish(articleId, 'en', refund);
    const archive = (successorId?: string) =>
      kb.call('editor', `/articles/${old.articleId}/archive`, { body: { successorId } });
    expect((await archive(next.articleId)).status).toBe(200);
    const gone = await kb.call('reader', `/articles/${old.number}`);
    expect(gone).toMatchObject({ status: 410, body: { code: 'article-archived', successor: next } });
    await kb.must('editor', `/articles/${old.articleId}/reinstate`, { method: 'POST' });
    expect((await kb.call('reader', `/articles/${old.number}`)).status).toBe(200);
    expect(await archive(old.articleId)).toMatchObject({ status: 409, body: { code: 'successor-cycle' } });
    await kb.must('editor', `/articles/${next.articleId}/archive`, { body: {} });
    expect(await archive(next.articleId)).toMatchObject({ status: 409, body: { code: 'successor-archived' } });
    expect(await archive(kb.tenantId)).toMatchObject({ status: 422, body: { code: 'unknown-article' } });
  });

  it.each(['0', '-1', '1 or 1=1', 'x', '9'.repeat(40), '%00', '00000000-0000-4000-8000-000000000000'])(
    'is not found by %s',
    async (article) => expect((await kb.call('reader', `/articles/${encodeURIComponent(article)}`)).status).toBe(404),
  );

  it('is its tenant’s alone', async () => {
    const { articleId, number } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    const other = kb.elsewhere();
    for (const path of [`/articles/${articleId}`, `/articles/${number}`, `/articles/${articleId}/texts`])
      expect((await other.call('editor', path)).status).toBe(404);
    const headers = { 'if-match': '"2"' };
    const save = { method: 'PUT', headers, body: refund };
    expect((await other.call('author', `/articles/${articleId}/texts/en/draft`, save)).status).toBe(404);
  });
});

describe('what an article says', () => {
  it('is safe HTML, with its headings, and links that lead to articles in the reader’s language', async () => {
    const [linked, internal] = [await kb.article(), await kb.article({ audience: 'agents' })];
    for (const { articleId } of [linked, internal]) await kb.publish(articleId, 'en', refund);
    await kb.publish(linked.articleId, 'fr', remboursement);
    const { articleId, number } = await kb.article();
    const body = [
      '# How long?',
      `See [here](article:${linked.number}) and [there](article:${internal.number}).`,
      '<script>alert(1)</script> [bad](javascript:alert(1))',
    ].join('\n\n');
    await kb.save(articleId, 'en', { title: 'Links', body });
    const publish = (more: object) =>
      kb.call('editor', `/articles/${articleId}/texts/en/publications`, { body: { revision: 1, ...more } });
    const articles = [{ number: internal.number, audience: 'agents' }];
    expect(await publish({})).toMatchObject({
      ...{ status: 409, body: { code: 'links-to-narrower-audience', details: { audience: 'public', articles } } },
    });
    expect((await publish({ acknowledgedLinks: [internal.number] })).status).toBe(200);
    const read = async (role: 'reader' | 'agent', locale: string) =>
      (await kb.must(role, `/articles/${number}?locale=${locale}`)) as { html: string; contents: unknown };
    const { html, contents } = await read('reader', 'fr');
    expect(contents).toEqual([{ level: 2, text: 'How long?', id: 'content-how-long' }]);
    expect(html).toContain(`href="/fr/a/${linked.number}-etre-rembourse"`);
    expect(html).not.toContain(`/a/${internal.number}-`);
    expect(html).not.toMatch(/<script|javascript:|\ufdd0/);
    expect((await read('agent', 'pl')).html).toContain(`href="/en/a/${internal.number}-get-a-refund" hreflang="en"`);
  });
});

it('may link to what all of its readers may read, by its category too', async () => {
  const { categoryId } = await kb.must('editor', '/categories', {
    body: { name: 'C', locale: 'en', audience: 'agents' },
  });
  const [internal, inside] = [await kb.article({ audience: 'agents' }), await kb.article({ categoryId })];
  await kb.publish(internal.articleId, 'en', refund);
  await kb.publish(inside.articleId, 'en', { ...refund, body: `[there](article:${internal.number})` });
  const outside = await kb.article();
  await kb.save(outside.articleId, 'en', { ...refund, body: `[there](article:${inside.number})` });
  const path = `/articles/${outside.articleId}/texts/en/publications`;
  expect(await kb.call('editor', path, { body: { revision: 1 } })).toMatchObject({
    ...{ status: 409, body: { details: { articles: [{ number: inside.number, audience: 'agents' }] } } },
  });
});

describe('a text', () => {
  it('goes from draft to return, to submission, to publication', async () => {
    const { articleId } = await kb.article();
    const at = (path: string) => `/articles/${articleId}/texts/en${path}`;
    const state = async () => (await kb.must('author', `/articles/${articleId}/texts`))['texts'];
    const version = await kb.save(articleId, 'en', refund);
    await kb.must('author', at('/submissions'), { method: 'POST' });
    expect(await state()).toMatchObject([{ locale: 'en', draft: 1, submittedAt: expect.any(String), published: null }]);
    await kb.must('editor', at('/returns'), { body: { reason: 'Say how long it takes.' } });
    expect(await state()).toMatchObject([{ draft: 1, submittedAt: null, returnReason: 'Say how long it takes.' }]);
    await kb.save(articleId, 'en', { ...refund, body: 'Within 14 days; it takes a week.' }, version + 2);
    await kb.must('author', at('/submissions'), { method: 'POST' });
    await kb.must('editor', at('/publications'), { body: { revision: 2 } });
    expect(await state()).toMatchObject([{ draft: null, submittedAt: null, returnReason: null, published: 2 }]);
    expect(await kb.must('reader', `/articles/${articleId}`)).toMatchObject({
      body: 'Within 14 days; it takes a week.',
    });
  });

  it('keeps the later of two saves on one version out, and loses neither', async () => {
    const { articleId } = await kb.article();
    const draft = `/articles/${articleId}/texts/en/draft`;
    const version = await kb.save(articleId, 'en', refund);
    const save = (body: string, headers = {}) =>
      kb.call('author', draft, { method: 'PUT', headers, body: { ...refund, body } });
    const both = await Promise.all(['mine', 'yours'].map((body) => save(body, { 'if-match': `"${version}"` })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(both.find(({ status }) => status === 412)?.body).toMatchObject({ code: 'stale-version', actualVersion: 2 });
    expect(await save('without a version')).toMatchObject({ status: 412, body: { code: 'stale-version' } });
    const saved = (await kb.must('author', draft))['body'];
    expect(saved).toBe(both[0]!.status === 200 ? 'mine' : 'yours');
  });

  it('is saved again as it is without a new revision', async () => {
    const { articleId } = await kb.article();
    const version = await kb.save(articleId, 'en', refund);
    const again = await kb.must('author', `/articles/${articleId}/texts/en/draft`, {
      ...{ method: 'PUT', headers: { 'if-match': `"${version}"` }, body: refund },
    });
    expect(again).toEqual({ revision: 1, version });
  });

  it('is withdrawn, and published again', async () => {
    const { articleId, number } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    await kb.publish(articleId, 'fr', remboursement);
    const french = `/articles/${articleId}/texts/fr`;
    await kb.must('editor', `${french}/publication`, { method: 'DELETE' });
    expect(await kb.must('reader', `/articles/${number}?locale=fr`)).toMatchObject({ locale: 'en', fallback: true });
    await kb.must('editor', `${french}/publications`, { body: { revision: 1 } });
    expect(await kb.must('reader', `/articles/${number}?locale=fr`)).toMatchObject({ locale: 'fr', fallback: false });
  });

  it('is a translator’s in their own languages only', async () => {
    const { articleId } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    const tomek = kb.person('translator', 'tomek');
    const save = (locale: string) =>
      kb.call(tomek, `/articles/${articleId}/texts/${locale}/draft`, { method: 'PUT', body: remboursement });
    expect(await save('fr')).toMatchObject({ status: 403, body: { code: 'not-your-language' } });
    await kb.must('editor', '/library/translators', { method: 'PUT', body: { personId: 'tomek', locales: ['fr'] } });
    expect((await save('fr')).status).toBe(200);
    expect((await save('pl')).status).toBe(403);
    expect((await kb.call(tomek, `/articles/${articleId}/texts/fr/submissions`, { method: 'POST' })).status).toBe(200);
  });

  it('is published by editors, by authors where the rule lets them, and by nobody who wrote it under four eyes', async () => {
    const { articleId } = await kb.article();
    await kb.save(articleId, 'en', refund);
    const publish = (as: 'author' | 'editor') =>
      kb.call(as, `/articles/${articleId}/texts/en/publications`, { body: { revision: 1 } });
    const rule = (editorsOnly: boolean, fourEyes: boolean) =>
      kb.must('admin', '/library/review', { method: 'PUT', body: { editorsOnly, fourEyes } });
    expect(await publish('author')).toMatchObject({ status: 403, body: { code: 'editors-publish' } });
    await rule(false, true);
    expect(await publish('author')).toMatchObject({ status: 409, body: { code: 'own-draft' } });
    await rule(false, false);
    expect((await publish('author')).status).toBe(200);
    await rule(true, false);
  });

  it('is refused in a language that the knowledge base does not have, until it has', async () => {
    const other = kb.elsewhere();
    const { articleId } = await other.article();
    const german = `/articles/${articleId}/texts/de/draft`;
    const save = () => other.call('author', german, { method: 'PUT', body: refund });
    expect(await save()).toMatchObject({ status: 422, body: { code: 'unknown-locale' } });
    const body = { source: 'en', locales: ['en', 'de'], fallbacks: [] };
    await other.must('admin', '/library/languages', { method: 'PUT', body });
    expect((await save()).status).toBe(200);
    expect((await other.call('author', german.replace('/de/', '/xx-/'), { method: 'PUT', body: refund })).status).toBe(
      400,
    );
  });
});

describe('an audience', () => {
  it('keeps an article from everybody else, who is told that there is none', async () => {
    const { articleId, number } = await kb.article({ audience: 'signed-in' });
    await kb.publish(articleId, 'en', refund);
    expect((await kb.call('reader', `/articles/${number}`)).status).toBe(404);
    expect((await kb.call('requester', `/articles/${number}`)).status).toBe(200);
  });

  it('of a category above counts for all that is below it, before and after it changes', async () => {
    const category = async (parentId: string | null) =>
      String((await kb.must('editor', '/categories', { body: { name: 'C', locale: 'en', parentId } }))['categoryId']);
    const top = await category(null);
    const below = await category(top);
    const { articleId, number } = await kb.article({ categoryId: below });
    await kb.publish(articleId, 'en', refund);
    const status = async () => (await kb.call('requester', `/articles/${number}`)).status;
    expect(await status()).toBe(200);
    await kb.must('editor', `/categories/${top}/audience`, { method: 'PUT', body: { audience: 'agents' } });
    expect(await status()).toBe(404);
    const listed = (await kb.must('requester', '/categories'))['categories'] as { categoryId: string }[];
    expect(listed.map(({ categoryId }) => categoryId)).not.toContain(below);
    const later = await kb.article({ categoryId: below });
    await kb.publish(later.articleId, 'en', refund);
    expect((await kb.call('requester', `/articles/${later.number}`)).status).toBe(404);
    await kb.must('editor', `/categories/${below}/place`, { method: 'PUT', body: { parentId: null } });
    expect(await status()).toBe(200);
  });
});

describe('a category', () => {
  it('is called in the reader’s language, or the next', async () => {
    const other = kb.elsewhere();
    const { categoryId } = await other.must('editor', '/categories', { body: { name: 'Payments', locale: 'en' } });
    const names = async (locale: string) => (await other.must('reader', `/categories?locale=${locale}`))['categories'];
    expect(await names('fr')).toMatchObject([{ categoryId, name: 'Payments', locale: 'en' }]);
    const path = `/categories/${String(categoryId)}/names/fr`;
    await other.must('editor', path, { method: 'PUT', body: { name: 'Paiements' } });
    expect(await names('fr-CA')).toMatchObject([{ categoryId, name: 'Paiements', locale: 'fr' }]);
  });

  it('is archived once nothing is in it', async () => {
    const { categoryId } = await kb.must('editor', '/categories', { body: { name: 'Old', locale: 'en' } });
    const { articleId } = await kb.article({ categoryId });
    const archive = () => kb.call('editor', `/categories/${String(categoryId)}/archive`, { method: 'POST' });
    expect(await archive()).toMatchObject({
      status: 409,
      body: { code: 'category-not-empty', details: { articles: 1 } },
    });
    await kb.must('editor', `/articles/${articleId}/archive`, { body: {} });
    expect((await archive()).status).toBe(200);
    const drafted = await kb.call('author', '/articles', { body: { categoryId } });
    expect(drafted).toMatchObject({ status: 422, body: { code: 'category-archived' } });
  });
});

describe('a revision', () => {
  it('is listed with when people read it, and restored in every language', async () => {
    const { articleId } = await kb.article();
    const version = await kb.publish(articleId, 'en', refund);
    await kb.publish(articleId, 'en', { ...refund, body: 'Within a month.' }, version);
    await kb.publish(articleId, 'fr', remboursement);
    for (const [locale, revisions] of [
      ['en', 2],
      ['fr', 1],
    ] as const) {
      const at = (path: string) => `/articles/${articleId}/texts/${locale}${path}`;
      const before = await kb.must('author', at('/draft'));
      const restored = await kb.must('author', at('/restorations'), { body: { revision: 1 } });
      // In French the only revision is the published one: going back to it makes a draft all the same.
      expect(restored).toMatchObject({ revision: revisions + 1 });
      expect(await kb.must('author', at('/draft'))).toMatchObject({
        basedOn: before['revision'],
        draft: revisions + 1,
      });
      const { items } = (await kb.must('author', at('/revisions'))) as { items: Record<string, unknown>[] };
      expect(items.map(({ revision }) => revision)).toEqual(
        Array.from({ length: revisions + 1 }, (_, i) => revisions + 1 - i),
      );
      expect(items[0]).toMatchObject({ restoredFrom: 1, publishedFrom: null });
      expect(items[1]).toMatchObject({ publishedFrom: expect.any(String), publishedTo: null });
      expect(items.at(-1)).toMatchObject({ revision: 1, publishedFrom: expect.any(String) });
      expect(await kb.call('author', at('/restorations'), { body: { revision: 9 } })).toMatchObject({
        ...{ status: 404, body: { code: 'unknown-revision' } },
      });
    }
  });

  it('pages', async () => {
    const { articleId } = await kb.article();
    let version = 0;
    for (let i = 1; i <= 5; i++) version = await kb.save(articleId, 'en', { ...refund, body: `Draft ${i}` }, version);
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { items, nextCursor } = await kb.must('author', `/articles/${articleId}/texts/en/revisions${query}`);
      seen.push(...(items as { revision: number }[]).map(({ revision }) => revision));
      cursor = nextCursor as string | null;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });
});

describe('a release', () => {
  it('may come after several edits, and is what translations follow', async () => {
    const { articleId } = await kb.article();
    const english = `/articles/${articleId}/texts/en`;
    const edit = async (body: string, revision: number, version: number, release: boolean) => {
      await kb.save(articleId, 'en', { ...refund, body }, version);
      const publication = { revision, significance: 'update', release };
      return Number((await kb.must('editor', `${english}/publications`, { body: publication }))['version']);
    };
    let version = await edit('one', 1, 0, false);
    await kb.save(articleId, 'fr', { ...remboursement, follows: 1 });
    const publish = () => kb.call('editor', `/articles/${articleId}/texts/fr/publications`, { body: { revision: 1 } });
    expect(await publish()).toMatchObject({ status: 409, body: { code: 'follows-unreleased' } });
    version = await edit('two', 2, version, false);
    await kb.must('editor', `${english}/releases`, { body: { revision: 2 } });
    expect((await publish()).status).toBe(200);
    const again = await kb.must('editor', `${english}/releases`, { body: { revision: 1 } });
    expect(again['version']).toBe(version + 1);
    const confirm = (sourceRevision: number) =>
      kb.call('author', `/articles/${articleId}/texts/fr/confirmations`, { body: { sourceRevision } });
    expect(await confirm(3)).toMatchObject({ status: 409, body: { code: 'follows-unreleased' } });
    expect((await confirm(2)).status).toBe(200);
    const { texts } = (await kb.must('author', `/articles/${articleId}/texts`)) as { texts: unknown[] };
    expect(texts).toMatchObject([
      { locale: 'en', published: 2, released: 2 },
      { locale: 'fr', published: 1, publishedFollows: 2 },
    ]);
  });
});

describe('looking after an article', () => {
  it('has an owner, who verifies it', async () => {
    const { articleId } = await kb.article();
    const body = { ownerId: 'ann', verifyEveryDays: 90 };
    await kb.must('editor', `/articles/${articleId}/owner`, { method: 'PUT', body });
    expect(await kb.must('author', `/articles/${articleId}/texts`)).toMatchObject({ ...body, verifiedAt: null });
    await kb.must('author', `/articles/${articleId}/verifications`, { method: 'POST' });
    expect(await kb.must('author', `/articles/${articleId}/texts`)).toMatchObject({ verifiedAt: expect.any(String) });
  });

  it('moves it and opens it to others', async () => {
    const { categoryId } = await kb.must('editor', '/categories', {
      body: { name: 'C', locale: 'en', audience: 'agents' },
    });
    const { articleId, number } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    const put = (path: string, body: object) =>
      kb.must('editor', `/articles/${articleId}/${path}`, { method: 'PUT', body });
    const status = async () => (await kb.call('reader', `/articles/${number}`)).status;
    await put('category', { categoryId });
    expect(await status()).toBe(404);
    await put('audience', { audience: 'signed-in' });
    await put('category', { categoryId: null });
    expect(await status()).toBe(404);
    await put('audience', { audience: 'public' });
    expect(await status()).toBe(200);
  });

  it('shows what waits for review, longest waiting first', async () => {
    const other = kb.elsewhere();
    const [first, second] = [await other.article(), await other.article()];
    for (const { articleId } of [first, second]) {
      await other.save(articleId, 'en', refund);
      await other.must('author', `/articles/${articleId}/texts/en/submissions`, { method: 'POST' });
    }
    const page = await other.must('editor', '/work/reviews?limit=1');
    expect(page['items']).toMatchObject([
      { ...first, locale: 'en', revision: 1, title: refund.title, writtenBy: 'author' },
    ]);
    const next = await other.must('editor', `/work/reviews?limit=1&cursor=${String(page['nextCursor'])}`);
    expect(next).toMatchObject({ items: [{ ...second }], nextCursor: null });
    expect(await other.must('editor', '/work/reviews?locale=fr')).toMatchObject({ items: [] });
  });
});

describe('an address', () => {
  it('of elsewhere leads to the article, or to what answers instead, for whoever may read it', async () => {
    const [old, next] = [await kb.article(), await kb.article()];
    for (const { articleId } of [old, next]) await kb.publish(articleId, 'en', refund);
    await kb.publish(next.articleId, 'fr', remboursement);
    const path = `/hc/${old.number}-refunds`;
    const keep = (articleId: string) =>
      kb.call('editor', `/articles/${articleId}/addresses`, { body: { path: `${path}/`, locale: 'fr' } });
    expect((await keep(old.articleId)).status).toBe(200);
    const ask = (asked = path) => kb.call('reader', `/addresses?path=${encodeURIComponent(asked)}`);
    expect(await ask()).toMatchObject({ status: 200, body: { ...old, locale: 'en' } });
    expect(await ask(`${path}//`)).toMatchObject({ status: 200, body: { ...old } });
    expect(await keep(next.articleId)).toMatchObject({ status: 409, body: { code: 'address-taken' } });
    await kb.must('editor', `/articles/${old.articleId}/merge`, { body: { intoArticleId: next.articleId } });
    expect(await ask()).toMatchObject({ status: 200, body: { ...next, locale: 'fr', slug: 'etre-rembourse' } });
    await kb.must('editor', `/articles/${next.articleId}/audience`, { method: 'PUT', body: { audience: 'agents' } });
    expect(await ask()).toMatchObject({ status: 404, body: { code: 'unknown-address' } });
    expect((await ask('/nowhere')).status).toBe(404);
    expect((await ask('no path')).status).toBe(400);
  });
});

it('the sitemap lists what the public may read, by number, with its languages', async () => {
  const other = kb.elsewhere();
  const [first, , internal, second] = [
    await other.article(),
    await other.article(),
    await other.article({ audience: 'signed-in' }),
    await other.article(),
  ];
  for (const { articleId } of [first, internal, second]) await other.publish(articleId, 'en', refund);
  await other.publish(first.articleId, 'fr', remboursement);
  const page = await other.must('agent', '/sitemap?limit=1');
  expect(page['items']).toMatchObject([
    {
      ...first,
      languages: [
        { locale: 'en', slug: 'get-a-refund' },
        { locale: 'fr', slug: 'etre-rembourse' },
      ],
    },
  ]);
  const rest = await other.must('agent', `/sitemap?cursor=${String(page['nextCursor'])}`);
  expect(rest).toMatchObject({ items: [{ ...second }], nextCursor: null });
});
