import { randomUUID } from 'node:crypto';
import { EventStore, ProjectionAdmin, type RecordedEvent } from '@guichet/event-sourcing';
import { seeded, seedOfRun } from '@guichet/testing';
import { TestKnowledge } from '../../testing/test-knowledge.js';
import { SeenTexts } from './seen-texts.query.js';
import { VisitSettlement } from './settlement.runtime.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const hourMs = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();
const refund = { title: 'Get a refund', body: 'Ask us within 14 days.' };
const of = <T>(token: new (...args: never[]) => T): T => kb.host.host.app.get(token, { strict: false });
/** All that was told is in the read models. */
const caughtUp = () => kb.must('admin', '/search-report');
const settle = async (hours: number): Promise<number> => {
  await caughtUp();
  return of(VisitSettlement).settleDue(inHours(hours));
};
const eventsOf = (sessionId: string): Promise<RecordedEvent[]> =>
  of(EventStore).readStream(kb.tenantId, `session-${sessionId}`);

type Link = 'attempt' | 'nothing' | 'requester' | 'stranger';
interface Story {
  readonly isSignedIn: boolean;
  readonly act: 'abandon' | 'confirm' | 'glance' | 'read';
  /** `phase`: after which of the turns of settling intake’s event arrives; 0 before the form is begun. */
  readonly ticket: { readonly link: Link; readonly hours: number; readonly phase: number };
}

/** What the outcome is, by the words of `attemptOutcomes`; a ticket that is heard of too late changes nothing. */
function expected({ isSignedIn, act, ticket: { link, hours, phase } }: Story): string {
  const byAttempt = link === 'attempt' || (link === 'stranger' && !isSignedIn);
  const byRequester = isSignedIn && (link === 'requester' || link === 'attempt') && hours > 0;
  if (phase < 3 && hours < 24 && (byAttempt || byRequester)) return 'ticket';
  return { abandon: 'abandoned', confirm: 'confirmed', glance: 'abandoned', read: 'read' }[act];
}

