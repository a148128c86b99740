import { randomUUID } from 'node:crypto';
import type { TestCaller } from '@guichet/http-host/testing';
import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const refund = { title: 'Get a refund', summary: 'Money back.', keywords: ['return'], body: 'Ask us within 14 days.' };
const portal = (key: string): { as: TestCaller; headers: Record<string, string> } => ({
  as: kb.person('reader', 'portal'),
  headers: { 'guichet-reader': `browser-${key}` },
});
const published = async (locale = 'en', body: object = refund, article: object = {}) => {
  const { articleId, number } = await kb.article(article);
  await kb.publish(articleId, locale, body);
  return { articleId, number, text: { articleId, locale, revision: 1 } };
};
const record = (sessionId: string, events: readonly object[], { as, headers }: ReturnType<typeof portal>) =>
  kb.call(as, `/sessions/${sessionId}/events`, { headers, body: { locale: 'fr', events } });
const suggest = (body: object, { as, headers }: ReturnType<typeof portal>) =>
  kb.call(as, '/suggestions', { headers, body: { locale: 'en', ...body } });
const rita = () => ({ as: kb.person('requester', 'rita'), headers: {} });

describe('what a reader does', () => {
  it('is recorded once, and only what was published for them', async () => {
    const { text } = await published();
    const hidden = await published('en', refund, { audience: 'agents' });
    const sessionId = randomUUID();
    const view = { id: randomUUID(), type: 'ArticleViewed', ...text, wantedLocale: 'fr' };
    expect(await record(sessionId, [view], portal('a'))).toMatchObject({ status: 200, body: { recorded: 1 } });
    expect(await record(sessionId, [view], portal('a'))).toMatchObject({ status: 200, body: { recorded: 0 } });
    for (const wrong of [
      { ...text, revision: 2 },
      { ...text, locale: 'pl' },
      hidden.text,
      { ...text, articleId: randomUUID() },
    ]) {
      const id = randomUUID();
      expect(await record(sessionId, [{ ...view, ...wrong, id }], portal('a'))).toMatchObject({
        status: 422,
        body: { code: 'unknown-text', details: { eventIds: [id] } },
      });
    }
  });

  it('is told in full, and no more than fifty at a time', async () => {
    const id = randomUUID();
    expect(await record(randomUUID(), [{ id, type: 'ArticleViewed' }], portal('a'))).toMatchObject({
      status: 422,
      body: {
        code: 'incomplete-event',
        errors: [{ path: 'events[0].articleId' }, { path: 'events[0].locale' }, { path: 'events[0].revision' }],
      },
    });
    const searches = (count: number) =>
      Array.from({ length: count }, () => ({
        id: randomUUID(),
        type: 'SearchPerformed',
        locale: 'fr',
        query: 'x',
        hits: 0,
      }));
    expect((await record(randomUUID(), searches(51), portal('a'))).status).toBe(400);
    expect(await record(randomUUID(), searches(50), portal('a'))).toMatchObject({
      status: 200,
      body: { recorded: 50 },
    });
    const late = { ...searches(1)[0], agoSeconds: 3_601 };
    expect((await record(randomUUID(), [late], portal('a'))).status).toBe(400);
    expect((await record('x', searches(1), portal('a'))).status).toBe(400);
    expect(
      (await kb.call('agent', `/sessions/${randomUUID()}/events`, { body: { locale: 'fr', events: searches(1) } }))
        .status,
    ).toBe(403);
  });

  it('is theirs alone, in their tenant', async () => {
    const search = () => ({ id: randomUUID(), type: 'SearchPerformed', locale: 'fr', query: 'x', hits: 0 });
    const sessionId = randomUUID();
    await record(sessionId, [search()], portal('a'));
    for (const other of [
      portal('b'),
      rita(),
      { as: kb.person('reader', 'other portal'), headers: portal('a').headers },
    ])
      expect(await record(sessionId, [search()], other)).toMatchObject({
        status: 404,
        body: { code: 'unknown-session' },
      });
    const elsewhere = kb.elsewhere();
    const there = { ...portal('a'), as: elsewhere.person('reader', 'portal') };
    expect(await record(sessionId, [search()], there)).toMatchObject({
      status: 200,
      body: { version: 2, recorded: 1 },
    });
    expect(await record(sessionId, [search()], portal('a'))).toMatchObject({ status: 200, body: { version: 3 } });
    const short = { as: kb.person('reader', 'portal'), headers: { 'guichet-reader': 'x' } };
    expect(await record(sessionId, [search()], short)).toMatchObject({
      status: 400,
      body: { code: 'malformed-reader-key' },
    });
  });
});

describe('suggestions', () => {
  it('answer a subject, at most five of them, and nothing where nothing answers', async () => {
    const tenant = kb.elsewhere();
    const ask = (body: object) =>
      tenant.must('requester', '/suggestions', {
        body: { locale: 'en', sessionId: randomUUID(), attemptId: randomUUID(), ...body },
      });
    for (let i = 0; i < 7; i++) {
      const { articleId } = await tenant.article();
      await tenant.publish(articleId, 'en', { ...refund, title: `Get a refund ${'again '.repeat(i)}` });
    }
    const { articleId } = await tenant.article({ audience: 'agents' });
    await tenant.publish(articleId, 'en', { title: 'Refund fraud', body: 'For staff: refund, refund.' });
    const { items } = await ask({ subject: 'Get a refund?' });
    expect(items).toHaveLength(5);
    expect(JSON.stringify(items)).not.toContain('fraud');
    expect((await ask({ subject: 'Broken escalator in the lobby' }))['items']).toEqual([]);
    expect((await ask({ subject: 'Question', body: 'Get a refund again.' }))['items']).toHaveLength(5);
  });

  it('begin an attempt, which is one visit’s', async () => {
    const { text } = await published();
    const [sessionId, attemptId] = [randomUUID(), randomUUID()];
    const asked = { sessionId, attemptId, subject: 'Get a refund' };
    const { status, body } = await suggest(asked, rita());
    expect([status, body['attemptId']]).toEqual([200, attemptId]);
    const again = await suggest(asked, rita());
    expect(again.headers.get('etag')).toBe('"2"');
    expect(await suggest({ ...asked, sessionId: randomUUID() }, rita())).toMatchObject({
      status: 422,
      body: { code: 'attempt-of-another-visit' },
    });
    expect(await suggest(asked, portal('a'))).toMatchObject({ status: 404, body: { code: 'unknown-session' } });
    const open = { id: randomUUID(), type: 'SuggestionOpened', ...text, attemptId, visibleSeconds: 12 };
    const forged = { ...open, attemptId: randomUUID() };
    expect(await record(sessionId, [forged], rita())).toMatchObject({
      status: 422,
      body: { code: 'unknown-attempt', details: { eventId: open.id, attemptId: forged.attemptId } },
    });
  });
});
