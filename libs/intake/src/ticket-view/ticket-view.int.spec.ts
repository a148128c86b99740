import { randomUUID } from 'node:crypto';
import type { RoutingEventData } from '@guichet/contracts';
import { ProjectionAdmin } from '@guichet/event-sourcing';
import type { TestAnswer, TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

let intake: TestIntake;
beforeAll(async () => {
  intake = await startTestIntake();
});
afterAll(() => intake.stop());

const tickets = '/intake/v1/tickets';
const post = (path: string, as: TestCaller, body: unknown = {}, headers: Record<string, string> = {}) =>
  intake.host.call(`${tickets}${path}`, { as, body, headers });
const get = (path: string, as: TestCaller, after = '') =>
  intake.host.call(`${tickets}${path}`, { as, headers: { 'guichet-after': after } });
const after = ({ headers }: TestAnswer) => headers.get('guichet-position') ?? '';
const open = async (as: TestCaller, body: object = {}) => {
  const answer = await post('', as, { subject: `Subject ${randomUUID()}`, ...body });
  return { ticketId: (answer.body as { ticketId: string }).ticketId, position: after(answer) };
};

// The two logs arrive independently: to see both, a request names both.
describe('what routing tells', () => {
  const department = { departmentId: 'billing' };

  it('is the requester’s to see: replies and status, not who has it', async () => {
    const { tenantId, rita } = people();
    const { ticketId, position } = await open(rita);
    const tell = (type: keyof RoutingEventData, data: object = {}) =>
      intake.routing.tell(tenantId, type, { ticketId, ...data });
    await tell('TicketQueued', { ...department, priority: 'normal' });
    await tell('TicketAssigned', { ...department, agentId: 'amir' });
    const replyId = randomUUID();
    await tell('AgentReplied', { replyId, agentId: 'amir', body: 'Which invoice?', automatic: false });
    const paused = await tell('TicketPaused', { reason: 'requester' });
    const waiting = await get(`/${ticketId}`, rita, `${position}, routing=${paused}`);
    expect(waiting.body).toMatchObject({
      status: 'awaiting-requester',
      version: 1,
      conversation: {
        items: [{ id: replyId, kind: 'agent-reply', author: { kind: 'agent', id: 'amir' }, body: 'Which invoice?' }],
      },
    });
    expect(JSON.stringify(waiting.body)).not.toContain('billing');
    const resolved = await tell('TicketResolved', department);
    expect((await get(`/${ticketId}`, rita, `${position}, routing=${resolved}`)).body).toMatchObject({
      status: 'resolved',
    });
    const closed = await tell('TicketClosed', { automatic: true });
    expect((await get(`/${ticketId}`, rita, `${position}, routing=${closed}`)).body).toMatchObject({
      status: 'closed',
    });
  });

  it('says that there is no such department as the requester asked for', async () => {
    const { tenantId, rita } = people();
    const { ticketId, position } = await open(rita, { departmentId: 'nonexist' });
    expect((await get(`/${ticketId}`, rita, position)).body).toMatchObject({ departmentId: 'nonexist' });
    const data = { ticketId, ...department, unknownDepartmentId: 'nonexist', priority: 'normal', ticketVersion: 1 };
    const queued = await intake.routing.tell(tenantId, 'TicketQueued', data);
    const { body } = await get(`/${ticketId}`, rita, `routing=${queued}`);
    expect(body).toMatchObject({ unknownDepartmentId: 'nonexist' });
    expect(body).not.toHaveProperty('departmentId');
    expect((await get('?departmentId=nonexist', rita)).body).toMatchObject({ items: [] });
  });

  it('can be disagreed with, once for each resolution', async () => {
    const { tenantId, rita } = people();
    const { ticketId, position } = await open(rita);
    const resolve = () => intake.routing.tell(tenantId, 'TicketResolved', { ticketId, ...department });
    const headers = { 'guichet-after': `${position}, routing=${await resolve()}` };
    const reopened = await post(`/${ticketId}/reopen`, rita, { reason: 'Not at all' }, headers);
    expect(reopened).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await get(`/${ticketId}`, rita, after(reopened))).body).toMatchObject({ status: 'open' });
    expect(await post(`/${ticketId}/reopen`, rita)).toMatchObject({ status: 200, body: { version: 2 } });
    await intake.routing.tell(tenantId, 'TicketReopened', { ticketId });
    const again = { 'guichet-after': `${position}, routing=${await resolve()}` };
    expect(await post(`/${ticketId}/reopen`, rita, {}, again)).toMatchObject({ body: { version: 3 } });
  });

  it('has the last word where an agent reopens what the requester closed, until they close it again', async () => {
    const { tenantId, rita } = people();
    const { ticketId } = await open(rita);
    const closed = await post(`/${ticketId}/close`, rita);
    await intake.routing.tell(tenantId, 'TicketClosed', { ticketId, automatic: false, ticketVersion: 2 });
    const reopened = await intake.routing.tell(tenantId, 'TicketReopened', { ticketId, ticketVersion: 2 });
    const seen = `${after(closed)}, routing=${reopened}`;
    expect((await get('', rita, seen)).body).toMatchObject({ items: [{ ticketId, status: 'open' }] });
    const again = await post(`/${ticketId}/close`, rita);
    expect(again).toMatchObject({ status: 200, body: { version: 3 } });
    expect((await get('', rita, after(again))).body).toMatchObject({ items: [{ ticketId, status: 'closed' }] });
  });

  it('lets a reply reopen what routing has closed', async () => {
    const { tenantId, rita } = people();
    const { ticketId, position } = await open(rita);
    await intake.routing.tell(tenantId, 'TicketResolved', { ticketId, ...department });
    const closed = await intake.routing.tell(tenantId, 'TicketClosed', { ticketId, automatic: true });
    expect(await get(`/${ticketId}`, rita, `${position}, routing=${closed}`)).toMatchObject({
      body: { status: 'closed' },
    });
    const replied = await post(`/${ticketId}/replies`, rita, { body: 'It is back' });
    expect(replied).toMatchObject({ status: 201, body: { version: 3 } });
    expect((await get(`/${ticketId}`, rita, after(replied))).body).toMatchObject({
      ...{ status: 'open', imported: false },
      conversation: {
        items: [{ kind: 'resolved', imported: false }, { kind: 'reopened' }, { kind: 'requester-reply' }],
      },
    });
  });

  it('counts for nothing while nobody has opened the ticket', async () => {
    const { tenantId, amir } = people();
    const ticketId = randomUUID();
    const position = await intake.routing.tell(tenantId, 'TicketResolved', { ticketId, ...department });
    expect((await get(`/${ticketId}`, amir, `routing=${position}`)).status).toBe(404);
    expect((await get('', amir)).body).toEqual({ items: [], nextCursor: null });
  });

  it('is waited for, and not for ever', async () => {
    const { rita } = people();
    const { ticketId } = await open(rita);
    const answer = await get(`/${ticketId}`, rita, 'intake=999999999');
    expect(answer).toMatchObject({ status: 503, body: { code: 'not-caught-up', waitingFor: { intake: 999999999 } } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('lists', () => {
  const numbersIn = ({ body }: TestAnswer) =>
    (body as { items: { number: string }[] }).items.map(({ number }) => number);
  const nextOf = ({ body }: TestAnswer) => (body as { nextCursor: string | null }).nextCursor;

  it('show requesters their own tickets and staff all, newest first', async () => {
    const { rita, mallory, amir } = people();
    await open(rita);
    await open(mallory);
    const { position } = await open(rita);
    expect(numbersIn(await get('', rita, position))).toEqual(['GU-1003', 'GU-1001']);
    expect(numbersIn(await get('', amir, position))).toEqual(['GU-1003', 'GU-1002', 'GU-1001']);
    expect(numbersIn(await get('?requesterId=mallory', amir, position))).toEqual(['GU-1002']);
    expect(numbersIn(await get('?requesterId=mallory', rita, position))).toEqual([]);
    expect(numbersIn(await get('', people().amir, position))).toEqual([]);
  });

  it('go on where a page ended, although tickets are opened meanwhile', async () => {
    const { rita } = people();
    let position = '';
    for (let i = 0; i < 5; i += 1) ({ position } = await open(rita));
    const first = await get('?limit=2', rita, position);
    expect(numbersIn(first)).toEqual(['GU-1005', 'GU-1004']);
    ({ position } = await open(rita));
    const second = await get(`?limit=2&cursor=${nextOf(first)}`, rita, position);
    expect(numbersIn(second)).toEqual(['GU-1003', 'GU-1002']);
    const third = await get(`?limit=2&cursor=${nextOf(second)}`, rita);
    expect(numbersIn(third)).toEqual(['GU-1001']);
    expect(nextOf(third)).toBeNull();
    for (const path of [`?limit=2&status=open&cursor=${nextOf(first)}`, '?cursor=abc']) {
      expect(await get(path, rita)).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } });
    }
    expect(await get(`?limit=2&cursor=${nextOf(first)}`, people().rita)).toMatchObject({ status: 400 });
  });

  it('filter', async () => {
    const { rita, amir } = people();
    await open(rita, { channel: 'chat', priority: 'high', tags: ['vip', 'money'], departmentId: 'billing' });
    const { ticketId } = await open(rita, { channel: 'email', locale: 'pl', device: 'mobile' });
    const position = after(await post(`/${ticketId}/close`, rita));
    const [one, two] = [['GU-1001'], ['GU-1002']];
    const expected: Record<string, string[]> = {
      'status=open': one,
      'status=closed,spam': two,
      'channel=chat': one,
      'priority=high': one,
      'tag=money': one,
      'departmentId=billing': one,
      'locale=pl': two,
      'device=mobile': two,
      'number=GU-1002': two,
      'openedFrom=2001-01-01T00:00:00Z': ['GU-1002', 'GU-1001'],
      'openedTo=2001-01-01T00:00:00%2B01:00': [],
      'channel=chat&locale=pl': [],
    };
    for (const [filter, numbers] of Object.entries(expected)) {
      expect({ filter, numbers: numbersIn(await get(`?${filter}`, amir, position)) }).toEqual({ filter, numbers });
    }
  });

  it.each([
    ['status=lost', 400, 'invalid-request'],
    ['limit=0', 400, 'invalid-request'],
    ['limit=201', 400, 'invalid-request'],
    ['limit=ten', 400, 'invalid-request'],
    ['colour=red', 400, 'invalid-request'],
    ['openedFrom=yesterday', 400, 'invalid-request'],
    ['openedFrom=2026-01-02T00:00:00Z&openedTo=2026-01-01T00:00:00Z', 422, 'reversed-period'],
  ])('refuse %s', async (query, status, code) => {
    expect(await get(`?${query}`, people().amir)).toMatchObject({ status, body: { code } });
  });
});

it('shows long conversations in stretches', async () => {
  const { rita } = people();
  const { ticketId } = await open(rita);
  let position = '';
  for (let i = 0; i < 7; i += 1) position = after(await post(`/${ticketId}/replies`, rita, { body: `Line ${i}` }));
  type Stretch = { items: { body: string }[]; earlierCursor: string | null };
  const stretch = async (query: string) =>
    (await get(`/${ticketId}/conversation?${query}`, rita, position)).body as Stretch;
  const newest = await stretch('limit=3');
  expect(newest.items.map(({ body }) => body)).toEqual(['Line 4', 'Line 5', 'Line 6']);
  const middle = await stretch(`limit=3&cursor=${newest.earlierCursor}`);
  expect(middle.items.map(({ body }) => body)).toEqual(['Line 1', 'Line 2', 'Line 3']);
  const oldest = await stretch(`limit=3&cursor=${middle.earlierCursor}`);
  expect(oldest).toMatchObject({ items: [{ body: 'Line 0' }], earlierCursor: null });
});

describe('following a ticket', () => {
  async function follow(as: TestCaller, ticketId: string, lastEventId?: string) {
    const gone = new AbortController();
    const headers = {
      authorization: `Bearer ${await intake.host.issuer.token(as)}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const response = await fetch(`${intake.host.url}${tickets}/${ticketId}/live`, { headers, signal: gone.signal });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
    const events = () =>
      [...text.matchAll(/id: (.*)\nevent: ticket\ndata: (.*)\n/g)].map(([, id, data]) => ({
        id,
        data: JSON.parse(data ?? ''),
      }));
    const stop = () => {
      gone.abort();
      return reading;
    };
    return { status: response.status, events, stop };
  }

  it('tells every change, and goes on after a break', async () => {
    const { tenantId, rita, mallory } = people();
    const { ticketId, position } = await open(rita);
    await get(`/${ticketId}`, rita, position);
    expect((await follow(mallory, ticketId)).status).toBe(404);
    const live = await follow(rita, ticketId);
    await until('the ticket as it is', () => live.events().length === 1);
    await intake.routing.tell(tenantId, 'TicketResolved', { ticketId, departmentId: null });
    await until('the resolution', () => live.events().some(({ data }) => data.status === 'resolved'));
    await live.stop();

    const seen = live.events().at(-1)?.id;
    await post(`/${ticketId}/replies`, rita, { body: 'Thank you' });
    const resumed = await follow(rita, ticketId, seen);
    await until('what was missed', () => resumed.events().length > 0);
    expect(resumed.events()[0]?.data.conversation.items.at(-1)).toMatchObject({ body: 'Thank you' });
    await resumed.stop();
  });

  it('is possible also where the conversation is larger than what may wait for a client', async () => {
    const { rita } = people();
    const { ticketId } = await open(rita);
    const lines = 14;
    let last = '';
    for (let i = 0; i < lines; i++) {
      last = after(await post(`/${ticketId}/replies`, rita, { body: `${i} ${'x'.repeat(99_000)}` }));
    }
    await get(`/${ticketId}`, rita, last);
    const live = await follow(rita, ticketId);
    await until('the ticket as it is', () => live.events().length === 1);
    expect(live.events()[0]?.data.conversation.items).toHaveLength(lines);
    await post(`/${ticketId}/close`, rita);
    await until('the change', () => live.events().at(-1)?.data.status === 'closed');
    await live.stop();
  });
});

it('is the same when it is rebuilt from both logs', async () => {
  const { tenantId, rita, amir } = people();
  const [a, b] = [await open(rita), await open(rita)];
  await intake.routing.tell(tenantId, 'TicketResolved', { ticketId: a.ticketId, departmentId: null });
  await post(`/${a.ticketId}/close`, rita);
  await post(`/${b.ticketId}/spam`, amir);
  const position = await intake.routing.tell(tenantId, 'TicketClosed', { ticketId: a.ticketId, automatic: true });
  await get(`/${a.ticketId}`, rita, `routing=${position}`);
  const admin = intake.host.host.app.get(ProjectionAdmin, { strict: false });
  expect(await admin.verify('ticket-view')).toMatchObject({ equal: true });
});
