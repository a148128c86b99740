import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import { type Routing, startRouting } from '../../testing/routing-host.js';
import { type LiveEvent, openLive } from '@guichet/http-host/testing';

interface Queue {
  readonly items: { readonly ticketId: string; readonly priority: string; readonly status: string }[];
  readonly nextCursor: string | null;
  readonly counts: object;
  readonly live: string;
}

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

/** A department of its own for each test, there for whoever reads. */
async function department(): Promise<string> {
  const departmentId = randomUUID();
  const answer = await routing.call('/departments', { as: routing.supervisor, body: { departmentId, name: 'Sales' } });
  expect(answer.status).toBe(201);
  const headers = { 'guichet-after': answer.headers.get('guichet-position')! };
  expect(await routing.call('/departments', { as: routing.amir, headers })).toMatchObject({ status: 200 });
  return departmentId;
}
const queue = async (departmentId: string, query = '', position = '') => {
  const headers: Record<string, string> = position === '' ? {} : { 'guichet-after': position };
  const answer = await routing.call(`/departments/${departmentId}/queue${query}`, { as: routing.amir, headers });
  expect(answer.status).toBe(200);
  return answer.body as Queue;
};
const open = async (departmentId: string, at: string, priority = 'normal') => {
  const ticketId = randomUUID();
  return { ticketId, position: await routing.intake.open(ticketId, { departmentId, at, priority }) };
};
const act = async (ticketId: string, path: string, body: object = {}) => {
  const answer = await routing.call(`/tickets/${ticketId}/${path}`, { as: routing.amir, body });
  expect(answer.status).toBe(200);
  return answer.headers.get('guichet-position')!;
};

it('has the most urgent first, then the longest waiting, in pages, with counts', async () => {
  const id = await department();
  const old = await open(id, '2026-03-01T09:00:00.000Z');
  const older = await open(id, '2026-02-01T09:00:00.000Z');
  const urgent = await open(id, '2026-03-02T09:00:00.000Z', 'urgent');
  const low = await open(id, '2026-01-01T09:00:00.000Z', 'low');
  const twin = await open(id, '2026-02-01T09:00:00.000Z');
  const twins = [older.ticketId, twin.ticketId].sort();
  const expected = [urgent.ticketId, ...twins, old.ticketId, low.ticketId];
  const all = await queue(id, '', `intake=${twin.position}`);
  expect(all.items.map(({ ticketId }) => ticketId)).toEqual(expected);
  expect(all.counts).toEqual({ waiting: 5, assigned: 0, paused: 0 });

  const paged: string[] = [];
  for (let query = '?limit=2'; ;) {
    const { items, nextCursor } = await queue(id, query);
    paged.push(...items.map(({ ticketId }) => ticketId));
    if (nextCursor === null) break;
    query = `?limit=2&cursor=${nextCursor}`;
  }
  expect(paged).toEqual(expected);

  await act(old.ticketId, 'claim');
  await act(low.ticketId, 'pause', { reason: 'internal' });
  const position = await act(urgent.ticketId, 'resolve');
  const waiting = await queue(id, '?state=waiting', position);
  expect(waiting.items.map(({ ticketId }) => ticketId)).toEqual(twins);
  expect(waiting.counts).toEqual({ waiting: 2, assigned: 1, paused: 1 });
  expect((await queue(id, '?state=assigned')).items).toMatchObject([{ ticketId: old.ticketId, status: 'assigned' }]);
  expect((await queue(id, '?state=paused')).items).toMatchObject([{ ticketId: low.ticketId, status: 'paused' }]);
});

it('is left by a transfer for the other department’s', async () => {
  const [from, to] = [await department(), await department()];
  const { ticketId, position } = await open(from, '2026-03-01T09:00:00.000Z');
  expect((await queue(from, '', `intake=${position}`)).items).toHaveLength(1);
  const after = await act(ticketId, 'transfers', { toDepartmentId: to, reason: 'theirs' });
  expect((await queue(from, '', after)).items).toEqual([]);
  expect((await queue(to)).items).toMatchObject([{ ticketId }]);
  expect((await queue(from)).counts).toEqual({ waiting: 0, assigned: 0, paused: 0 });
  expect((await queue(to)).counts).toEqual({ waiting: 1, assigned: 0, paused: 0 });
});

it.each([
  ['/departments/nowhere/queue', 404, 'unknown-department'],
  ['/departments/nowhere/queue/live', 404, 'unknown-department'],
  ['/departments/billing/queue?limit=0', 400, 'invalid-request'],
  ['/departments/billing/queue?limit=201', 400, 'invalid-request'],
  ['/departments/billing/queue?state=lost', 400, 'invalid-request'],
  ['/departments/billing/queue?order=age', 400, 'invalid-request'],
  ['/departments/billing/queue?cursor=abc', 400, 'invalid-cursor'],
  ['/departments/billing/queue/live?from=abc', 400, 'invalid-request'],
])('%s: %i %s', async (path, status, code) =>
  expect(await routing.call(path, { as: routing.amir })).toMatchObject({ status, body: { code } }),
);

