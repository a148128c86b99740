import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import { type Routing, startRouting } from '../testing/routing-host.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

const asSam = (path: string, body?: object) => routing.call(path, { as: routing.supervisor, ...(body && { body }) });
const act = (ticketId: string, path: string, body: object = {}, as = routing.amir) =>
  routing.call(`/tickets/${ticketId}/${path}`, { as, body });
const ticket = async (ticketId: string) => (await asSam(`/tickets/${ticketId}`)).body as Record<string, unknown>;
const timeline = async (ticketId: string) =>
  ((await asSam(`/tickets/${ticketId}/timeline?limit=100`)).body as { items: { type: string; data: object }[] }).items;
const becomes = (ticketId: string, state: object) =>
  until(`the ticket to be ${JSON.stringify(state)}`, async () => {
    const now = await ticket(ticketId);
    return Object.entries(state).every(([name, value]) => now[name] === value) ? now : undefined;
  });

/** A new agent with their own name, who has claimed as many tickets. */
async function agentWith(tickets: number) {
  const agentId = `agent-${randomUUID()}`;
  const as = { ...routing.amir, subject: agentId, name: agentId };
  const ticketIds = await Promise.all(Array.from({ length: tickets }, () => routing.queued()));
  for (const ticketId of ticketIds) expect((await act(ticketId, 'claim', {}, as)).status).toBe(200);
  if (tickets === 0) await asSam('/agents', { agentId, name: agentId, departmentIds: [] });
  return { agentId, as, ticketIds };
}

describe('a deactivated agent', () => {
  it('hands open tickets back to their queues, with the reason', async () => {
    const { agentId, ticketIds } = await agentWith(3);
    await act(ticketIds[2]!, 'pause', { reason: 'internal' });
    expect((await asSam(`/agents/${agentId}/deactivate`, {})).status).toBe(200);
    for (const ticketId of ticketIds) await becomes(ticketId, { agentId: null });
    const released = (await timeline(ticketIds[0]!)).filter(({ type }) => type === 'AssignmentReleased');
    expect(released).toMatchObject([{ data: { agentId, reason: 'agent-deactivated' } }]);
  });

  it('hands them to a colleague who is named', async () => {
    const [leaver, colleague] = [await agentWith(2), await agentWith(0)];
    await asSam(`/agents/${leaver.agentId}/deactivate`, { handOverTo: colleague.agentId });
    for (const ticketId of leaver.ticketIds) await becomes(ticketId, { agentId: colleague.agentId });
  });

  it('neither claims nor gets a ticket, and does again after reactivation', async () => {
    const { agentId, as } = await agentWith(0);
    const ticketId = await routing.queued();
    await asSam(`/agents/${agentId}/deactivate`, {});
    const claimed = await act(ticketId, 'claim', {}, as);
    expect(claimed).toMatchObject({ status: 409, body: { code: 'agent-inactive' } });
    const assigned = await act(ticketId, 'assign', { agentId });
    expect(assigned).toMatchObject({ status: 409, body: { code: 'agent-inactive', details: { agentId } } });
    await asSam(`/agents/${agentId}/reactivate`, {});
    expect((await act(ticketId, 'claim', {}, as)).status).toBe(200);
    const isActive = async () => ((await asSam(`/agents/${agentId}`)).body as { active: boolean }).active;
    await until('the agent to be listed as active', isActive);
  });

  it('loses a resolved ticket when it is reopened', async () => {
    const { agentId, as, ticketIds } = await agentWith(1);
    const ticketId = ticketIds[0]!;
    await act(ticketId, 'resolve', {}, as);
    await asSam(`/agents/${agentId}/deactivate`, {});
    await act(ticketId, 'reopen', { reason: 'Not fixed.' });
    await becomes(ticketId, { agentId: null, status: 'waiting' });
  });

  it('keeps no ticket that was claimed at the same moment', async () => {
    const { agentId, as } = await agentWith(0);
    const ticketIds = await Promise.all(Array.from({ length: 20 }, () => routing.queued()));
    const half = ticketIds.splice(10);
    await Promise.all([
      ...ticketIds.map((ticketId) => act(ticketId, 'claim', {}, as)),
      asSam(`/agents/${agentId}/deactivate`, {}),
      ...half.map((ticketId) => act(ticketId, 'claim', {}, as)),
    ]);
    for (const ticketId of [...ticketIds, ...half]) await becomes(ticketId, { agentId: null });
  }, 60_000);

  it.each([
    ['nobody', 422, 'unknown-agent'],
    ['self', 422, 'hand-over-to-self'],
  ])('is not deactivated in favour of %s', async (to, status, code) => {
    const { agentId } = await agentWith(0);
    const handOverTo = to === 'self' ? agentId : to;
    expect(await asSam(`/agents/${agentId}/deactivate`, { handOverTo })).toMatchObject({ status, body: { code } });
  });
});

