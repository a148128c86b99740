import { until } from '@guichet/testing';
import { type Answer, TestKnowledge } from '../../testing/test-knowledge.js';
import { HealthLists } from './health.query.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const text = (body: string) => ({ title: 'Title', body });
/** What is wrong with texts of a tenant, as `<number> <locale>` with its problems. */
const health = async (of: TestKnowledge, query = ''): Promise<Record<string, unknown>> => {
  const { items } = await of.must('author', `/health${query}`);
  return Object.fromEntries(
    (items as Answer['body'][]).map(({ number, locale, problems }) => [
      `${String(number)} ${String(locale)}`,
      problems,
    ]),
  );
};

it('says nothing of texts that are well, archived or withdrawn', async () => {
  const own = kb.elsewhere();
  const [well, gone, withdrawn] = [await own.article(), await own.article(), await own.article()];
  await own.publish(well.articleId, 'en', text('Fine.'));
  for (const { articleId } of [gone, withdrawn]) await own.publish(articleId, 'en', text('See [this](article:999).'));
  expect(await health(own)).toEqual({
    [`${gone.number} en`]: ['broken-links'],
    [`${withdrawn.number} en`]: ['broken-links'],
  });
  await own.must('editor', `/articles/${gone.articleId}/archive`, { body: {} });
  await own.must('editor', `/articles/${withdrawn.articleId}/texts/en/publication`, { method: 'DELETE' });
  expect(await health(own)).toEqual({});
  await own.must('editor', `/articles/${gone.articleId}/reinstate`, { method: 'POST' });
  expect(await health(own)).toEqual({ [`${gone.number} en`]: ['broken-links'] });
});

it('counts links that lead nowhere, as what they lead to comes and goes', async () => {
  const own = kb.elsewhere();
  const [from, to] = [await own.article(), await own.article()];
  const body = `See [one](article:${to.number}), [again](article:${to.number}#part) and [itself](article:${from.number}).`;
  const version = await own.publish(from.articleId, 'en', text(body));
  const broken = async () => {
    const { items } = await own.must('author', '/health?problem=broken-links');
    return (items as Answer['body'][]).map(({ brokenLinks }) => brokenLinks);
  };
  expect(await broken()).toEqual([1]);
  await own.save(to.articleId, 'en', text('There.'));
  expect(await broken()).toEqual([1]);
  await own.must('editor', `/articles/${to.articleId}/texts/en/publications`, { body: { revision: 1 } });
  expect(await broken()).toEqual([]);
  await own.publish(to.articleId, 'fr', text('Voilà.'));
  await own.must('editor', `/articles/${to.articleId}/texts/en/publication`, { method: 'DELETE' });
  expect(await broken()).toEqual([]);
  await own.must('editor', `/articles/${to.articleId}/archive`, { body: {} });
  expect(await broken()).toEqual([1]);
  await own.must('editor', `/articles/${to.articleId}/reinstate`, { method: 'POST' });
  expect(await broken()).toEqual([]);
  await own.must('editor', `/articles/${to.articleId}/texts/fr/publication`, { method: 'DELETE' });
  expect(await broken()).toEqual([1]);
  await own.publish(from.articleId, 'en', text('No link any more.'), version);
  expect(await broken()).toEqual([]);
});

