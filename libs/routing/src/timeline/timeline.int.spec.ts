import { randomUUID } from 'node:crypto';
import { type Routing, startRouting } from '../../testing/routing-host.js';

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly at: string;
}
interface Timeline {
  readonly items: Entry[];
  readonly nextCursor: string | null;
}

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

const timeline = async (ticketId: string, query = '', headers = {}) => {
  const answer = await routing.call(`/tickets/${ticketId}/timeline${query}`, { as: routing.amir, headers });
  expect(answer.status).toBe(200);
  return answer.body as Timeline;
};

/** Opened, queued, claimed, noted, transferred (releases), replied to by the requester. */
async function story(): Promise<{ ticketId: string; position: number }> {
  const { amir } = routing;
  const ticketId = await routing.queued();
  const act = (path: string, body: object = {}) => routing.call(`/tickets/${ticketId}/${path}`, { as: amir, body });
  await act('claim');
  await act('notes', { body: 'Two bookings on 1 March.' });
  await act('transfers', {
    toDepartmentId: 'technical',
    reason: 'card terminal',
    note: 'Terminal 7 books twice.',
    level: 2,
  });
  const reply = { replyId: randomUUID(), body: 'It was Visa.', at: new Date().toISOString() };
  return { ticketId, position: await routing.intake.tell(ticketId, 'RequesterReplied', reply) };
}

it('tells across services what happened, with the reason and the note of a transfer', async () => {
  const { ticketId, position } = await story();
  const { items, nextCursor } = await timeline(ticketId, '', { 'guichet-after': `intake=${position}` });
  expect(nextCursor).toBeNull();
  expect(items.map(({ source, type }) => `${source} ${type}`)).toEqual([
    'intake TicketOpened',
    'routing TicketQueued',
    'routing TicketAssigned',
    'routing InternalNoteAdded',
    'routing AssignmentReleased',
    'routing TicketTransferred',
    'intake RequesterReplied',
  ]);
  expect(items[0]).toMatchObject({ actor: { kind: 'requester', id: 'rita' }, data: { subject: 'Charged twice' } });
  expect(items[1]).toMatchObject({ actor: { kind: 'system', id: 'routing' }, at: items[0]!.at });
  expect(items[3]).toMatchObject({
    actor: { kind: 'agent', id: 'amir', name: 'Amir' },
    data: { body: 'Two bookings on 1 March.' },
  });
  expect(items[5]).toMatchObject({
    imported: false,
    data: {
      ...{ fromDepartmentId: 'billing', toDepartmentId: 'technical' },
      ...{ reason: 'card terminal', note: 'Terminal 7 books twice.', level: 2 },
    },
  });
  expect(items[6]).toMatchObject({ data: { body: 'It was Visa.' } });
});

it('comes in pages that do not overlap', async () => {
  const { ticketId, position } = await story();
  const whole = await timeline(ticketId, '', { 'guichet-after': `intake=${position}` });
  const paged: Entry[] = [];
  let query = '?limit=2';
  for (;;) {
    const { items, nextCursor } = await timeline(ticketId, query);
    paged.push(...items);
    if (nextCursor === null) break;
    query = `?limit=2&cursor=${nextCursor}`;
  }
  expect(paged).toEqual(whole.items);
});

it('refuses a cursor of another ticket', async () => {
  const [one, other] = [await story(), await story()];
  const { nextCursor } = await timeline(one.ticketId, '?limit=2');
  const path = `/tickets/${other.ticketId}/timeline?cursor=${nextCursor}`;
  expect(await routing.call(path, { as: routing.amir })).toMatchObject({
    status: 400,
    body: { code: 'invalid-cursor' },
  });
});

it('does not tell twice that a ticket was spam', async () => {
  const ticketId = await routing.queued();
  const position = await routing.intake.tell(ticketId, 'TicketMarkedSpam', {});
  const { items } = await timeline(ticketId, '', { 'guichet-after': `intake=${position}` });
  expect(items.map(({ type }) => type)).toEqual(['TicketOpened', 'TicketMarkedSpam', 'TicketQueued']);
});

it('says 404 for a ticket nobody has heard of', async () =>
  expect(await routing.call(`/tickets/${randomUUID()}/timeline`, { as: routing.amir })).toMatchObject({
    status: 404,
    body: { code: 'unknown-ticket' },
  }));
