import { randomUUID } from 'node:crypto';
import type { Journey } from './journey.js';
import { type KnowledgeBase, refusalOf } from './knowledge-base.js';
import { openTicket } from './tickets.js';

interface Correction {
  readonly reportId: string;
  readonly number: number;
  readonly ticketId: string | null;
  readonly revision: number;
  readonly publishedRevision: number | null;
}
interface Recalled {
  readonly ticketId: string;
  readonly requesterId: string | null;
  readonly revision: number | null;
  readonly ordered: boolean;
}
interface Redlines {
  readonly then: { readonly revision: number };
  readonly now: { readonly revision: number };
  readonly blocks: readonly {
    readonly op: string;
    readonly words?: readonly { readonly op: string; readonly text: string }[];
  }[];
}

/** How long the owner waits before this gives up. How long it took is told. */
const maxWaitMs = 30_000;
const text = (days: number) => ({ title: 'Get a refund', body: `Ask us within ${days} days.` });

/** It is on the owner's list at once, with the revision that was read; once it is right, those concerned are told. */
export const journey: Journey = {
  title: 'say that a ticket shows an article to be wrong',
  async run(kb) {
    const { articleId, number } = await kb.begin();
    const ownerId = await kb.idOf('author');
    await kb.send('editor', 'PUT', `/articles/${articleId}/owner`, { ownerId, verifyEveryDays: null });
    const wrong = await kb.publish(articleId, 'en', text(14));
    const readAt = new Date().toISOString();
    await kb.get('requester', `/articles/${number}`, { locale: 'en' });
    const view = { id: randomUUID(), type: 'ArticleViewed', articleId, locale: 'en', revision: 1 };
    await kb.send('requester', 'POST', `/sessions/${randomUUID()}/events`, { locale: 'en', events: [view] });
    const [sent, shows] = [
      await openTicket(kb, { subject: 'Refund', locale: 'en' }),
      await openTicket(kb, { subject: 'You said 14 days', locale: 'en' }),
    ];
    await kb.send('agent', 'POST', `/articles/${articleId}/uses`, { ticketId: sent });
    await kb.send('agent', 'POST', `/articles/${articleId}/uses`, { ticketId: shows });
    // An edit that does not mend it: what the ticket's requester read is the revision before.
    const later = await kb.publish(articleId, 'en', text(15), wrong);

    const begin = performance.now();
    const report = { locale: 'en', ticketId: shows, note: 'It is 30 days.' };
    const { body } = await kb.send<Correction>('agent', 'POST', `/articles/${articleId}/corrections`, report);
    const listed = await untilListed(kb, body.reportId);
    const waited = performance.now() - begin;
    kb.tell(`on the owner’s list ${Math.round(waited)} ms after the agent sent it`);
    expect(listed).toMatchObject({ number, ticketId: shows, revision: 1, publishedRevision: 2 });

    const close = () => kb.send('author', 'POST', `/corrections/${body.reportId}/close`, { outcome: 'fixed' });
    await kb.publish(articleId, 'en', text(30), later);
    await close();
    const refusal = await refusalOf(
      kb.send('author', 'POST', `/corrections/${body.reportId}/close`, { outcome: 'not-wrong' }),
    );
    expect(refusal).toMatchObject({ status: 409, code: 'correction-closed' });

    const requesterId = await kb.idOf('requester');
    const recall = async () =>
      (await kb.get<{ items: Recalled[] }>('author', `/corrections/${body.reportId}/recall`)).items;
    const concerned = [sent, shows].toSorted().map((ticketId) => ({ ticketId, requesterId, revision: 1 }));
    expect(await recall()).toEqual(concerned.map((one) => ({ ...one, ordered: false })));
    const order = await kb.send<object>('author', 'POST', `/corrections/${body.reportId}/recall`);
    expect(order.body).toMatchObject({ tickets: 2, requesters: 1 });
    expect(await recall()).toEqual(concerned.map((one) => ({ ...one, ordered: true })));

    const readers = await kb.get<{ items: object[] }>('author', `/corrections/${body.reportId}/recall/readers`);
    expect(readers.items).toEqual([{ requesterId, revision: 1, ordered: true }]);

    // What they read, and what has changed since.
    const articles = await kb.get<{ seen: object[]; used: object[] }>('agent', `/tickets/${shows}/articles`);
    expect(articles).toMatchObject({ seen: [{ number, locale: 'en', revision: 1 }], used: [{ revision: 1 }] });
    const past = { asOf: readAt, locale: 'en' };
    expect(await kb.get('agent', `/articles/${number}`, past)).toMatchObject({ revision: 1, body: text(14).body });
    const redlines = await kb.get<Redlines>('agent', `/articles/${number}/redlines`, past);
    const [words = []] = redlines.blocks.map((block) => block.words ?? []);
    const changed = words.filter(({ op }) => op !== 'same').map(({ op, text: of }) => `${op} ${of.trim()}`);
    expect(redlines).toMatchObject({ then: { revision: 1 }, now: { revision: 3 } });
    expect(changed).toEqual(['removed 14', 'added 30']);
    return { revision: listed.revision, recalled: concerned.length, status: refusal.status, changed };
  },
};

/** The owner's list, asked again and again without waiting for anything. */
async function untilListed(kb: KnowledgeBase, reportId: string): Promise<Correction> {
  const until = performance.now() + maxWaitMs;
  do {
    const query = { mine: 'true' };
    const { items } = await kb.as('author').get<{ items: Correction[] }>('/knowledge/v1/work/corrections', { query });
    const found = items.find((item) => item.reportId === reportId);
    if (found !== undefined) return found;
  } while (performance.now() < until);
  throw new Error('It is not on the owner’s list.');
}