it('says when somebody has to look again, on the text in the source language, longest overdue first', async () => {
  const own = kb.elsewhere();
  const [yearly, daily] = [await own.article(), await own.article()];
  for (const { articleId } of [yearly, daily]) {
    await own.publish(articleId, 'en', text('Fine.'));
    await own.publish(articleId, 'fr', text('Bien.'));
  }
  const look = (articleId: string, verifyEveryDays: number | null) =>
    own.must('editor', `/articles/${articleId}/owner`, { method: 'PUT', body: { ownerId: 'ann', verifyEveryDays } });
  await look(yearly.articleId, 365);
  await look(daily.articleId, 1);
  expect(await health(own)).toEqual({});
  const lists = kb.host.host.app.get(HealthLists, { strict: false });
  const inDays = async (days: number) => {
    const filter = { problem: 'verification-due', locale: null, ownerId: 'ann' } as const;
    const now = new Date(Date.now() + days * 86_400_000);
    const rows = await lists.texts(own.tenantId, filter, 10, now, undefined);
    return rows.map(({ number, locale }) => `${number} ${locale}`);
  };
  expect(await inDays(2)).toEqual([`${daily.number} en`]);
  expect(await inDays(366)).toEqual([`${daily.number} en`, `${yearly.number} en`]);
  await look(daily.articleId, null);
  await health(own);
  expect(await inDays(366)).toEqual([`${yearly.number} en`]);
});

it('lists what outdated translations lack, low ratings and open corrections, the gravest first', async () => {
  const own = kb.elsewhere();
  const [one, two] = [await own.article(), await own.article()];
  const versions = new Map<string, number>();
  for (const { articleId } of [one, two]) {
    versions.set(articleId, await own.publish(articleId, 'en', text('You may return it within two weeks.')));
    await own.publish(articleId, 'fr', text('Vous avez deux semaines.'));
  }
  const edit = (articleId: string, body: string) => own.publish(articleId, 'en', text(body), versions.get(articleId));
  await edit(one.articleId, 'You may return it within three weeks.');
  await edit(two.articleId, 'You may return it within four weeks, and we pay for the parcel that you send us.');
  const outdated = async () => Object.keys(await health(own, '?problem=outdated'));
  await until('both to be outdated', async () => (await outdated()).length === 2);
  expect(await outdated()).toEqual([`${two.number} fr`, `${one.number} fr`]);
  const toTranslate = async () => (await own.must('author', '/work/translations?locale=fr'))['items'] as unknown[];
  await until('both to be on the list of translators', async () => (await toTranslate()).length === 2);
  expect(await health(own, '?problem=outdated&locale=pl')).toEqual({});

  for (let i = 0; i < 20; i++)
    await own.must('reader', `/articles/${one.articleId}/ratings`, {
      headers: { 'guichet-reader': `reader-${i}` },
      body: { locale: 'fr', revision: 1, helpful: i < 5, ...(i >= 5 && { reason: 'outdated' }) },
    });
  const report = { body: { locale: 'fr', note: 'Non.' } };
  const { reportId } = await own.must('agent', `/articles/${one.articleId}/corrections`, report);
  expect(await health(own)).toEqual({
    [`${one.number} fr`]: ['outdated', 'low-rating', 'open-corrections'],
    [`${two.number} fr`]: ['outdated'],
  });
  const { items } = await own.must('analyst', '/health?problem=low-rating');
  // Wilson, 5 of 20: 0.1119.
  expect(items).toMatchObject([{ helpful: 5, notHelpful: 15, helpfulAtLeast: expect.closeTo(0.1119, 4) }]);
  const first = await own.must('author', '/health?limit=1');
  expect(first['items']).toMatchObject([{ number: one.number, openCorrections: 1 }]);
  expect(await own.must('author', `/health?limit=1&cursor=${String(first['nextCursor'])}`)).toMatchObject({
    ...{ items: [{ number: two.number }], nextCursor: null },
  });

  await own.must('editor', `/corrections/${String(reportId)}/close`, { body: { outcome: 'not-wrong' } });
  const { version } = await own.must('author', `/articles/${one.articleId}/texts/fr/draft`);
  await own.publish(one.articleId, 'fr', { ...text('Vous avez trois semaines.'), follows: 2 }, Number(version));
  await until('one to be current', async () => (await outdated()).length === 1);
  expect(await health(own)).toEqual({ [`${two.number} fr`]: ['outdated'] });
  expect(await health(own, '?mine=true')).toEqual({});
}, 60_000);