describe('a retired department', () => {
  async function department(): Promise<string> {
    const departmentId = `d-${randomUUID()}`;
    expect((await asSam('/departments', { departmentId, name: departmentId })).status).toBe(201);
    return departmentId;
  }

  it('leaves its open tickets to its successor, with their agents', async () => {
    const [old, successor] = [await department(), await department()];
    const ticketIds = [await routing.queued(old), await routing.queued(old)];
    await act(ticketIds[1]!, 'claim');
    expect((await asSam(`/departments/${old}/retire`, { successorId: successor })).status).toBe(200);
    await becomes(ticketIds[0]!, { departmentId: successor, status: 'waiting' });
    await becomes(ticketIds[1]!, { departmentId: successor, agentId: 'amir' });
    const moves = (await timeline(ticketIds[0]!)).filter(({ type }) => type === 'TicketTransferred');
    const data = { fromDepartmentId: old, toDepartmentId: successor, reason: 'department-retired' };
    expect(moves).toMatchObject([{ data }]);
  });

  it('gets no ticket any more: transfers are told the successor, new tickets go there', async () => {
    const [old, successor, last] = [await department(), await department(), await department()];
    await asSam(`/departments/${old}/retire`, { successorId: successor });
    await asSam(`/departments/${successor}/retire`, { successorId: last });
    const ticketId = await routing.queued();
    const refused = await act(ticketId, 'transfers', { toDepartmentId: old, reason: 'wrong-department' });
    expect(refused).toMatchObject({
      ...{ status: 422, body: { code: 'department-retired', details: { successorId: successor } } },
    });
    await becomes(await routing.queued(old), { departmentId: last });
  });

  it('is restored, and gets tickets again', async () => {
    const [old, successor] = [await department(), await department()];
    await asSam(`/departments/${old}/retire`, { successorId: successor });
    await asSam(`/departments/${old}/restore`, {});
    await becomes(await routing.queued(old), { departmentId: old });
    expect((await asSam(`/departments/${old}`)).body).toMatchObject({ successorId: null });
  });

  it.each([
    ['itself', 422, 'succeeds-itself'],
    ['nobody', 422, 'unknown-department'],
    ['a retired one', 422, 'department-retired'],
  ])('is not retired in favour of %s', async (to, status, code) => {
    const [old, retired] = [await department(), await department()];
    await asSam(`/departments/${retired}/retire`, { successorId: 'billing' });
    const successorId = to === 'itself' ? old : to === 'nobody' ? 'nobody' : retired;
    expect(await asSam(`/departments/${old}/retire`, { successorId })).toMatchObject({ status, body: { code } });
  });
});

it('moves tickets that waited without a department to the first one', async () => {
  const tenantId = randomUUID();
  const as = { ...routing.supervisor, tenantId };
  const ticketId = randomUUID();
  const opened = await routing.intake.open(ticketId, { departmentId: 'later' }, { tenantId });
  const find = () => routing.call(`/tickets/${ticketId}`, { as, headers: { 'guichet-after': `intake=${opened}` } });
  expect((await find()).body).toMatchObject({ departmentId: null });
  await routing.call('/departments', { as, body: { departmentId: 'first', name: 'First' } });
  await until(
    'the ticket to be in the first department',
    async () => ((await find()).body as { departmentId: string }).departmentId === 'first' || undefined,
  );
  expect((await find()).body).toMatchObject({ status: 'waiting', transfers: 0 });
});
