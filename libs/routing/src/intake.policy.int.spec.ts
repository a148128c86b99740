import { randomUUID } from 'node:crypto';
import { LogReader, createPool } from '@guichet/event-sourcing';
import { type Routing, at, startRouting } from '../testing/routing-host.js';
import { IntakePolicy } from './intake.policy.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

const ticket = async (ticketId: string, position: number) =>
  (await routing.call(`/tickets/${ticketId}`, { as: routing.amir, headers: { 'guichet-after': `intake=${position}` } }))
    .body;
const act = (ticketId: string, path: string, body: object = {}) =>
  routing.call(`/tickets/${ticketId}/${path}`, { as: routing.amir, body });

describe('an opened ticket', () => {
  it('waits in the department asked for, with priority and tags', async () => {
    const ticketId = randomUUID();
    const position = await routing.intake.open(ticketId, {
      departmentId: 'technical',
      priority: 'urgent',
      tags: ['vip'],
    });
    expect(await ticket(ticketId, position)).toMatchObject({
      ...{
        status: 'waiting',
        departmentId: 'technical',
        departmentName: 'Technical',
        priority: 'urgent',
        tags: ['vip'],
      },
      ...{ subject: 'Charged twice', requesterName: 'Rita', openedAt: at, queuedAt: at, version: 2 },
    });
  });

  it.each([undefined, 'nowhere'])('waits in the first department when it asked for %s', async (departmentId) => {
    const ticketId = randomUUID();
    const position = await routing.intake.open(ticketId, departmentId === undefined ? {} : { departmentId });
    expect(await ticket(ticketId, position)).toMatchObject({
      ...{ status: 'waiting', departmentId: 'billing', unknownDepartmentId: departmentId ?? null },
    });
  });

  it('waits without a department in a tenant that has none', async () => {
    const tenantId = randomUUID();
    const ticketId = randomUUID();
    const position = await routing.intake.open(ticketId, {}, { tenantId });
    const as = { ...routing.supervisor, tenantId };
    const headers = { 'guichet-after': `intake=${position}` };
    const { body } = await routing.call('/departments/none/queue', { as, headers });
    expect(body).toMatchObject({ items: [{ ticketId, departmentId: null }], counts: { waiting: 1 } });
  });
});

