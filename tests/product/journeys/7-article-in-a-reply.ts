import type { Journey } from './journey.js';
import { openTicket } from './tickets.js';

interface Used {
  readonly locale: string;
  readonly revision: number;
  readonly title: string;
  readonly address: string;
}
interface TicketArticles {
  readonly used: readonly { readonly number: number; readonly locale: string; readonly revision: number }[];
}

const wanted = ['fr', 'pl', 'de', 'fr-CA'];

/** The article comes in the requester's language, and what it said then is known for ever. */
export const journey: Journey = {
  title: 'put an article into a reply in the requester’s language',
  async run(kb) {
    const { articleId, number } = await kb.begin();
    const source = await kb.publish(articleId, 'en', { title: 'Get a refund', body: 'Ask us within 14 days.' });
    const french = await kb.publish(articleId, 'fr', { title: 'Être remboursé', body: 'Sous 14 jours.' });
    const use = async (ticketId: string, more: object = {}) =>
      (await kb.send<Used>('agent', 'POST', `/articles/${articleId}/uses`, { ticketId, ...more })).body;
    const usedOn = async (ticketId: string) =>
      (await kb.get<TicketArticles>('agent', `/tickets/${ticketId}/articles`)).used;

    const tickets: string[] = [];
    const languages: string[] = [];
    for (const locale of wanted) {
      const ticketId = await openTicket(kb, { subject: 'My money', locale });
      const { locale: shown, address } = await use(ticketId);
      expect(address).toBe(shown === 'fr' ? `/fr/a/${number}-etre-rembourse` : `/en/a/${number}-get-a-refund`);
      tickets.push(ticketId);
      languages.push(shown);
    }
    expect(languages).toEqual(['fr', 'en', 'en', 'fr']);

    // The agent may choose another language, and the same again is recorded already.
    const [first = ''] = tickets;
    expect(await use(first, { locale: 'en' })).toMatchObject({ locale: 'en', revision: 1, title: 'Get a refund' });
    await use(first, { locale: 'en' });
    // What is published later is another revision; what was sent stays known.
    await kb.publish(articleId, 'fr', { title: 'Être remboursé', body: 'Sous 30 jours.' }, french);
    await kb.publish(articleId, 'en', { title: 'Get a refund', body: 'Ask us within 30 days.' }, source);
    expect(await use(first)).toMatchObject({ locale: 'fr', revision: 2 });
    const used = await usedOn(first);
    expect(used).toMatchObject([
      { number, locale: 'fr', revision: 1 },
      { number, locale: 'en', revision: 1 },
      { number, locale: 'fr', revision: 2 },
    ]);
    return { languages, recorded: used.map(({ locale, revision }) => `${locale} ${revision}`) };
  },
};
