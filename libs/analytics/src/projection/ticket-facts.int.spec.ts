import { applyAndSettle, type Projection, type RecordedEvent } from '@guichet/event-sourcing';
import { createTestDatabase, type TestDatabase, effort } from '@guichet/testing';
import fc from 'fast-check';
import pg from 'pg';
import { arrival, batches, interleaved, tickets } from '../../testing/arbitrary-tickets.js';
import { unpack } from '../cells/packed/index.js';
import { start, tenantId, ticketIdOf, TicketStory } from '../../testing/ticket-story.js';
import { segmentsCovering } from './covering-segments.js';
import { tables } from './tables.js';
import { type FiguresChange, ticketFactsProjection } from './ticket-facts.projection.js';

let database: TestDatabase;
let app: pg.Client;
const projection: Projection = ticketFactsProjection();

beforeAll(async () => {
  database = await createTestDatabase('facts');
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  for (const schema of ['read_model', 'read_model_next']) await createSchema(owner, schema);
  await owner.end();
  app = new pg.Client({ connectionString: database.appUrl, pipeline: true });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await database.drop();
});

/** As the framework does it: row-level security on every table, read and written by the application role. */
async function createSchema(owner: pg.Client, schema: string): Promise<void> {
  await owner.query(`create schema ${schema}; grant usage on schema ${schema} to "${database.name}_app"`);
  for (const statement of projection.ddl(schema)) await owner.query(statement);
  for (const table of tables) {
    await owner.query(`
      alter table ${schema}.${table} enable row level security;
      create policy tenant on ${schema}.${table} using (
        tenant_id::text = current_setting('guichet.tenant_id', true) or current_setting('guichet.tenant_id', true) = '*');
      grant select, insert, update, delete on ${schema}.${table} to "${database.name}_app"`);
  }
}

async function inTenant<T>(tenant: string, work: () => Promise<T>): Promise<T> {
  await app.query(`begin; set local guichet.tenant_id = '${tenant}'`);
  try {
    const result = await work();
    await app.query('commit');
    return result;
  } catch (error) {
    await app.query('rollback');
    throw error;
  }
}

async function apply(
  events: readonly RecordedEvent[],
  { schema = 'read_model', memory = new Map<string, unknown>() } = {},
): Promise<FiguresChange[]> {
  const place = { client: app, schema, log: 'received', memory };
  return (await inTenant('*', () => applyAndSettle(projection, events, place))) as FiguresChange[];
}

/** Every row of every table, as text, without what PostgreSQL made of it. */
const rowsOf = async (schema: string) =>
  inTenant('*', async () => {
    const contents: Record<string, unknown[]> = {};
    for (const table of tables) {
      const { rows } = await app.query<{ row: string }>(`select t::text as row from ${schema}.${table} t order by 1`);
      contents[table] = rows.map(({ row }) => row);
    }
    return contents;
  });
const empty = () =>
  inTenant('*', async () => {
    for (const schema of ['read_model', 'read_model_next']) {
      for (const table of tables) await app.query(`delete from ${schema}.${table}`);
    }
  });
const select = async <R extends pg.QueryResultRow>(text: string, values: unknown[] = [], tenant = tenantId) =>
  inTenant(tenant, async () => (await app.query<R>(text, values)).rows);

const minute = (n: number) => new Date(start + n * 60_000);
const one = () =>
  new TicketStory()
    .told('TicketOpened', 0, { tags: ['a "b"', 'c\\d,{}'] })
    .told('RequesterReplied', 3)
    .did('TicketQueued', 0)
    .did('TicketAssigned', 2, {}, 'ada')
    .did('TicketTransferred', 4)
    .did('ActivityLogged', 5, { seconds: 9 }, 'ada')
    .did('AgentReplied', 10, {}, 'ada')
    .did('TicketResolved', 30, {}, 'ada');

beforeEach(empty);

it('keeps a ticket’s fact in columns', async () => {
  const story = one();
  await apply([...story.intake, ...story.routing]);
  const [fact] = await select('select * from read_model.ticket_fact');
  expect(fact).toMatchObject({
    ticket_id: story.ticketId,
    number: 'GU-1001',
    opened_at: minute(0),
    tags: ['a "b"', 'c\\d,{}'],
    counted: true,
    status: 'resolved',
    department_id: 'technical',
    opening_department_id: 'billing',
    first_assigned_department_id: 'billing',
    first_assignment_seconds: '120',
    first_response_at: minute(10),
    first_response_department_id: 'technical',
    first_response_agent_id: 'ada',
    full_resolution_seconds: '1800',
    handle_seconds: '1680',
    handle_since: null,
    transfers: 1,
    requester_messages: 2,
    one_touch: true,
    activities: { call: { n: 1, seconds: 9 } },
    last_event_at: minute(30),
  });
  const moments = await select(
    'select kind, at, department_id, detail, n from read_model.ticket_moment order by at, kind',
  );
  expect(moments.map(({ kind, n }) => [kind, n])).toEqual([
    ['requester-message', 2],
    ['transfer', 1],
    ['activity', 1],
    ['agent-message', 1],
    ['resolution', 1],
  ]);
  expect(await select('select * from read_model.ticket_fact', [], ticketIdOf(3))).toEqual([]);
});

