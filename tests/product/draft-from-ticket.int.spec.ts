/** An article that is made of a ticket's answer: only of a ticket that its author may see. */
import { randomUUID } from 'node:crypto';
import type { TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { asAdmin } from './tenancy/footprint.js';
import { Tenant } from './tenancy/tenant.js';
import { startWholeProduct, type WholeProduct } from './tenancy/whole-product.js';

let product: WholeProduct;
let tenant: Tenant;
let rival: Tenant;
let ticketId: string;
const bea = (): TestCaller => ({ ...tenant.caller('agent', 'author'), subject: 'bea' });
const text = { title: 'Get a refund', body: 'Write to us.' };
const begin = (body: object, as = bea()) => product.host.call('/knowledge/v1/articles', { as, body });
const isHeardOf = async (id: string) => (await begin({ ticketId: id }, tenant.caller('admin'))).status === 201;

async function open(departmentId?: string): Promise<string> {
  const body = { subject: `About ${randomUUID()}`, body: 'Please help.', channel: 'portal', departmentId };
  const { ticketId: id } = await tenant.post('/intake/v1/tickets', body);
  await until('the knowledge base to have heard of the ticket', () => isHeardOf(String(id)));
  return String(id);
}

beforeAll(async () => {
  product = await startWholeProduct();
  [tenant, rival] = [await Tenant.create(product, 'acme'), await Tenant.create(product, 'rival')];
  for (const departmentId of ['billing', 'technical'])
    await tenant.post('/routing/v1/departments', { departmentId, name: departmentId });
  await tenant.post('/routing/v1/agents', { agentId: 'bea', name: 'Bea', departmentIds: ['technical'] });
  ticketId = await open();
}, 120_000);
afterAll(() => product.stop());

it('is linked to the ticket, for those who write', async () => {
  const { status, body } = await begin({ ticketId, text });
  const { articleId } = body as { articleId: string };
  expect([status, body]).toEqual([201, expect.objectContaining({ textVersion: 1, version: 1 })]);
  const read = (path: string, as = bea()) => product.host.call(`/knowledge/v1/articles/${articleId}${path}`, { as });
  await until('the article', async () => (await read('/texts')).status === 200);
  expect((await read('/texts')).body).toMatchObject({ ticketId, texts: [{ locale: 'en', draft: 1 }] });
  expect((await read('/texts/en/draft')).body).toMatchObject(text);
  await tenant.post(`/knowledge/v1/articles/${articleId}/texts/en/publications`, { revision: 1 });
  await until('the publication', async () => (await read('', tenant.caller('reader'))).status === 200);
  expect(JSON.stringify((await read('', tenant.caller('reader'))).body)).not.toContain(ticketId);
}, 90_000); // the first text of a process waits for the thread that reads texts

it.each([
  ['of nobody', () => randomUUID(), bea],
  ['of another tenant', () => ticketId, () => rival.caller('admin')],
  ['for an author who does not work on tickets', () => ticketId, () => tenant.caller('author')],
])('is not made of a ticket %s', async (_, id, as) => {
  expect(await begin({ ticketId: id() }, as())).toMatchObject({ status: 422, body: { code: 'unknown-ticket' } });
});

it('is saved only once what looks like data of people is acknowledged', async () => {
  const body = 'Write to jane@firma.pl, call +48 601 234 567 or pay to PL61109010140000071219812874.';
  const refused = await begin({ ticketId, text: { ...text, body } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'personal-data-found', details: { total: 3 } } });
  const { found } = (
    refused.body as { details: { found: { kind: string; path: string; from: number; to: number; text: string }[] } }
  ).details;
  expect(found.map(({ kind, path }) => [kind, path])).toEqual([
    ['email', 'body'],
    ['phone', 'body'],
    ['iban', 'body'],
  ]);
  for (const one of found) expect(body.slice(one.from, one.to)).toBe(one.text);
  const acknowledged = found.map((one) => one.text);
  expect((await begin({ ticketId, text: { ...text, body, acknowledged: acknowledged.slice(1) } })).status).toBe(422);
  const begun = await begin({ ticketId, text: { ...text, body, acknowledged } });
  expect(begun.status).toBe(201);
  // And again with every save.
  const draft = `/knowledge/v1/articles/${(begun.body as { articleId: string }).articleId}/texts/en/draft`;
  const save = (more: object) =>
    product.host.call(draft, {
      ...{
        as: bea(),
        method: 'PUT',
        headers: { 'if-match': '"1"' },
        body: { title: 'T', body: `${body} Now.`, ...more },
      },
    });
  expect(await save({})).toMatchObject({ status: 422, body: { code: 'personal-data-found' } });
  expect((await save({ acknowledged })).status).toBe(200);
});

it('comes into being once, with its draft, however often the request comes', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const ask = () => product.host.call('/knowledge/v1/articles', { as: bea(), headers, body: { ticketId, text } });
  const [first, second] = [await ask(), await ask()];
  expect(first.status).toBe(201);
  expect(second.body).toEqual(first.body);
});

it('needs nothing of what was said on the ticket, and knowledge keeps nothing of it', async () => {
  const open = async () => {
    const body = { subject: 'A word', body: 'Please help.', channel: 'portal' };
    return String((await tenant.post('/intake/v1/tickets', body))['ticketId']);
  };
  const id = await open();
  const ask = (path: string, body: object, as: TestCaller) => product.host.call(path, { as, body });
  const admin = tenant.caller('admin');
  await until('routing to have heard of it', async () => {
    return (await product.host.call(`/routing/v1/tickets/${id}`, { as: admin })).status === 200;
  });
  const replies = [`/intake/v1/tickets/${id}/replies`, `/routing/v1/tickets/${id}/replies`];
  for (const path of replies) expect((await ask(path, { body: 'Nobody repeats this.' }, admin)).status).toBe(201);
  // Each source is heard in its order: what comes after the replies is there.
  await ask('/routing/v1/agents', { agentId: 'later', name: 'Later', departmentIds: [] }, admin);
  const next = await open();
  const kept = (about: string) =>
    asAdmin(product.databases.knowledge, async (client) => {
      const text = `select type from received_log where tenant_id = $1 and data::text like $2 order by position`;
      const { rows } = await client.query<{ type: string }>(text, [tenant.tenantId, `%${about}%`]);
      return rows.map(({ type }) => type);
    });
  await until('all to be received', async () => (await kept(next)).length > 1 && (await kept('Later')).length > 0);
  expect(await kept('Nobody repeats this.')).toEqual([]);
  expect((await kept(id)).sort()).toEqual(['TicketOpened', 'TicketQueued']);
});

it('is not made of a ticket of a department that its author does not work for, where those are closed', async () => {
  const [theirs, others] = [await open('technical'), await open('billing')];
  await until('routing to have queued it', async () => {
    const { body } = await product.host.call(`/routing/v1/tickets/${others}`, { as: bea() });
    return (body as { departmentId?: string }).departmentId === 'billing';
  });
  expect((await begin({ ticketId: others })).status).toBe(201);
  await tenant.post('/routing/v1/desk/department-scope', { scope: 'members' });
  await until('the rule', async () => (await begin({ ticketId: others })).status === 403);
  expect(await begin({ ticketId: others })).toMatchObject({ status: 403, body: { code: 'not-your-department' } });
  expect((await begin({ ticketId: theirs })).status).toBe(201);
});
