import type { Journey } from './journey.js';

interface Found {
  readonly items: readonly { readonly ticket: { readonly number: string } }[];
  readonly total: number;
}

/** Agents find every ticket they may see by its notes too; requesters find their own, and never a note. */
export const journey: Journey = {
  title: 'find tickets again: agents all of them, requesters their own',
  async run(kb) {
    const [requester, agent] = [kb.as('requester'), kb.as('agent')];
    const opening = { subject: 'Zwrot pieniędzy', body: 'Proszę o fakturę za grudzień.', locale: 'pl' };
    const opened = await requester.send<{ ticketId: string; number: string }>('POST', '/intake/v1/tickets', opening);
    const { ticketId, number } = opened.body;
    const seen = { after: opened.position };
    await agent.get(`/routing/v1/tickets/${ticketId}`, seen);
    const said = performance.now();
    const noted = await agent.send('POST', `/routing/v1/tickets/${ticketId}/notes`, {
      body: 'The terminal books twice.',
    });
    const search = async (q: string, after = noted.position) =>
      (await agent.get<Found>('/routing/v1/search', { query: { q }, after })).items.map(({ ticket }) => ticket.number);
    expect(await search('terminal')).toEqual([number]);
    kb.tell(`a note was found after ${Math.round(performance.now() - said)} ms`);
    const queries = ['pieniedzy', 'faktury grudzien', 'terminal zwrot', 'zwrto', number, 'is:waiting zwrot'];
    for (const q of queries) expect([q, await search(q, seen.after)]).toEqual([q, [number]]);
    const own = (q: string, as = requester) => as.get<Found>('/intake/v1/search', { query: { q }, after: seen.after });
    expect(await own('faktury')).toMatchObject({ total: 1, items: [{ ticket: { number } }] });
    expect(await own('terminal')).toMatchObject({ total: 0 });
    await expect(own('zwrot', agent)).rejects.toThrow();
    return { queries: queries.length };
  },
};
