import { randomUUID } from 'node:crypto';
import { type Routing, startRouting } from '../../testing/routing-host.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

const claim = (ticketId: string, as = routing.amir) =>
  routing.call(`/tickets/${ticketId}/claim`, { as, method: 'POST' });
/** The ticket as it is once the position of `answer` has been reached. */
const after = async (ticketId: string, answer: { headers: Headers }) =>
  routing.call(`/tickets/${ticketId}`, {
    as: routing.amir,
    headers: { 'guichet-after': answer.headers.get('guichet-position') ?? '' },
  });

it('works on a ticket from the queue to its end', async () => {
  const { amir } = routing;
  const ticketId = await routing.queued();
  const act = async (path: string, body: object = {}) => {
    const answer = await routing.call(`/tickets/${ticketId}/${path}`, { as: amir, body });
    expect(answer).toMatchObject({ status: path === 'replies' || path === 'notes' ? 201 : 200 });
    return (await after(ticketId, answer)).body;
  };
  expect(await act('claim')).toMatchObject({ status: 'assigned', agentId: 'amir', agentName: 'Amir' });
  expect(await act('notes', { body: 'Two bookings.' })).toMatchObject({ status: 'assigned' });
  expect(await act('priority', { priority: 'high' })).toMatchObject({ priority: 'high' });
  expect(await act('tags', { tags: ['refund', 'card'] })).toMatchObject({ tags: ['card', 'refund'] });
  expect(await act('activities', { activity: 'called the bank', seconds: 90 })).toMatchObject({ status: 'assigned' });
  expect(await act('replies', { body: 'Which card?' })).toMatchObject({ agentRepliedAt: expect.any(String) });
  expect(await act('pause', { reason: 'requester' })).toMatchObject({ status: 'paused', pausedFor: 'requester' });
  expect(await act('resume')).toMatchObject({ status: 'assigned', pausedFor: null });
  expect(await act('resolve')).toMatchObject({ status: 'resolved', resolvedAt: expect.any(String) });
  expect(await act('wrap-up/start')).toMatchObject({ wrapUp: 'running' });
  expect(await act('wrap-up/complete')).toMatchObject({ wrapUp: 'done' });
  expect(await act('reopen', { reason: 'wrong card' })).toMatchObject({ status: 'assigned', resolvedAt: null });
  expect(await act('resolve')).toMatchObject({ status: 'resolved' });
  expect(await act('close')).toMatchObject({ status: 'closed', subject: 'Charged twice', number: 'GU-1', version: 15 });
});

describe('two agents claiming the same ticket at once', () => {
  it('lets one win and tells the other who', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ticketId = await routing.queued();
      const answers = await Promise.all([claim(ticketId, routing.amir), claim(ticketId, routing.bea)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = answers[0].status === 200 ? routing.amir : routing.bea;
      expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
        code: 'already-claimed',
        details: { agentId: winner.subject, name: winner.name },
      });
    }
  });
});