describe('each attempt', () => {
  it('has one outcome, however its visit and intake’s log interleave', async () => {
    const { articleId } = await kb.article();
    await kb.publish(articleId, 'en', refund);
    const random = seeded(seedOfRun());
    const among = <T>(...all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const visits = Array.from({ length: 60 }, (_, i) => {
      const link = among<Link>('attempt', 'nothing', 'requester', 'stranger');
      const story: Story = {
        isSignedIn: among(true, false),
        act: among('abandon', 'confirm', 'glance', 'read'),
        ticket: { link, hours: among(-1, 1, 23, 25), phase: among(0, 1, 2, 3) },
      };
      const person = `person-${i}`;
      const as = story.isSignedIn ? kb.person('requester', person) : kb.person('reader', 'portal');
      const headers: Record<string, string> = story.isSignedIn ? {} : { 'guichet-reader': `browser-${i}` };
      return { story, person, as, headers, sessionId: randomUUID(), attemptId: randomUUID() };
    });
    const arrive = async (phase: number): Promise<void> => {
      for (const { story, person, attemptId } of visits) {
        const { link, hours, phase: when } = story.ticket;
        if (when !== phase || link === 'nothing') continue;
        await kb.opened({
          ...{ requesterId: link === 'stranger' ? 'stranger' : person, at: inHours(hours) },
          ...(link !== 'requester' && { attemptId }),
        });
      }
    };
    await arrive(0);
    for (const { story, as, headers, sessionId, attemptId } of visits) {
      const asked = { sessionId, attemptId, subject: 'Get a refund', locale: 'en' };
      const { items } = await kb.must(as, '/suggestions', { headers, body: asked });
      expect(items).toHaveLength(1);
      const text = { articleId, locale: 'en', revision: 1, attemptId };
      const visibleSeconds = story.act === 'glance' ? 9 : 10;
      const events = {
        abandon: [],
        glance: [{ type: 'SuggestionOpened', ...text, visibleSeconds }],
        read: [{ type: 'SuggestionOpened', ...text, visibleSeconds }],
        confirm: [{ type: 'AnswerConfirmed', ...text }],
      }[story.act].map((event) => ({ id: randomUUID(), ...event }));
      if (events.length > 0)
        await kb.must(as, `/sessions/${sessionId}/events`, { headers, body: { locale: 'en', events } });
    }
    await arrive(1);
    await settle(0);
    await arrive(2);
    // Two replicas come to it at once.
    await Promise.all([settle(24.1), settle(24.1)]);
    await arrive(3);
    await settle(49);
    expect(await settle(99)).toBe(0);
    for (const { story, sessionId, attemptId } of visits) {
      const events = await eventsOf(sessionId);
      const ends = events.filter(({ type }) => type === 'SessionSettled');
      const outcomes = events.filter(({ type }) =>
        ['AttemptBecameTicket', 'AttemptAbandoned', 'TicketDeflected'].includes(type),
      );
      expect([ends.length, outcomes.length]).toEqual([1, 1]);
      const told = (ends[0]?.data as { attempts: readonly { attemptId: string; outcome: string }[] }).attempts;
      expect({ story, told: told.map((each) => [each.attemptId, each.outcome]) }).toEqual({
        story,
        told: [[attemptId, expected(story)]],
      });
    }
  }, 120_000);

  it('does not end in an imported ticket, nor in one that was split from another', async () => {
    const as = kb.person('requester', 'ivan');
    const [sessionId, attemptId] = [randomUUID(), randomUUID()];
    await kb.must(as, '/suggestions', { body: { sessionId, attemptId, subject: 'Get a refund', locale: 'en' } });
    await kb.opened({ requesterId: 'ivan', at: inHours(1) }, true);
    await kb.opened({ requesterId: 'ivan', at: inHours(1), splitFrom: randomUUID() });
    await settle(25);
    expect((await eventsOf(sessionId)).map(({ type }) => type)).toContain('AttemptAbandoned');
  });
});

describe('what is told of reading', () => {
  it('counts searches that find nothing, or of which nothing is opened, by language and words', async () => {
    const tenant = kb.elsewhere();
    const { articleId } = await tenant.article();
    await tenant.publish(articleId, 'en', refund);
    const sessionId = randomUUID();
    const search = (query: string, hits: number, locale = 'fr') => ({
      ...{ id: randomUUID(), type: 'SearchPerformed', locale, query, hits },
    });
    const found = search('Être remboursé', 3);
    const text = { articleId, locale: 'en', revision: 1 };
    const events = [
      ...[search('zwrot', 0, 'pl'), search('ZWROT!', 0, 'pl'), search('facture ann@mail.fr', 0), search('facture', 2)],
      ...[search('retour', 4), found, { id: randomUUID(), type: 'ResultOpened', ...text, searchId: found.id }],
      { id: randomUUID(), type: 'ArticleViewed', ...text, wantedLocale: 'fr' },
      { id: randomUUID(), type: 'ArticleViewed', ...text },
    ];
    await tenant.must('requester', `/sessions/${sessionId}/events`, { body: { locale: 'fr', events } });
    const report = (query = '') => tenant.must('analyst', `/search-report${query}`);
    const item = (
      locale: string,
      terms: string,
      searches: number,
      zeroResultSearches: number,
      openedSearches: number,
    ) => ({
      ...{ locale, terms, searches, zeroResultSearches, openedSearches },
    });
    expect(await report()).toEqual({
      items: [item('pl', 'zwrot', 2, 2, 0), item('fr', 'facture', 2, 1, 0)],
      nextCursor: null,
      languages: [
        { locale: 'en', searches: 0, zeroResultSearches: 0, openedSearches: 0, views: 1, otherLanguageViews: 0 },
        { locale: 'fr', searches: 4, zeroResultSearches: 1, openedSearches: 1, views: 1, otherLanguageViews: 1 },
        { locale: 'pl', searches: 2, zeroResultSearches: 2, openedSearches: 0, views: 0, otherLanguageViews: 0 },
      ],
    });
    const never = await report('?problem=never-opened&limit=1');
    expect(never['items']).toEqual([item('fr', 'facture', 2, 1, 0)]);
    const next = await report(
      `?problem=never-opened&limit=1&cursor=${encodeURIComponent(String(never['nextCursor']))}`,
    );
    expect([next['items'], next['nextCursor']]).toEqual([[item('fr', 'retour', 1, 0, 0)], null]);
    expect((await report('?from=2020-01-01&to=2020-12-31'))['items']).toEqual([]);
    for (const period of ['?from=2026-02-30', '?from=2026-03-02&to=2026-03-01', '?to=0000-00-00'])
      expect(await tenant.call('analyst', `/search-report${period}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid-period' },
      });
    expect((await kb.must('analyst', '/search-report?locale=pl'))['items']).toEqual([]);
  });

  it('has the revisions that a requester saw before writing, of an anonymous visit too', async () => {
    const { articleId } = await kb.article();
    let version = await kb.publish(articleId, 'en', refund);
    const as = kb.person('requester', 'sara');
    const view = (revision: number) => ({ id: randomUUID(), type: 'ArticleViewed', articleId, locale: 'en', revision });
    const record = (events: readonly object[], by = as, headers = {}, sessionId = randomUUID()) =>
      kb.must(by, `/sessions/${sessionId}/events`, { headers, body: { locale: 'en', events } }).then(() => sessionId);
    await record([view(1)]);
    const first = await kb.opened({ requesterId: 'sara' });
    version = await kb.publish(articleId, 'en', { ...refund, body: 'Ask us within 30 days.' }, version);
    expect(version).toBeGreaterThan(0);
    const headers = { 'guichet-reader': 'browser-of-sara' };
    const portal = kb.person('reader', 'portal');
    const sessionId = await record([view(2)], portal, headers);
    const attemptId = randomUUID();
    await kb.must(portal, '/suggestions', { headers, body: { sessionId, attemptId, subject: 'Refund', locale: 'en' } });
    const second = await kb.opened({ requesterId: 'sara', attemptId });
    await caughtUp();
    const seen = async (ticketId: string) =>
      (await of(SeenTexts).beforeTicket(kb.tenantId, ticketId)).map(({ article_id, locale, revision }) => [
        article_id,
        locale,
        revision,
      ]);
    expect(await seen(first)).toEqual([[articleId, 'en', 1]]);
    expect(await seen(second)).toEqual([
      [articleId, 'en', 2],
      [articleId, 'en', 1],
    ]);
    expect(await seen(await kb.opened({ requesterId: 'tom', attemptId: randomUUID() }))).toEqual([]);
    expect(await of(SeenTexts).beforeTicket(kb.elsewhere().tenantId, second)).toEqual([]);
  });

  it('is the same when it is built anew', async () => {
    const admin = of(ProjectionAdmin);
    await caughtUp();
    for (const name of ['reading', 'gaps']) {
      await admin.rebuild(name);
      expect(await admin.compare(name)).toMatchObject({ equal: true });
    }
  });
});

describe('gaps', () => {
  const gaps = async (of: TestKnowledge, role: 'analyst' | 'supervisor') => of.must(role, '/gaps');

  it('are what tickets ask for and nothing answers, by what their subjects share', async () => {
    const tenant = kb.elsewhere();
    const { articleId } = await tenant.article();
    await tenant.publish(articleId, 'en', refund);
    await tenant.must('requester', `/search?q=refund`);
    const tickets: string[] = [];
    for (const subject of ['VAT invoice missing', 'Missing invoice with VAT ann@mail.fr 4711', 'Get a refund'])
      tickets.push(await tenant.opened({ subject }));
    await tenant.opened({ subject: 'VAT invoice missing' }, true);
    const { items, lookedAt } = await gaps(tenant, 'supervisor');
    expect(lookedAt).toBe(2);
    expect(items).toMatchObject([{ locale: 'en', tickets: 2, ticketIds: [tickets[1], tickets[0]] }]);
    const [group] = items as readonly { stems: readonly string[] }[];
    expect(group?.stems.toSorted()).toEqual(['invoic', 'miss', 'vat']);
    expect(JSON.stringify(await gaps(tenant, 'analyst'))).not.toContain(tickets[0]);
    expect((await gaps(kb.elsewhere(), 'supervisor'))['items']).toEqual([]);
    expect((await tenant.call('agent', '/gaps')).status).toBe(403);
  });
});
