/** A tenant that closes its departments to those who work for them: the rule is routing's, and holds in intake too. */
import { randomUUID } from 'node:crypto';
import type { TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { Tenant } from './tenancy/tenant.js';
import { startWholeProduct, type WholeProduct } from './tenancy/whole-product.js';

let product: WholeProduct;
let tenant: Tenant;
let theirs: string;
let others: string;
const agent = (): TestCaller => ({ ...tenant.caller('agent'), subject: 'bea' });
const call = (path: string, as = agent(), body?: object) => product.host.call(path, { as, ...(body && { body }) });

beforeAll(async () => {
  product = await startWholeProduct();
  tenant = await Tenant.create(product, 'acme');
  for (const departmentId of ['billing', 'technical'])
    await tenant.post('/routing/v1/departments', { departmentId, name: departmentId });
  await tenant.post('/routing/v1/agents', { agentId: 'bea', name: 'Bea', departmentIds: ['technical'] });
  const open = async (departmentId: string) => {
    const body = { subject: `About ${randomUUID()}`, body: 'Please help.', channel: 'portal', departmentId };
    const { ticketId } = await tenant.post('/intake/v1/tickets', body);
    const isQueued = async () => (await call(`/routing/v1/tickets/${String(ticketId)}`)).status === 200;
    await until('the ticket to be queued', isQueued);
    return String(ticketId);
  };
  [theirs, others] = [await open('technical'), await open('billing')];
  expect((await call(`/intake/v1/tickets/${others}`)).status).toBe(200);
  await tenant.post('/routing/v1/desk/department-scope', { scope: 'members' });
  await until('intake to have heard of it', async () => (await call(`/intake/v1/tickets/${others}`)).status === 403);
}, 120_000);
afterAll(() => product.stop());

it.each([
  ['', undefined],
  ['/conversation', undefined],
  ['/live', undefined],
  ['/replies', { body: 'Hello.' }],
  ['/close', {}],
  ['/spam', {}],
])('keeps agents of another department from POST or GET /tickets/{id}%s', async (path, body) => {
  const answer = await call(`/intake/v1/tickets/${others}${path}`, agent(), body);
  expect(answer).toMatchObject({ status: 403, body: { code: 'not-your-department' } });
});

it('keeps agents from merging into a ticket that they may not see', async () => {
  const answer = await call(`/intake/v1/tickets/${theirs}/merge`, agent(), { intoTicketId: others });
  expect(answer).toMatchObject({ status: 403, body: { code: 'not-your-department' } });
});

it('lists to agents the tickets of their departments only', async () => {
  const ids = async (as = agent()) =>
    ((await call('/intake/v1/tickets', as)).body as { items: { ticketId: string }[] }).items.map((one) => one.ticketId);
  expect(await ids()).toEqual([theirs]);
  expect(new Set(await ids(tenant.caller('supervisor')))).toEqual(new Set([theirs, others]));
});

it('lets agents work in both services on what is theirs', async () => {
  expect((await call(`/intake/v1/tickets/${theirs}`)).status).toBe(200);
  expect((await call(`/intake/v1/tickets/${theirs}/replies`, agent(), { body: 'Noted.' })).status).toBe(201);
  expect((await call(`/routing/v1/tickets/${others}`)).status).toBe(403);
});
