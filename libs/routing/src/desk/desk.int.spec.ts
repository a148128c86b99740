import { until } from '@guichet/testing';
import { type Routing, startRouting } from '../../testing/routing-host.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
  const { supervisor } = routing;
  await routing.call('/agents', {
    as: supervisor,
    body: { agentId: 'bea', name: 'Bea', departmentIds: ['technical'] },
  });
}, 60_000);
afterAll(() => routing.stop());

const scopeTo = async (scope: string) => {
  const answer = await routing.call('/desk/department-scope', { as: routing.supervisor, body: { scope } });
  expect(answer).toMatchObject({ status: 200, body: { scope } });
};
afterEach(() => scopeTo('open'));

const refused = { status: 403, body: { code: 'not-your-department', details: { departmentId: 'billing' } } };

it('is open at first: agents see and take every ticket', async () => {
  expect((await routing.call('/desk', { as: routing.bea })).body).toEqual({ scope: 'open', version: 0 });
  const ticketId = await routing.queued('billing');
  expect((await routing.call(`/tickets/${ticketId}`, { as: routing.bea })).status).toBe(200);
});

describe('closed to members', () => {
  it.each([
    ['the ticket', (id: string) => ({ path: `/tickets/${id}` })],
    ['its timeline', (id: string) => ({ path: `/tickets/${id}/timeline` })],
    ['its department’s queue', () => ({ path: '/departments/billing/queue' })],
    ['the queue’s live stream', () => ({ path: '/departments/billing/queue/live' })],
    ['a claim', (id: string) => ({ path: `/tickets/${id}/claim`, method: 'POST' as const })],
    ['a reply', (id: string) => ({ path: `/tickets/${id}/replies`, body: { body: 'Hello.' } })],
    ['a note', (id: string) => ({ path: `/tickets/${id}/notes`, body: { body: 'Hello.' } })],
    [
      'a transfer',
      (id: string) => ({ path: `/tickets/${id}/transfers`, body: { toDepartmentId: 'technical', reason: 'x' } }),
    ],
    ['its resolution', (id: string) => ({ path: `/tickets/${id}/resolve`, method: 'POST' as const })],
  ])('refuses an agent of another department %s', async (_what, request) => {
    const ticketId = await routing.queued('billing');
    await scopeTo('members');
    const { path, ...rest } = request(ticketId);
    expect(await routing.call(path, { as: routing.bea, ...rest })).toMatchObject(refused);
    expect((await routing.call(`/tickets/${ticketId}`, { as: routing.supervisor })).status).toBe(200);
  });

  it('lets agents see and take what is theirs, what they hold, and what has no department', async () => {
    const [theirs, held] = [await routing.queued('technical'), await routing.queued('billing')];
    const body = { agentId: 'bea' };
    await routing.call(`/tickets/${held}/assign`, { as: routing.supervisor, body });
    await scopeTo('members');
    expect((await routing.call(`/tickets/${theirs}/claim`, { as: routing.bea, method: 'POST' })).status).toBe(200);
    await until('the read model to know who holds the ticket', async () => {
      const { status } = await routing.call(`/tickets/${held}`, { as: routing.bea });
      return status === 200;
    });
    expect((await routing.call(`/tickets/${held}/notes`, { as: routing.bea, body: { body: 'Mine.' } })).status).toBe(
      201,
    );
    expect((await routing.call('/departments/none/queue', { as: routing.bea })).status).toBe(200);
  });

  it('shows of a colleague’s tickets those of shared departments', async () => {
    const as = { ...routing.amir, subject: 'carl', name: 'Carl' };
    const [shared, other] = [await routing.queued('technical'), await routing.queued('billing')];
    for (const id of [shared, other]) await routing.call(`/tickets/${id}/claim`, { as, method: 'POST' });
    await scopeTo('members');
    const list = async (caller = routing.bea) => {
      const { body } = await routing.call('/agents/carl/tickets', { as: caller });
      return (body as { items: { ticketId: string }[] }).items.map(({ ticketId }) => ticketId);
    };
    await until(
      'the read model to know who holds the tickets',
      async () => (await list(routing.supervisor)).length === 2,
    );
    expect(await list()).toEqual([shared]);
  });

  it('follows a change of memberships within seconds', async () => {
    const ticketId = await routing.queued('billing');
    await scopeTo('members');
    const status = async () => (await routing.call(`/tickets/${ticketId}`, { as: routing.bea })).status;
    expect(await status()).toBe(403);
    const move = (departmentIds: string[]) =>
      routing.call('/agents/bea/departments', { as: routing.supervisor, body: { departmentIds } });
    await move(['billing', 'technical']);
    await until('the new membership to count', async () => (await status()) === 200);
    await move(['technical']);
    await until('the old membership to end', async () => (await status()) === 403);
  });

  it('is for supervisors and admins to decide', async () => {
    const answer = await routing.call('/desk/department-scope', { as: routing.bea, body: { scope: 'members' } });
    expect(answer.status).toBe(403);
  });
});
