import { randomUUID } from 'node:crypto';
import { ProjectionAdmin, createPool } from '@guichet/event-sourcing';
import { type Routing, startRouting } from '../testing/routing-host.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

describe('departments and agents', () => {
  it('are listed in the order they came, by pages, and read one by one', async () => {
    const { supervisor } = routing;
    const body = { agentId: 'bea', name: 'Bea', departmentIds: ['billing'] };
    const registered = await routing.call('/agents', { as: supervisor, body });
    expect(registered).toMatchObject({ status: 201, body: { agentId: 'bea', version: 1 } });
    expect(await routing.call('/agents', { as: supervisor, body })).toMatchObject({
      status: 201,
      body: { version: 1 },
    });
    const renamed = await routing.call('/departments/technical/rename', { as: supervisor, body: { name: 'IT' } });
    expect(renamed).toMatchObject({ status: 200, body: { departmentId: 'technical', name: 'IT', version: 2 } });
    const moved = await routing.call('/agents/bea/departments', {
      as: supervisor,
      body: { departmentIds: ['technical'] },
    });
    expect(moved).toMatchObject({ status: 200, body: { version: 2 } });

    const headers = { 'guichet-after': moved.headers.get('guichet-position')! };
    const first = await routing.call('/departments?limit=1', { as: supervisor, headers });
    expect(first.body).toMatchObject({ items: [{ departmentId: 'billing', name: 'Billing' }] });
    const { nextCursor } = first.body as { nextCursor: string };
    const second = await routing.call(`/departments?limit=1&cursor=${nextCursor}`, { as: supervisor });
    expect(second.body).toEqual({
      items: [{ departmentId: 'technical', name: 'IT', successorId: null, version: 2 }],
      nextCursor: null,
    });
    expect((await routing.call('/agents?department=technical', { as: supervisor })).body).toMatchObject({
      items: [{ agentId: 'bea', name: 'Bea', departmentIds: ['technical'] }],
    });
    expect((await routing.call('/agents?department=billing', { as: supervisor })).body).toMatchObject({ items: [] });
    const one = await routing.call('/agents/bea', { as: supervisor, headers });
    expect(one.headers.get('etag')).toBe('"2"');
  });

  it.each<[string, object, number, string]>([
    ['/departments', { name: 'Again', departmentId: 'billing' }, 409, 'department-exists'],
    ['/departments', { name: 'None', departmentId: 'none' }, 400, 'invalid-request'],
    ['/departments', { name: 'Slash', departmentId: 'a/b' }, 400, 'invalid-request'],
    ['/departments', { name: '' }, 400, 'invalid-request'],
    ['/departments', { name: 'A', colour: 'red' }, 400, 'invalid-request'],
    ['/departments/nowhere/rename', { name: 'A' }, 404, 'unknown-department'],
    ['/agents', { agentId: 'cy', name: 'Cy', departmentIds: ['nowhere'] }, 422, 'unknown-department'],
    ['/agents', { agentId: 'me', name: 'Me', departmentIds: [] }, 400, 'invalid-request'],
    ['/agents/nobody/departments', { departmentIds: [] }, 404, 'unknown-agent'],
  ])('%s with %j: %i %s', async (path, body, status, code) =>
    expect(await routing.call(path, { as: routing.supervisor, body })).toMatchObject({ status, body: { code } }),
  );

  it.each([
    ['/departments/nowhere', 'unknown-department'],
    ['/agents/nobody', 'unknown-agent'],
  ])('%s is not there', async (path, code) =>
    expect(await routing.call(path, { as: routing.amir })).toMatchObject({ status: 404, body: { code } }),
  );
});

it('lists an agent’s own tickets, newest first, by pages', async () => {
  const as = { ...routing.amir, subject: 'dan', name: 'Dan' };
  const mine: string[] = [];
  let position = '';
  for (let i = 1; i <= 3; i += 1) {
    const ticketId = randomUUID();
    const opened = await routing.intake.open(ticketId, { at: `2026-03-0${i}T09:00:00.000Z` });
    await routing.call(`/tickets/${ticketId}`, { as, headers: { 'guichet-after': `intake=${opened}` } });
    const claimed = await routing.call(`/tickets/${ticketId}/claim`, { as, method: 'POST' });
    position = claimed.headers.get('guichet-position')!;
    mine.unshift(ticketId);
  }
  const list = async (query: string) =>
    (await routing.call(`/agents/me/tickets${query}`, { as, headers: { 'guichet-after': position } })).body as {
      items: { ticketId: string }[];
      nextCursor: string | null;
    };
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map(({ ticketId }) => ticketId)).toEqual(mine);
  expect(second.nextCursor).toBeNull();
  const resolved = await routing.call(`/tickets/${mine[0]}/resolve`, { as, body: {} });
  position = resolved.headers.get('guichet-position')!;
  expect((await list('?state=open')).items.map(({ ticketId }) => ticketId)).toEqual(mine.slice(1));
  expect((await list('?state=done')).items.map(({ ticketId }) => ticketId)).toEqual(mine.slice(0, 1));
  expect((await list('?state=all')).items).toHaveLength(3);
});

it('has read models that equal a fold from zero', async () => {
  await routing.queued();
  const admin = routing.host.host.app.get(ProjectionAdmin, { strict: false });
  for (const name of ['ticket', 'department', 'agent']) {
    expect(await admin.verify(name)).toMatchObject({ equal: true });
  }
  expect(await admin.parked()).toEqual([]);
}, 60_000);

it('shows the service’s role no row without a tenant', async () => {
  await routing.queued();
  const pool = createPool({ url: routing.appUrl });
  for (const table of ['ticket', 'department', 'agent', 'ticket_text', 'ticket_posting']) {
    expect((await pool.query(`select 1 from read_model.${table}`)).rowCount).toBe(0);
  }
  await pool.end();
});

describe('OpenAPI', () => {
  type Operation = { summary?: string; responses: Record<string, { content?: object; description?: string }> };
  const operations = async () => {
    const { body } = await routing.host.call('/routing/openapi.json');
    const { paths } = body as { paths: Record<string, Record<string, Operation>> };
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
    );
  };

  it('documents every operation with its answer and its problems', async () => {
    const all = (await operations()).filter(({ name }) => !name.includes('/operations/'));
    expect(all.length).toBeGreaterThanOrEqual(30);
    for (const { name, method, operation } of all) {
      const { summary, responses } = operation;
      expect([name, summary]).toEqual([name, expect.stringMatching(/\w/)]);
      const good = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect([name, good.length]).toEqual([name, 1]);
      expect([name, responses[good[0]!]!.content]).toEqual([name, expect.anything()]);
      const needed = ['400', '401', '403', ...(method === 'post' && !name.endsWith('/imports') ? ['409', '412'] : [])];
      expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(needed)]);
      for (const status of Object.keys(responses).filter((code) => /^[45]/.test(code))) {
        expect(responses[status]!.content).toHaveProperty(['application/problem+json']);
      }
    }
  });
});
