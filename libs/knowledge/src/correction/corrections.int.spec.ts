import { randomUUID } from 'node:crypto';
import { type Answer, TestKnowledge, type Written } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const text = (body: string) => ({ title: 'Get a refund', body });

/** An article that ann looks after, published in English as revision 1. */
async function owned(): Promise<Written & { version: number }> {
  const article = await kb.article();
  const body = { ownerId: 'ann', verifyEveryDays: null };
  await kb.must('editor', `/articles/${article.articleId}/owner`, { method: 'PUT', body });
  return { ...article, version: await kb.publish(article.articleId, 'en', text('Within 14 days.')) };
}
const ann = () => kb.person('author', 'ann');
const use = (articleId: string, ticketId: string, more: object = {}) =>
  kb.call('agent', `/articles/${articleId}/uses`, { body: { ticketId, ...more } });
const report = (articleId: string, more: object = {}) =>
  kb.call('agent', `/articles/${articleId}/corrections`, { body: { locale: 'en', note: 'It is 30 days.', ...more } });
const reported = async (articleId: string, more: object = {}) => {
  const { status, body } = await report(articleId, more);
  expect(status).toBe(201);
  return String(body['reportId']);
};
const close = (reportId: string, outcome: string, more: object = {}) =>
  kb.call('editor', `/corrections/${reportId}/close`, { body: { outcome, ...more } });
const mine = async (query = '') =>
  (await kb.must(ann(), `/work/corrections?mine=true${query}`))['items'] as Answer['body'][];
const recalled = async (reportId: string) =>
  (await kb.must('editor', `/corrections/${reportId}/recall`))['items'] as Answer['body'][];
const order = (reportId: string) => kb.call('editor', `/corrections/${reportId}/recall`, { method: 'POST' });

describe('a use', () => {
  it('is in the language wanted, or the next that there is, and says what the article says', async () => {
    const { articleId, number } = await owned();
    const ticketId = randomUUID();
    const address = `/en/a/${number}-get-a-refund`;
    expect(await use(articleId, ticketId, { locale: 'pl' })).toMatchObject({
      status: 200,
      body: { locale: 'en', revision: 1, title: 'Get a refund', address },
    });
    await kb.publish(articleId, 'fr', { title: 'Être remboursé', body: 'Sous 14 jours.' });
    expect((await use(articleId, ticketId, { locale: 'fr-CA' })).body).toMatchObject({ locale: 'fr', revision: 1 });
    expect((await use(articleId, ticketId)).body).toMatchObject({ locale: 'en', version: 2 });
  });
  it('needs something that is published, of an article that is shown', async () => {
    const { articleId } = await kb.article();
    expect(await use(articleId, randomUUID())).toMatchObject({ status: 409, body: { code: 'not-published' } });
    await kb.must('editor', `/articles/${articleId}/archive`, { body: {} });
    expect(await use(articleId, randomUUID())).toMatchObject({ status: 409, body: { code: 'article-archived' } });
    expect(await use(randomUUID(), randomUUID())).toMatchObject({ status: 404, body: { code: 'unknown-article' } });
    expect((await kb.call('requester', `/articles/${articleId}/uses`, { body: { ticketId: articleId } })).status).toBe(
      403,
    );
  });
});

