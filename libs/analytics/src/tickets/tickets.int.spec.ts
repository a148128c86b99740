import type { Role } from '@guichet/http-host';
import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { at } from '../../testing/example-tickets.js';
import { ticketIdOf } from '../../testing/ticket-story.js';
import type { TicketEvents } from './ticket-answers.http.js';

let analytics: AnalyticsUnderTest;
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.withExamples();
});
afterAll(() => analytics.stop());
const eventsOf = (path: string, ...roles: Role[]) =>
  analytics.get<TicketEvents>(`tickets/${path}`, roles.length > 0 ? roles : undefined);

describe('a ticket', () => {
  it('shows its facts and is found by its number', async () => {
    const { body: found } = await analytics.ask('tickets?number=GU-1');
    expect(found).toMatchObject({ items: [{ ticketId: ticketIdOf(1), status: 'resolved', openedAt: at(0) }] });
    const { body } = await analytics.ask(`tickets/${ticketIdOf(1)}`);
    expect(body).toMatchObject({
      ticketId: ticketIdOf(1),
      number: 'GU-1',
      openedAt: at(0),
      firstResponse: { at: at(30), departmentId: 'billing', agentId: 'ada' },
      firstResponseSeconds: 1800,
      openIntervals: [
        { from: at(0), to: at(120) },
        { from: at(1500), to: at(1560) },
      ],
      reopenings: [{ at: at(1500) }],
    });
    expect((await analytics.ask(`tickets/${ticketIdOf(77)}`)).status).toBe(404);
    expect((await analytics.ask('tickets/x')).status).toBe(400);
    expect((await analytics.ask('tickets')).status).toBe(400);
    expect((await analytics.ask(`tickets/${ticketIdOf(1)}`, { tenantId: ticketIdOf(99) })).status).toBe(404);
  });
  it('shows its events, without people’s words to those who do not work on tickets', async () => {
    const page = await eventsOf(`${ticketIdOf(1)}/events?limit=2`);
    expect(page.items).toMatchObject([
      { type: 'TicketOpened', source: 'intake', version: 1 },
      { type: 'TicketQueued' },
    ]);
    expect(page.items[0]?.data).not.toHaveProperty('subject');
    const rest = await eventsOf(`${ticketIdOf(1)}/events?cursor=${page.nextCursor}`);
    expect(rest).toMatchObject({ nextCursor: null });
    expect(rest.items).toHaveLength(10);
    const whole = await eventsOf(`${ticketIdOf(1)}/events`, 'agent');
    expect(whole.items[0]?.data).toMatchObject({ subject: 'Charged twice' });
    expect((await analytics.ask(`tickets/${ticketIdOf(1)}/events`, { tenantId: ticketIdOf(99) })).status).toBe(404);
  });
});