it('answers 503 with the lag for a position nobody has reached', async () => {
  const headers = { 'guichet-after': 'routing=999999999' };
  const answer = await routing.call('/departments/billing/queue', { as: routing.amir, headers });
  expect(answer).toMatchObject({ status: 503, body: { code: 'not-caught-up', waitingFor: { routing: 999999999 } } });
  expect(answer.headers.get('retry-after')).toBe('1');
}, 15_000);

describe('live', () => {
  const live = async (departmentId: string, options: { from?: string; lastEventId?: string } = {}) =>
    openLive(`${routing.host.url}/routing/v1/departments/${departmentId}/queue/live`, {
      token: await routing.host.issuer.token(routing.amir),
      ...options,
    });
  const about = (events: readonly LiveEvent[], ticketId: string) =>
    events.filter(({ data }) => (data as { ticketId?: string }).ticketId === ticketId);
  const last = (events: readonly LiveEvent[]) => events.findLast(({ id }) => id !== undefined)!.id!;

  it('tells what comes, changes and goes', async () => {
    const [id, other] = [await department(), await department()];
    const stream = await live(id);
    await until('the first counts', () => stream.events.find(({ event }) => event === 'counts'));
    const { ticketId } = await open(id, '2026-03-01T09:00:00.000Z');
    await until('the new ticket', () =>
      about(stream.events, ticketId).some(
        ({ event, data }) => event === 'ticket' && (data as { status: string }).status === 'waiting',
      ),
    );
    await act(ticketId, 'claim');
    await until('its agent', () =>
      about(stream.events, ticketId).some(({ data }) => (data as { agentName?: string }).agentName === 'Amir'),
    );
    await act(ticketId, 'transfers', { toDepartmentId: other, reason: 'theirs' });
    await until('its leaving', () => about(stream.events, ticketId).some(({ event }) => event === 'left'));
    await until('the last counts', () => stream.events.findLast(({ event }) => event === 'counts')?.data.waiting === 0);
    await stream.close();
  });

  it('goes on after Last-Event-ID as if it had never been away', async () => {
    const id = await department();
    const first = await live(id);
    await until('the first counts', () => first.events.find(({ event }) => event === 'counts'));
    await first.close();
    const came = await open(id, '2026-03-01T09:00:00.000Z');
    const gone = await open(id, '2026-03-01T09:00:00.000Z');
    await queue(id, '', `intake=${gone.position}`);
    await act(gone.ticketId, 'resolve');

    const second = await live(id, { lastEventId: last(first.events) });
    await until(
      'what was missed',
      () =>
        about(second.events, came.ticketId).some(({ event }) => event === 'ticket') &&
        about(second.events, gone.ticketId).some(({ event }) => event === 'left'),
    );
    await second.close();
  });

  it('begins where a page of the queue ended', async () => {
    const id = await department();
    const { live: from } = await queue(id);
    const { ticketId } = await open(id, '2026-03-01T09:00:00.000Z');
    const stream = await live(id, { from });
    await until('the ticket', () => about(stream.events, ticketId).length > 0);
    expect(stream.events.some(({ event }) => event === 'reset')).toBe(false);
    await stream.close();
  });

  it('starts afresh for an id of another database', async () => {
    const stream = await live(await department(), { lastEventId: '999999999.0' });
    await until('the reset', () => stream.events.some(({ event }) => event === 'reset'));
    await stream.close();
  });

  it('tells nothing of other departments or tenants', async () => {
    const [id, other] = [await department(), await department()];
    const stream = await live(id);
    await until('the first counts', () => stream.events.find(({ event }) => event === 'counts'));
    await open(other, '2026-03-01T09:00:00.000Z');
    const tenantId = randomUUID();
    await routing.call('/departments', {
      as: { ...routing.supervisor, tenantId },
      body: { departmentId: id, name: 'X' },
    });
    await routing.intake.open(randomUUID(), { departmentId: id }, { tenantId });
    const { ticketId } = await open(id, '2026-03-01T09:00:00.000Z');
    await until('its own ticket', () => about(stream.events, ticketId).length > 0);
    expect(
      stream.events.filter(({ event }) => event === 'ticket' || event === 'left').map(({ data }) => data.ticketId),
    ).toEqual(stream.events.filter(({ event }) => event === 'ticket').map(() => ticketId));
    await stream.close();
  });
});