describe('a repeated request', () => {
  it('gets the first answer again, and nothing happens twice', async () => {
    const ticketId = await routing.queued();
    const headers = { 'idempotency-key': randomUUID() };
    const reply = () =>
      routing.call(`/tickets/${ticketId}/replies`, { as: routing.amir, body: { body: 'Hello' }, headers });
    const answers = await Promise.all([reply(), reply(), reply()]);
    answers.push(await reply());
    expect(
      new Set(
        answers.map(({ status, body, headers }) =>
          JSON.stringify([status, body, headers.get('etag'), headers.get('guichet-position')]),
        ),
      ).size,
    ).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { version: 2 } });
  });

  it('is refused with another body or for something else', async () => {
    const ticketId = await routing.queued();
    const headers = { 'idempotency-key': randomUUID() };
    const post = (path: string, body: object) =>
      routing.call(`/tickets/${ticketId}/${path}`, { as: routing.amir, body, headers });
    expect(await post('replies', { body: 'Hello' })).toMatchObject({ status: 201 });
    expect(await post('replies', { body: 'Bye' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    expect(await post('notes', { body: 'Hello' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('makes one department of the same creation sent twice', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const create = () => routing.call('/departments', { as: routing.supervisor, body: { name: 'Sales' }, headers });
    const [first, second] = await Promise.all([create(), create()]);
    expect(first).toMatchObject({ status: 201 });
    expect(second.body).toEqual(first.body);
  });
});

describe('a conditional write', () => {
  it('is refused when the ticket has moved on, and says where it is', async () => {
    const ticketId = await routing.queued();
    const current = await routing.call(`/tickets/${ticketId}`, { as: routing.amir });
    const etag = current.headers.get('etag')!;
    expect(etag).toBe('"1"');
    const tag = (tags: string[]) =>
      routing.call(`/tickets/${ticketId}/tags`, { as: routing.amir, body: { tags }, headers: { 'if-match': etag } });
    const tagged = await tag(['a']);
    expect(tagged).toMatchObject({ status: 200, body: { version: 2 } });
    const stale = await tag(['b']);
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale-version', actualVersion: 2 } });
    expect((await after(ticketId, tagged)).body).toMatchObject({ tags: ['a'], version: 2 });
  });
});

describe('what cannot be used', () => {
  const refused: [path: string, body: object | undefined, status: number, code: string][] = [
    ['claim', { agentId: 'bea' }, 400, 'invalid-request'],
    ['resolve', { at: '2020-01-01T00:00:00Z' }, 400, 'invalid-request'],
    ['assign', {}, 400, 'invalid-request'],
    ['assign', { agentId: 'nobody' }, 422, 'unknown-agent'],
    ['assign', { agentId: 'amir', force: true }, 400, 'invalid-request'],
    ['transfers', { toDepartmentId: 'nowhere', reason: 'x' }, 422, 'unknown-department'],
    ['transfers', { toDepartmentId: 'technical' }, 400, 'invalid-request'],
    ['transfers', { toDepartmentId: 'technical', reason: 'x', level: 10 }, 400, 'invalid-request'],
    ['replies', { body: '' }, 400, 'invalid-request'],
    ['replies', { body: 'x'.repeat(100_001) }, 400, 'invalid-request'],
    ['replies', undefined, 400, 'invalid-request'],
    ['priority', { priority: 'highest' }, 400, 'invalid-request'],
    ['tags', { tags: 'vip' }, 400, 'invalid-request'],
    ['tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 400, 'invalid-request'],
    ['pause', { reason: 'lunch' }, 400, 'invalid-request'],
    ['wrap-up/complete', {}, 409, 'ticket-not-resolved'],
    ['close', {}, 409, 'ticket-not-resolved'],
    ['dance', {}, 404, 'not-found'],
  ];
  const cases = refused.map(([path, body, status, code]) => ({ path, body, status, code }));
  it.each(cases)('$path ($#): $status $code', async ({ path, body, status, code }) => {
    const ticketId = await routing.queued();
    const answer = await routing.call(`/tickets/${ticketId}/${path}`, { as: routing.amir, method: 'POST', body });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const ticket = await routing.call(`/tickets/${ticketId}`, { as: routing.amir });
    expect(ticket.body).toMatchObject({ version: 1 });
  });

  it('has no ticket under an id nobody knows, nor under one that is none', async () => {
    expect(await claim(randomUUID())).toMatchObject({ status: 404, body: { code: 'unknown-ticket' } });
    expect(await claim('INC45')).toMatchObject({ status: 400 });
  });
});

describe("another tenant's ticket", () => {
  it('is not there, whatever is asked', async () => {
    const ticketId = await routing.queued();
    const stranger = { tenantId: randomUUID(), roles: ['agent', 'admin'] as const, subject: 'amir' };
    for (const path of ['', '/timeline']) {
      const answer = await routing.call(`/tickets/${ticketId}${path}`, { as: stranger });
      expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-ticket' } });
    }
    expect(await claim(ticketId, stranger)).toMatchObject({ status: 404, body: { code: 'unknown-ticket' } });
    expect(await routing.call('/departments/billing/queue', { as: stranger })).toMatchObject({ status: 404 });
    expect((await routing.call('/agents/amir/tickets', { as: stranger })).body).toEqual({
      items: [],
      nextCursor: null,
    });
    expect((await routing.call('/departments', { as: stranger })).body).toEqual({ items: [], nextCursor: null });
    expect((await routing.call('/agents', { as: stranger })).body).toMatchObject({ items: [{ agentId: 'amir' }] });
  });
});

describe('who may', () => {
  it.each([
    ['POST', '/departments', ['agent'], 403],
    ['POST', '/agents', ['agent'], 403],
    ['POST', '/imports', ['agent', 'supervisor'], 403],
    ['GET', '/departments', ['requester', 'analyst', 'importer'], 403],
    ['GET', '/departments', [], 403],
  ] as const)('%s %s as %j: %i', async (method, path, roles, status) => {
    const as = { tenantId: routing.tenantId, roles };
    const answer = await routing.call(path, { as, method, ...(method === 'POST' ? { body: {} } : {}) });
    expect(answer).toMatchObject({ status, body: { code: 'role-needed' } });
  });
  it('nobody without a token', async () => expect(await routing.call('/departments')).toMatchObject({ status: 401 }));
});

describe('assigning and releasing', () => {
  it('lets a supervisor give a ticket to an agent and take it back, and nobody else take it', async () => {
    const { supervisor, amir, bea } = routing;
    const ticketId = await routing.queued();
    const agent = { agentId: 'bea', name: 'Bea', departmentIds: ['billing'] };
    await routing.call('/agents', { as: supervisor, body: agent });
    const assign = await routing.call(`/tickets/${ticketId}/assign`, { as: supervisor, body: { agentId: 'bea' } });
    expect((await after(ticketId, assign)).body).toMatchObject({ status: 'assigned', agentId: 'bea' });
    const release = (as: typeof amir) =>
      routing.call(`/tickets/${ticketId}/release`, { as, body: { reason: 'lunch' } });
    expect(await release(amir)).toMatchObject({
      status: 409,
      body: { code: 'assigned-to-another', details: { name: 'Bea' } },
    });
    expect((await after(ticketId, await release(supervisor))).body).toMatchObject({ status: 'waiting', agentId: null });
    expect(await release(bea)).toMatchObject({ status: 200, body: { version: 3 } });
    const empty = await routing.call(`/tickets/${ticketId}/release`, { as: bea, method: 'POST' });
    expect(empty).toMatchObject({ status: 200, body: { version: 3 } });
  });
});

describe('every state and command over HTTP', () => {
  const steps: Record<string, readonly [string, object?][]> = {
    waiting: [],
    assigned: [['claim']],
    resolved: [['claim'], ['resolve']],
    closed: [['claim'], ['resolve'], ['close']],
  };
  const table: Record<string, Record<string, number>> = {
    claim: { waiting: 200, assigned: 200, resolved: 409, closed: 409 },
    release: { waiting: 200, assigned: 200, resolved: 409, closed: 409 },
    pause: { waiting: 200, assigned: 200, resolved: 409, closed: 409 },
    resume: { waiting: 200, assigned: 200, resolved: 409, closed: 409 },
    resolve: { waiting: 200, assigned: 200, resolved: 200, closed: 409 },
    'wrap-up/start': { waiting: 409, assigned: 409, resolved: 200, closed: 409 },
    'wrap-up/complete': { waiting: 409, assigned: 409, resolved: 409, closed: 409 },
    reopen: { waiting: 200, assigned: 200, resolved: 200, closed: 200 },
    close: { waiting: 409, assigned: 409, resolved: 200, closed: 200 },
  };
  const bodies: Record<string, object> = { pause: { reason: 'internal' } };
  const cases = Object.entries(table).flatMap(([command, by]) =>
    Object.entries(by).map(([state, status]) => ({ command, state, status })),
  );
  it.each(cases)('$command of a ticket that is $state: $status', async ({ command, state, status }) => {
    const ticketId = await routing.queued();
    for (const [path, body = {}] of steps[state]!) {
      await routing.call(`/tickets/${ticketId}/${path}`, { as: routing.amir, body });
    }
    const body = bodies[command] ?? {};
    const answer = await routing.call(`/tickets/${ticketId}/${command}`, { as: routing.amir, body });
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer.body).toMatchObject({ code: expect.stringMatching(/^[a-z-]+$/) });
  });
});