it('finds the backlog at an instant, and forgets what is merged away', async () => {
  const story = one();
  const other = new TicketStory(ticketIdOf(2)).told('TicketOpened', 20).did('TicketQueued', 20, { departmentId: null });
  await apply([...story.intake, ...story.routing, ...other.intake, ...other.routing]);
  const at = async (n: number) =>
    select<{ ticket_id: string; department_id: string }>(
      `select segment.ticket_id, segment.department_id
         from ${segmentsCovering('read_model.backlog_segment', '$1', '$2::timestamptz')} order by 1`,
      [tenantId, minute(n)],
    ).then((rows) => rows.map(({ ticket_id, department_id }) => [Number(ticket_id.slice(-2)), department_id]));
  expect(await at(-1)).toEqual([]);
  expect(await at(0)).toEqual([[1, 'billing']]);
  expect(await at(4)).toEqual([[1, 'technical']]);
  expect(await at(29)).toEqual([
    [1, 'technical'],
    [2, ''],
  ]);
  expect(await at(30)).toEqual([[2, '']]);
  expect(await at(60 * 24 * 4000)).toEqual([[2, '']]);
  story.told('TicketMerged', 40);
  const [change] = await apply(story.intake.slice(-1));
  expect(await at(29)).toEqual([[2, '']]);
  expect(change).toMatchObject({ tenantId, ticketIds: [story.ticketId] });
  expect(change?.metrics).toEqual(expect.arrayContaining(['tickets', 'firstResponse', 'resolutions', 'backlogEnds']));
  expect(change?.metrics).not.toContain('opened');
  const cells = await select<{ counts: Buffer }>(
    'select counts from read_model.cell_day where cuboid = 0 and counts is not null',
  );
  expect(cells).toHaveLength(1);
  const cell = unpack(cells[0]?.counts ?? Buffer.of());
  expect([cell.get('opened', 'opening')?.n, cell.get('tickets', 'opening')?.n]).toEqual([2, 1]);
  expect(await select(`select dim1 from read_model.cell_hour where cuboid = 3 and dim1 <> ''`)).toEqual([]);
});

it('takes a reopening told before the closing it follows, at the instant of a transfer', async () => {
  const story = new TicketStory()
    .told('TicketOpened', 0)
    .told('TicketClosedByRequester', 44)
    .told('TicketReopenedByRequester', 43)
    .did('TicketTransferred', 43);
  await apply([...story.intake, ...story.routing]);
  const starts = await select('select from_at from read_model.backlog_segment order by 1');
  expect(starts).toEqual([0, 43, 44].map((n) => ({ from_at: minute(n) })));
});

it('knows the names of departments and agents', async () => {
  const story = one();
  const [first] = story.routing;
  const named = (type: string, data: object): RecordedEvent => ({ ...(first as RecordedEvent), type, data });
  await apply([
    named('DepartmentCreated', { departmentId: 'billing', name: 'Biling' }),
    named('DepartmentRenamed', { departmentId: 'billing', name: 'Billing' }),
    named('AgentRegistered', { agentId: 'ada', name: 'Ada', departmentIds: [] }),
    named('AgentDepartmentsChanged', { agentId: 'ada', departmentIds: ['billing'] }),
  ]);
  expect(await select('select department_id, name from read_model.department_directory')).toEqual([
    { department_id: 'billing', name: 'Billing' },
  ]);
  expect(await select('select agent_id, name, department_ids from read_model.agent_directory')).toEqual([
    { agent_id: 'ada', name: 'Ada', department_ids: ['billing'] },
  ]);
});

it('passes over types it does not know, and refuses records that nobody could read', async () => {
  const [event] = one().intake as [RecordedEvent];
  expect(await apply([{ ...event, type: 'TicketSentToTheMoon' }])).toEqual([]);
  await expect(apply([{ ...event, type: 'Unreadable' }])).rejects.toThrow('could not be read');
  await expect(apply([{ ...event, schemaVersion: 2 }])).rejects.toThrow('version 2');
});

it(
  'writes equal tables however events arrive and batches are cut, with memory and without',
  () =>
    fc.assert(
      fc
        .asyncProperty(tickets, arrival, async (stories, { choices, sizes }) => {
          const streams = stories.flatMap(({ intake, routing }) => [intake, routing]);
          const memory = new Map<string, unknown>();
          for (const [turn, batch] of batches(interleaved(streams, choices), sizes).entries()) {
            if (turn % 3 === 2) memory.clear();
            await apply(batch, { memory });
          }
          await apply(streams.flat(), { schema: 'read_model_next' });
          expect(await rowsOf('read_model')).toEqual(await rowsOf('read_model_next'));
        })
        .afterEach(empty),
      { numRuns: effort(25, 1000) },
    ),
  effort(120_000, 1_800_000),
);
