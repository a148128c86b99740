/** Tickets that were opened before there was a department for them. */
import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import pg from 'pg';
import { type Routing, startRouting } from '../testing/routing-host.js';

let routing: Routing;
let database: pg.Client;
beforeAll(async () => {
  routing = await startRouting();
  database = new pg.Client({ connectionString: routing.adminUrl });
  await database.connect();
}, 60_000);
afterAll(async () => {
  await database.end();
  await routing.stop();
});

/** A tenant that has no department yet. */
function newTenant() {
  const tenantId = randomUUID();
  const as = { ...routing.supervisor, tenantId };
  const importer = { tenantId, roles: ['importer'] as const, subject: 'importer' };
  const call = (path: string, body?: object) => routing.call(path, { as, ...(body && { body }) });
  const open = async (at: string, more: object = {}) => {
    const ticketId = randomUUID();
    const position = await routing.intake.open(ticketId, { at, ...more }, { tenantId });
    const headers = { 'guichet-after': `intake=${position}` };
    const { status, body } = await routing.call(`/tickets/${ticketId}`, { as, headers });
    expect({ status, body }).toMatchObject({ status: 200, body: { departmentId: null } });
    return ticketId;
  };
  const departmentOf = async (ticketId: string) =>
    ((await call(`/tickets/${ticketId}`)).body as { departmentId: string | null }).departmentId;
  const isIn = (departmentId: string, ...ticketIds: string[]) =>
    until(`the tickets to be in ${departmentId}`, async () => {
      const departments = await Promise.all(ticketIds.map(departmentOf));
      return departments.every((one) => one === departmentId) || undefined;
    });
  const create = async (departmentId: string) =>
    expect(await call('/departments', { departmentId, name: departmentId })).toMatchObject({ status: 201 });
  /** Ids of the tickets that were transferred, in the order of the log. */
  const transferred = async () => {
    const { rows } = await database.query<{ ticket_id: string }>(
      `select substr(stream_id, 10) as ticket_id from event_log
        where tenant_id = $1 and type = 'TicketTransferred' order by position`,
      [tenantId],
    );
    return rows.map(({ ticket_id }) => ticket_id);
  };
  return { tenantId, as, importer, call, open, departmentOf, isIn, create, transferred };
}
const minute = (n: number) => new Date(Date.UTC(2026, 2, 2, 9, n)).toISOString();

it('are listed in a queue of their own, with their place in it, and can be taken and transferred by hand', async () => {
  const { call, open, create, isIn, as } = newTenant();
  const [second, first, third] = [await open(minute(2)), await open(minute(1)), await open(minute(3))];
  const queue = (await call('/departments/none/queue')).body;
  expect(queue).toMatchObject({
    items: [
      { ticketId: first, queuedAt: minute(1), position: 1 },
      { ticketId: second, queuedAt: minute(2), position: 2 },
      { ticketId: third, queuedAt: minute(3), position: 3 },
    ],
    counts: { waiting: 3, assigned: 0, paused: 0 },
  });
  const pageOf = (cursor = '') => call(`/departments/none/queue?limit=2${cursor}`);
  const { nextCursor } = (await pageOf()).body as { nextCursor: string };
  expect((await pageOf(`&cursor=${nextCursor}`)).body).toMatchObject({ items: [{ ticketId: third, position: 3 }] });
  expect((await call('/queues')).body).toMatchObject({
    items: [{ departmentId: null, waiting: 3, oldestQueuedAt: minute(1) }],
    nextCursor: null,
  });
  const agent = { ...as, roles: ['agent'] as const, subject: 'ada', name: 'Ada' };
  expect((await routing.call(`/tickets/${third}/claim`, { as: agent, method: 'POST' })).status).toBe(200);
  await create('desk');
  await isIn('desk', first, second, third);
  await create('sales');
  const body = { toDepartmentId: 'sales', reason: 'theirs' };
  expect((await routing.call(`/tickets/${first}/transfers`, { as: agent, body })).status).toBe(200);
});

