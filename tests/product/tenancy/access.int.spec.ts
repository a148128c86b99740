/** What becomes of tokens and live streams, in every service, when an account is disabled or loses a role. */
import { type EveryService, serviceNames } from '@guichet/contracts';
import { type LiveConnection, openLive, type TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { uuid5 } from '@guichet/event-sourcing';
import { Tenant } from './tenant.js';
import { startWholeProduct, type WholeProduct } from './whole-product.js';

let product: WholeProduct;
let acme: Tenant;
beforeAll(async () => {
  product = await startWholeProduct();
  acme = await Tenant.create(product, 'acme');
  await acme.post('/routing/v1/departments', { departmentId: 'billing', name: 'Billing' });
}, 60_000);
afterAll(() => product.stop());

const read: EveryService<string> = {
  identity: '/identity/v1/clients',
  intake: '/intake/v1/tickets',
  routing: '/routing/v1/departments',
  knowledge: '/knowledge/v1/categories',
  community: '/community/v1/categories',
  analytics: '/analytics/v1/kpis',
};
const live = ['/routing/v1/departments/billing/queue/live', '/analytics/v1/kpis/live?kpis=backlog'];

const statuses = async (as: TestCaller): Promise<number[]> =>
  Promise.all(serviceNames.map(async (name) => (await product.host.call(read[name], { as })).status));
const everywhere = (status: number): number[] => serviceNames.map(() => status);

async function watchAll(as: TestCaller): Promise<LiveConnection[]> {
  const token = await product.host.issuer.token(as);
  const { ticketId } = await acme.post('/intake/v1/tickets', { subject: 'Help', channel: 'portal' });
  await until(
    'the ticket',
    async () => (await product.host.call(`/intake/v1/tickets/${String(ticketId)}`, { as })).status === 200,
  );
  const paths = [...live, `/intake/v1/tickets/${String(ticketId)}/live`];
  const streams = await Promise.all(paths.map((path) => openLive(`${product.host.url}${path}`, { token })));
  await until('every stream has begun', () => streams.every(({ events }) => events.length > 0));
  return streams;
}

async function allEnd(streams: readonly LiveConnection[]): Promise<void> {
  await Promise.all(streams.map(({ ended }) => ended));
  for (const { events } of streams) expect(events.at(-1)).toMatchObject({ data: { reason: 'access-changed' } });
}

it('a client that is disabled is out of every service within seconds, and so are its streams', async () => {
  await acme.post('/identity/v1/clients', { name: 'robot', roles: ['admin'] });
  const streamId = `client-${uuid5(acme.tenantId, 'client/robot')}`;
  const robot: TestCaller = { ...acme.caller('admin'), subject: 'acme.robot', account: { streamId, version: 1 } };
  expect(await statuses(robot)).toEqual(everywhere(200));
  const streams = await watchAll(robot);
  const gone = await product.host.call('/identity/v1/clients/robot', { as: acme.caller('admin'), method: 'DELETE' });
  expect(gone.status).toBe(200);
  await allEnd(streams);
  await until('nobody lets it in', async () => (await statuses(robot)).every((status) => status === 401), 5_000);
}, 60_000);

it('a person who loses a role loses what it allows in every service, and is let in for the rest', async () => {
  const { userId } = await acme.post('/identity/v1/people', {
    ...{ email: 'ada@acme.example', name: 'Ada', roles: ['agent', 'admin'] },
  });
  const account = { streamId: `user-${String(userId)}`, version: 3 };
  const ada: TestCaller = { ...acme.caller('agent', 'admin'), subject: String(userId), account };
  expect(await statuses(ada)).toEqual(everywhere(200));
  const streams = await watchAll(ada);
  const path = `/identity/v1/people/${String(userId)}`;
  await product.host.call(`${path}/roles/admin`, { as: acme.caller('admin'), method: 'DELETE' });
  await allEnd(streams);
  expect(await statuses(ada)).toEqual(serviceNames.map((name) => (name === 'identity' ? 403 : 200)));
  await product.host.call(path, { as: acme.caller('admin'), method: 'DELETE' });
  await until('nobody lets her in', async () => (await statuses(ada)).every((status) => status === 401), 5_000);
}, 60_000);