describe('a correction', () => {
  it('is on the owner’s list with the revision that was read, until it is closed', async () => {
    const { articleId, number, version } = await owned();
    const ticketId = randomUUID();
    await use(articleId, ticketId);
    await kb.publish(articleId, 'en', text('Within 15 days.'), version);
    const reportId = await reported(articleId, { ticketId });
    const open = { reportId, articleId, number, locale: 'en', revision: 1, publishedRevision: 2, ticketId };
    expect(await mine(`&articleId=${articleId}`)).toMatchObject([
      { ...open, note: 'It is 30 days.', reportedBy: 'agent', outcome: null, title: 'Get a refund', ownerId: 'ann' },
    ]);
    expect((await kb.must(kb.person('author', 'bob'), '/work/corrections?mine=true'))['items']).toEqual([]);
    expect((await close(reportId, 'fixed')).status).toBe(200);
    expect(await mine(`&articleId=${articleId}`)).toEqual([]);
    const [closed] = await mine(`&state=closed&articleId=${articleId}`);
    expect(closed).toMatchObject({ ...open, outcome: 'fixed', fixedIn: 2, closedBy: 'editor' });
    expect(closed?.['secondsToClose']).toBeLessThan(60);
    expect(await kb.must('editor', `/corrections/${reportId}`)).toEqual(closed);
  });

  it('is about the revision that is named, that the ticket was sent, or that people read, in this order', async () => {
    const { articleId, version } = await owned();
    const ticketId = randomUUID();
    await use(articleId, ticketId);
    await kb.publish(articleId, 'en', text('Within 15 days.'), version);
    const revisionOf = async (more: object) => (await report(articleId, more)).body['revision'];
    expect(await revisionOf({ ticketId, revision: 2 })).toBe(2);
    expect(await revisionOf({ ticketId })).toBe(1);
    expect(await revisionOf({ ticketId: randomUUID() })).toBe(2);
    expect(await revisionOf({})).toBe(2);
  });

  it.each<[number, string, object]>([
    [422, 'unknown-revision', { revision: 7 }],
    [409, 'not-published', { locale: 'fr' }],
    [400, 'invalid-request', { note: '' }],
  ])('is answered %i %s for %j', async (status, code, more) => {
    const { articleId } = await owned();
    expect(await report(articleId, more)).toMatchObject({ status, body: { code } });
    expect(await mine(`&articleId=${articleId}`)).toEqual([]);
  });

  it('is not fixed while people read what was wrong, and not closed twice otherwise', async () => {
    const { articleId } = await owned();
    const reportId = await reported(articleId);
    expect(await close(reportId, 'fixed')).toMatchObject({
      status: 409,
      body: { code: 'not-fixed', details: { shown: 1 } },
    });
    expect((await close(reportId, 'not-wrong')).status).toBe(200);
    expect((await close(reportId, 'not-wrong')).status).toBe(200);
    expect(await close(reportId, 'fixed')).toMatchObject({ status: 409, body: { code: 'correction-closed' } });
    expect(await close(randomUUID(), 'fixed')).toMatchObject({ status: 404, body: { code: 'unknown-correction' } });
    const elsewhere = kb.elsewhere();
    expect(await elsewhere.call('editor', `/corrections/${reportId}`)).toMatchObject({ status: 404 });
    expect((await elsewhere.must('editor', '/work/corrections?state=closed'))['items']).toEqual([]);
  });

  it('is listed longest waiting first, page by page', async () => {
    const { articleId } = await owned();
    const reports = [await reported(articleId), await reported(articleId), await reported(articleId)];
    const path = `/work/corrections?articleId=${articleId}&limit=2`;
    const first = await kb.must('editor', path);
    const second = await kb.must('editor', `${path}&cursor=${String(first['nextCursor'])}`);
    const ids = [first, second].flatMap(({ items }) => (items as Answer['body'][]).map(({ reportId }) => reportId));
    expect(ids).toEqual(reports);
    expect(second['nextCursor']).toBeNull();
  });
});

describe('a recall', () => {
  it('names the tickets that were sent what was wrong, and no others, each once', async () => {
    const { articleId, version } = await owned();
    const [sent, sentLater, sentRight, shows, showsToo] = Array.from({ length: 5 }, () => randomUUID());
    await use(articleId, sent!);
    const v2 = await kb.publish(articleId, 'en', text('Within 15 days.'), version);
    await use(articleId, sentLater!);
    const reportId = await reported(articleId, { revision: 1, ticketId: shows });
    const duplicate = await reported(articleId, { revision: 2, ticketId: showsToo });
    expect(await order(reportId)).toMatchObject({ status: 409, body: { code: 'not-fixed' } });
    await close(duplicate, 'duplicate', { ofReportId: reportId });
    await kb.publish(articleId, 'en', text('Within 30 days.'), v2);
    await use(articleId, sentRight!);
    await close(reportId, 'fixed');

    const concerned = [
      { ticketId: sent, revision: 1 },
      { ticketId: sentLater, revision: 2 },
      { ticketId: shows, revision: null },
      { ticketId: showsToo, revision: null },
    ].toSorted((a, b) => (a.ticketId! < b.ticketId! ? -1 : 1));
    const list = (ordered: boolean) => concerned.map((one) => ({ ...one, requesterId: null, ordered }));
    expect(await recalled(reportId)).toEqual(list(false));
    expect(await order(reportId)).toMatchObject({ status: 200, body: { tickets: 4, requesters: 0 } });
    expect(await recalled(reportId)).toEqual(list(true));
    expect(await order(reportId)).toMatchObject({ status: 200, body: { tickets: 0, requesters: 0 } });
    expect((await kb.must('editor', `/corrections/${reportId}`))['recalledAt']).toEqual(expect.any(String));
    expect(await order(duplicate)).toMatchObject({ status: 409, body: { code: 'not-fixed' } });
  });

  it('is measured from report to correction', async () => {
    const other = await TestKnowledge.start();
    const { articleId } = await other.article();
    const version = await other.publish(articleId, 'en', text('Wrong.'));
    const body = { locale: 'en', note: 'No.' };
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push(String((await other.must('agent', `/articles/${articleId}/corrections`, { body }))['reportId']));
    await other.publish(articleId, 'en', text('Right.'), version);
    await other.must('editor', `/corrections/${ids[0]}/close`, { body: { outcome: 'fixed' } });
    await other.must('editor', `/corrections/${ids[1]}/close`, { body: { outcome: 'not-wrong' } });
    const path = '/work/corrections/figures?from=2020-01-01T00:00:00Z&to=';
    expect(await other.must('editor', `${path}2100-01-01T00:00:00Z`)).toEqual({
      ...{ reported: 3, open: 1, fixed: 1, notWrong: 1, duplicate: 0 },
      ...{ secondsToFixMedian: expect.any(Number), secondsToFixP90: expect.any(Number) },
    });
    expect(await other.must('editor', `${path}2020-01-02T00:00:00Z`)).toMatchObject({
      ...{ reported: 0, secondsToFixMedian: null },
    });
    await other.stop();
  }, 60_000);
});