it('go to the first department in the order in which they have waited', async () => {
  const { open, create, isIn, transferred } = newTenant();
  const minutes = [4, 9, 1, 7, 3, 8, 2, 6, 5, 0];
  const opened = new Map<number, string>();
  for (const n of minutes) opened.set(n, await open(minute(n)));
  await create('desk');
  await isIn('desk', ...opened.values());
  expect(await transferred()).toEqual(minutes.toSorted().map((n) => opened.get(n)));
});

it('go to it also where the list of departments lags behind the log', async () => {
  const { open, create, isIn } = newTenant();
  const ticketId = await open(minute(1));
  const other = new pg.Client({ connectionString: routing.adminUrl });
  await other.connect();
  try {
    // It can be read as it is, and not written.
    await other.query('begin; lock table read_model.department in share row exclusive mode');
    await create('desk');
    const head = 'select max(position)::int as head from event_log';
    const reached = `select from checkpoint where consumer = 'projection/ticket' and log = 'own' and position >= $1`;
    const [{ head: position }] = (await database.query<{ head: number }>(head)).rows as [{ head: number }];
    await until('the tickets to be known', async () => (await database.query(reached, [position])).rowCount);
    await new Promise((passed) => setTimeout(passed, 300));
  } finally {
    await other.end();
  }
  await isIn('desk', ticketId);
}, 30_000);

it('go to a department that an import brings; imported tickets stay where the import has put them', async () => {
  const { call, open, isIn, departmentOf, importer, as } = newTenant();
  const waiting = await open(minute(1));
  const imported = randomUUID();
  const data = { ticketId: imported, departmentId: null, priority: 'normal', at: minute(0) };
  const events = [{ id: randomUUID(), type: 'TicketQueued', data }];
  const body = { source: 'old', streams: [{ ticketId: imported, events }] };
  const answer = await routing.call('/imports', { as: importer, body });
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  const departments = [{ departmentId: 'desk', name: 'Desk' }];
  const brought = await routing.call('/imports', { as: importer, body: { source: 'old', streams: [], departments } });
  expect(brought.status).toBe(200);
  await isIn('desk', waiting);
  const headers = { 'guichet-after': brought.headers.get('guichet-position')! };
  await routing.call('/queues', { as, headers });
  expect(await departmentOf(imported)).toBeNull();
  expect((await call('/departments/none/queue')).body).toMatchObject({ counts: { waiting: 1 } });
});

it('are moved once each, though the database goes away again and again meanwhile', async () => {
  const { tenantId, create, transferred } = newTenant();
  const ticketIds = Array.from({ length: 450 }, () => randomUUID());
  for (const ticketId of ticketIds) await routing.intake.open(ticketId, { at: minute(1) }, { tenantId });
  const waits = `select waiting::int from read_model.queue_count where tenant_id = $1 and queue = ''`;
  const waiting = async () => (await database.query<{ waiting: number }>(waits, [tenantId])).rows[0]?.waiting ?? 0;
  await until('all to wait', async () => (await waiting()) === ticketIds.length, 30_000);
  await create('desk');
  for (let cut = 1; cut <= 3; cut += 1) {
    await until('some to be moved', async () => (await transferred()).length > cut * 50, 30_000);
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }
  await until('all to be moved', async () => (await waiting()) === 0, 60_000);
  expect((await transferred()).toSorted()).toEqual(ticketIds.toSorted());
}, 120_000);

it('are counted for whoever watches the product', async () => {
  const { open, create, isIn } = newTenant();
  const count = async () => {
    const text = (await routing.host.call('/metrics')).body as string;
    return Number(/^guichet_unrouted_tickets\{service="routing"\} (\d+)$/m.exec(text)?.[1]);
  };
  const before = await count();
  const ticketId = await open(minute(1));
  expect(await count()).toBe(before + 1);
  await create('desk');
  await isIn('desk', ticketId);
  expect(await count()).toBe(before);
});
