import type { TestKnowledge } from './test-knowledge.js';

interface Item {
  readonly number: number;
  readonly locale: string;
  readonly fallback: boolean;
  readonly slug: string;
  readonly title: { readonly text: string; readonly marks: readonly { start: number; end: number }[] };
  readonly snippet: { readonly text: string } | null;
}

/**
 * What readers find over HTTP, whichever engine searches.
 * @param settled waits before each search until the engine has what was written
 */
export function describeSearches(
  start: () => Promise<TestKnowledge>,
  settled: (kb: TestKnowledge) => Promise<void>,
): void {
  let kb: TestKnowledge;
  const articles: Record<string, { articleId: string; number: number }> = {};
  beforeAll(async () => {
    kb = await start();
    const texts = {
      refund: {
        en: ['Get a refund', 'We pay the money back within fourteen days.'],
        pl: ['Zwrot pieniędzy', 'Pieniądze zwracamy w ciągu czternastu dni.'],
        fr: ['Obtenir un remboursement', 'Nous vous remboursons sous quatorze jours.'],
      },
      password: { en: ['Change your password', 'Open the settings, and choose a new password.'] },
      internal: { en: ['Refund by hand', 'How agents pay a refund without a ticket.'] },
    };
    for (const [name, languages] of Object.entries(texts)) {
      articles[name] = await kb.article(name === 'internal' ? { audience: 'agents' } : {});
      for (const [locale, [title, body]] of Object.entries(languages))
        await kb.publish(articles[name].articleId, locale, { title, body });
    }
  }, 60_000);

  const search = async (query: string, role: 'reader' | 'agent' = 'reader', of = kb) => {
    await settled(of);
    return (await of.must(role, `/search?${query}`)) as unknown as {
      corrected: string | null;
      total: number;
      items: Item[];
      nextCursor: string | null;
    };
  };
  const found = async (query: string, role: 'reader' | 'agent' = 'reader', of = kb) =>
    (await search(query, role, of)).items.map(({ number, locale }) => `${number} ${locale}`);
  const refundIn = (locale: string) => `${articles['refund']!.number} ${locale}`;

  it.each([
    ['q=zwrot+pieniedzy&locale=pl', 'pl'],
    ['q=remboursment&locale=fr', 'fr'],
    ['q=refund&locale=en', 'en'],
    ['q=refund&locale=fr', 'en'],
  ])('finds the refund by %s, in %s', async (query, locale) => expect((await found(query))[0]).toBe(refundIn(locale)));

  it('marks what was asked for, shows a passage, and says what it read', async () => {
    const { items, corrected } = await search('q=remboursment&locale=fr');
    expect(items[0]).toMatchObject({ locale: 'fr', fallback: false, slug: 'obtenir-un-remboursement' });
    expect(items[0]?.snippet?.text).toBeTruthy();
    const [mark] = items[0]!.title.marks;
    expect(items[0]?.title.text.slice(mark?.start, mark?.end)).toBe('remboursement');
    expect(corrected).toBe('remboursement');
    expect((await search('q=refund&locale=fr')).items[0]).toMatchObject({ locale: 'en', fallback: true });
  });

  it('finds for each what they may read, as soon as that changes', async () => {
    const internal = `${articles['internal']!.number} en`;
    expect(await found('q=refund+hand&locale=en')).not.toContain(internal);
    expect(await found('q=refund+hand&locale=en', 'agent')).toContain(internal);
    const other = kb.elsewhere();
    const category = async (parentId: string | null) =>
      String(
        (await other.must('editor', '/categories', { body: { name: 'C', locale: 'en', parentId } }))['categoryId'],
      );
    const top = await category(null);
    const { articleId, number } = await other.article({ categoryId: await category(top) });
    await other.publish(articleId, 'en', { title: 'Secrets', body: 'Nobody may know.' });
    const hit = [`${number} en`];
    expect(await found('q=secrets', 'reader', other)).toEqual(hit);
    expect(await found(`q=secrets&category=${top}`, 'reader', other)).toEqual(hit);
    await other.must('editor', `/categories/${top}/audience`, { method: 'PUT', body: { audience: 'agents' } });
    expect(await found('q=secrets', 'reader', other)).toEqual([]);
    expect(await found('q=secrets', 'agent', other)).toEqual(hit);
    await other.must('editor', `/articles/${articleId}/category`, { method: 'PUT', body: { categoryId: null } });
    expect(await found('q=secrets', 'reader', other)).toEqual(hit);
    expect(await found(`q=secrets&category=${top}`, 'reader', other)).toEqual([]);
  });

  it('finds what is published now: not what was withdrawn, changed or archived', async () => {
    const other = kb.elsewhere();
    const { articleId, number } = await other.article();
    const version = await other.publish(articleId, 'en', { title: 'Umbrellas', body: 'They are blue.' });
    expect(await found('q=umbrellas', 'reader', other)).toEqual([`${number} en`]);
    await other.publish(articleId, 'en', { title: 'Parasols', body: 'They are red.' }, version);
    expect(await found('q=umbrellas', 'reader', other)).toEqual([]);
    expect(await found('q=parasols', 'reader', other)).toEqual([`${number} en`]);
    await other.must('editor', `/articles/${articleId}/archive`, { body: {} });
    expect(await found('q=parasols', 'reader', other)).toEqual([]);
    await other.must('editor', `/articles/${articleId}/reinstate`, { method: 'POST' });
    expect(await found('q=parasols', 'reader', other)).toEqual([`${number} en`]);
    await other.must('editor', `/articles/${articleId}/texts/en/publication`, { method: 'DELETE' });
    expect(await found('q=parasols', 'reader', other)).toEqual([]);
  });

  it('completes the last word, and pages', async () => {
    await settled(kb);
    expect((await kb.must('reader', '/search/completions?q=pass&locale=en'))['items']).toContain('password');
    const other = kb.elsewhere();
    for (let i = 0; i < 3; i++)
      await other.publish((await other.article()).articleId, 'en', { title: `Lamp ${i}`, body: 'Switch it on.' });
    const first = await search('q=lamp&limit=2', 'reader', other);
    expect(first.items).toHaveLength(2);
    const rest = await search(`q=lamp&limit=2&cursor=${first.nextCursor}`, 'reader', other);
    expect(new Set([...first.items, ...rest.items].map(({ number }) => number)).size).toBe(3);
    expect(rest.nextCursor).toBeNull();
  });

  it('takes any query, of 300 characters at most', async () => {
    for (const query of ["' or 1=1; --", '.*[(', '%_\\', '☃', '👍🏽', 'a'.repeat(300), 'ab '.repeat(100).trim()])
      expect((await kb.call('reader', `/search?q=${encodeURIComponent(query)}`)).status).toBe(200);
    const long = await kb.call('reader', `/search?q=${'a'.repeat(301)}`);
    expect(long).toMatchObject({ status: 422, body: { code: 'query-too-long' } });
    expect((await kb.call('reader', '/search?q=%20')).status).toBe(400);
  });
}