describe('what requesters do', () => {
  it('a reply ends a pause for the requester', async () => {
    const ticketId = await routing.queued();
    await act(ticketId, 'pause', { reason: 'requester' });
    const position = await routing.intake.tell(ticketId, 'RequesterReplied', { replyId: randomUUID(), body: 'Visa' });
    expect(await ticket(ticketId, position)).toMatchObject({
      status: 'waiting',
      pausedFor: null,
      requesterRepliedAt: at,
    });
  });

  it('a reply reopens a resolved ticket, and one that was closed without knowing of it', async () => {
    const ticketId = await routing.queued();
    await act(ticketId, 'resolve');
    const reply = () =>
      routing.intake.tell(ticketId, 'RequesterReplied', { replyId: randomUUID(), body: 'Still wrong' });
    expect(await ticket(ticketId, await reply())).toMatchObject({ status: 'waiting' });
    await act(ticketId, 'resolve');
    await act(ticketId, 'close');
    expect(await ticket(ticketId, await reply())).toMatchObject({ status: 'waiting' });
  });

  it('reopening and closing follow', async () => {
    const ticketId = await routing.queued();
    const closed = await routing.intake.tell(ticketId, 'TicketClosedByRequester', {});
    expect(await ticket(ticketId, closed)).toMatchObject({ status: 'closed' });
    const reopened = await routing.intake.tell(ticketId, 'TicketReopenedByRequester', { reason: 'Came back' });
    expect(await ticket(ticketId, reopened)).toMatchObject({ status: 'waiting', closedAt: null });
    const { body } = await routing.call(`/tickets/${ticketId}/timeline`, { as: routing.amir });
    const reopening = (body as { items: { type: string }[] }).items.find(({ type }) => type === 'TicketReopened');
    expect(reopening).toMatchObject({ actor: { kind: 'requester', id: 'rita' }, data: { reason: 'Came back' } });
  });

  it('spam leaves the work, and comes back where it was', async () => {
    const ticketId = await routing.queued();
    await act(ticketId, 'claim');
    const spam = await routing.intake.tell(ticketId, 'TicketMarkedSpam', {});
    expect(await ticket(ticketId, spam)).toMatchObject({ status: 'withdrawn', withdrawn: 'spam' });
    expect(await act(ticketId, 'resolve')).toMatchObject({ status: 409, body: { code: 'ticket-withdrawn' } });
    const back = await routing.intake.tell(ticketId, 'TicketUnmarkedSpam', {});
    expect(await ticket(ticketId, back)).toMatchObject({ status: 'assigned', agentId: 'amir', withdrawn: null });
  });

  it('a merged ticket leaves the work until the merge is undone', async () => {
    const ticketId = await routing.queued();
    const intoTicketId = await routing.queued();
    const merged = await routing.intake.tell(ticketId, 'TicketMerged', { intoTicketId });
    expect(await ticket(ticketId, merged)).toMatchObject({ status: 'withdrawn', mergedInto: intoTicketId });
    expect(await act(ticketId, 'claim')).toMatchObject({ status: 409, body: { code: 'ticket-withdrawn' } });
    expect(await ticket(intoTicketId, merged)).toMatchObject({ mergedFrom: [{ ticketId, number: 'GU-1' }] });
    const { body } = await routing.call(`/tickets/${intoTicketId}/timeline`, { as: routing.amir });
    const entries = (body as { items: { type: string; ticketId: string }[] }).items;
    expect(entries.filter((entry) => entry.ticketId === ticketId).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['TicketOpened', 'TicketQueued', 'TicketMerged']),
    );
    const back = await routing.intake.tell(ticketId, 'TicketUnmerged', { fromTicketId: intoTicketId });
    expect(await ticket(ticketId, back)).toMatchObject({ status: 'waiting', withdrawn: null, mergedInto: null });
    expect(await ticket(intoTicketId, back)).toMatchObject({ mergedFrom: [] });
  });

  describe('merging into a finished ticket', () => {
    const finished = async () => {
      const ticketId = await routing.queued();
      await act(ticketId, 'resolve');
      await act(ticketId, 'close');
      return ticketId;
    };

    it('reopens it if the merged one was unfinished: the work does not leave the backlog', async () => {
      const [ticketId, intoTicketId] = [await routing.queued(), await finished()];
      const merged = await routing.intake.tell(ticketId, 'TicketMerged', { intoTicketId });
      expect(await ticket(intoTicketId, merged)).toMatchObject({ status: 'waiting' });
      const { body } = await routing.call(`/tickets/${intoTicketId}/timeline`, { as: routing.amir });
      const reopening = (body as { items: { type: string; data: object }[] }).items.filter(
        ({ type }) => type === 'TicketReopened',
      );
      expect(reopening).toMatchObject([{ data: { mergedTicketId: ticketId } }]);
    });

    it('follows a chain to the ticket that carries the work on', async () => {
      const [ticketId, between, last] = [await routing.queued(), await finished(), await finished()];
      const passed = await routing.intake.tell(between, 'TicketMerged', { intoTicketId: last });
      expect(await ticket(last, passed)).toMatchObject({ status: 'closed' });
      const merged = await routing.intake.tell(ticketId, 'TicketMerged', { intoTicketId: between });
      expect(await ticket(last, merged)).toMatchObject({ status: 'waiting' });
    });

    it('leaves it if the merged one was finished too', async () => {
      const [ticketId, intoTicketId] = [await finished(), await finished()];
      const merged = await routing.intake.tell(ticketId, 'TicketMerged', { intoTicketId });
      expect(await ticket(intoTicketId, merged)).toMatchObject({ status: 'closed' });
    });
  });
});

describe('imported facts', () => {
  it('lead to nothing: the importer brings what followed', async () => {
    const ticketId = randomUUID();
    const position = await routing.intake.open(ticketId, {}, { imported: true });
    expect(await ticket(ticketId, position)).toMatchObject({ code: 'unknown-ticket' });
  });

  it('do not keep what their requester writes now from being seen: the ticket is queued', async () => {
    const ticketId = randomUUID();
    await routing.intake.open(ticketId, {}, { imported: true });
    const position = await routing.intake.tell(ticketId, 'RequesterReplied', { replyId: randomUUID(), body: 'Hello?' });
    expect(await ticket(ticketId, position)).toMatchObject({ status: 'waiting', departmentId: 'billing' });
    expect(await act(ticketId, 'claim')).toMatchObject({ status: 200 });
  });
});

describe('redelivery', () => {
  it('of everything changes nothing', async () => {
    const ticketId = await routing.queued();
    await act(ticketId, 'pause', { reason: 'requester' });
    const position = await routing.intake.tell(ticketId, 'RequesterReplied', { replyId: randomUUID(), body: 'Visa' });
    expect(await ticket(ticketId, position)).toMatchObject({ status: 'waiting', version: 3 });
    await act(ticketId, 'pause', { reason: 'requester' });

    const pool = createPool({ url: routing.adminUrl });
    const log = new LogReader({ pool, table: 'received_log' });
    const feed = await log.read(0, 10_000);
    expect(feed.length).toBeGreaterThan(10);
    const events = async () => (await pool.query<{ n: number }>('select count(*)::int as n from event_log')).rows[0]!.n;
    const before = await events();
    const intake = routing.host.host.app.get(IntakePolicy, { strict: false });
    for (const event of feed) await intake.handle(event);
    expect(await events()).toBe(before);
    expect(await ticket(ticketId, position)).toMatchObject({ status: 'paused', version: 4 });
    await pool.end();
  });
});
