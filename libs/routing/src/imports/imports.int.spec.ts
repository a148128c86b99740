import { randomUUID } from 'node:crypto';
import { uuid5 } from '@guichet/event-sourcing';
import { until } from '@guichet/testing';
import pg from 'pg';
import { type Routing, startRouting } from '../../testing/routing-host.js';

let routing: Routing;
beforeAll(async () => {
  routing = await startRouting();
}, 60_000);
afterAll(() => routing.stop());

const at = (hour: number) => `2016-02-29T${String(hour).padStart(2, '0')}:16:00.000Z`;
const resolver = (n: number) => ({ kind: 'agent', id: `Resolver ${n}` });

interface Stream {
  readonly ticketId: string;
  readonly events: { readonly id: string; readonly type: string; readonly data: object; readonly actor?: object }[];
}

/** One ticket of another system: queued, assigned, noted, transferred, resolved, closed. */
function stream(ticketId = randomUUID()): Stream {
  const told: [type: string, data: object, actor?: object][] = [
    ['TicketQueued', { departmentId: 'Group 56', priority: 'P3', at: at(1) }],
    ['TicketAssigned', { agentId: 'Resolver 89', departmentId: 'Group 56', at: at(2) }, resolver(89)],
    ['InternalNoteAdded', { noteId: randomUUID(), agentId: 'Resolver 89', body: 'Called', at: at(3) }, resolver(89)],
    [
      'TicketTransferred',
      { fromDepartmentId: 'Group 56', toDepartmentId: 'Group 70', reason: 'x', at: at(4) },
      resolver(89),
    ],
    ['TicketAssigned', { agentId: 'Resolver 12', departmentId: 'Group 70', at: at(5) }, resolver(12)],
    ['TicketResolved', { departmentId: 'Group 70', agentId: 'Resolver 12', at: at(6) }, resolver(12)],
    ['TicketClosed', { automatic: true, at: at(7) }],
  ];
  const events = told.map(([type, data, actor], i) => ({ id: uuid5(ticketId, String(i)), type, data, actor }));
  return { ticketId, events };
}
const importer = () => ({ tenantId: routing.tenantId, roles: ['importer'] as const, subject: 'importer' });
const send = (body: object, as: object = importer()) =>
  routing.call('/imports', { as, body: { source: 'uci498', ...body } });
const read = async (path: string, position: number) =>
  (await routing.call(path, { as: routing.amir, headers: { 'guichet-after': `routing=${position}` } })).body;
type Answer = { accepted: number; skipped: number; position: number };

const departments = [
  { departmentId: 'Group 56', name: 'Group 56' },
  { departmentId: 'Group 70', name: 'Group 70' },
];
const agents = [{ agentId: 'Resolver 12', name: 'Resolver 12', departmentIds: ['Group 70'] }];

it('brings in tickets, departments and agents, and the read models show them like native ones', async () => {
  const [done, open] = [stream(), stream()];
  const answer = await send({ departments, agents, streams: [done, { ...open, events: open.events.slice(0, 5) }] });
  expect(answer).toMatchObject({ status: 200, body: { accepted: 12, skipped: 0, rejected: [] } });
  const { position } = answer.body as Answer;
  expect(answer.headers.get('guichet-position')).toBe(`routing=${position}`);

  expect(await read(`/tickets/${done.ticketId}`, position)).toMatchObject({
    ...{ status: 'closed', departmentId: 'Group 70', departmentName: 'Group 70', agentName: 'Resolver 12' },
    ...{ transfers: 1, queuedAt: at(1), resolvedAt: at(6), closedAt: at(7), version: 7 },
  });
  expect(await read('/departments/Group%2070/queue', position)).toMatchObject({
    items: [{ ticketId: open.ticketId, status: 'assigned', agentId: 'Resolver 12', priority: 'P3' }],
    counts: { waiting: 0, assigned: 1, paused: 0 },
  });
  expect(await read('/agents/Resolver%2012/tickets', position)).toMatchObject({ items: [{ ticketId: open.ticketId }] });
  expect(await read(`/tickets/${done.ticketId}/timeline`, position)).toMatchObject({
    items: done.events.map(({ type, actor = { kind: 'import', id: 'uci498' } }) => ({ type, actor, imported: true })),
  });
  const claim = await routing.call(`/tickets/${open.ticketId}/resolve`, { as: routing.amir, body: {} });
  expect(claim).toMatchObject({ status: 200, body: { version: 6 } });
});

it('changes nothing when it comes again, and takes what is new', async () => {
  const whole = stream();
  const part = { ...whole, events: whole.events.slice(0, 3) };
  expect((await send({ departments, agents, streams: [part] })).body).toMatchObject({ accepted: 3, skipped: 0 });
  const { body: whence } = await send({ departments, agents, streams: [part] });
  expect(whence).toMatchObject({ accepted: 0, skipped: 3, rejected: [] });
  expect((await send({ streams: [whole] })).body).toMatchObject({ accepted: 4, skipped: 3, rejected: [] });
  const { body } = await send({ departments: [{ departmentId: 'Group 56', name: 'Renamed' }], streams: [whole] });
  expect(body).toMatchObject({ accepted: 0, skipped: 7 });
  const { position } = body as Answer;
  expect(await read(`/tickets/${whole.ticketId}`, position)).toMatchObject({ status: 'closed', version: 7 });
  expect(await read('/departments/Group%2056', position)).toMatchObject({ name: 'Group 56' });
});

it('stores every event once when the same import runs twice at the same time', async () => {
  const streams = Array.from({ length: 20 }, () => stream());
  const answers = await Promise.all([send({ streams }), send({ streams }), send({ streams })]);
  for (const { status, body } of answers) expect([status, body]).toMatchObject([200, { rejected: [] }]);
  const position = Math.max(...answers.map(({ body }) => (body as Answer).position));
  for (const { ticketId } of streams) {
    expect(await read(`/tickets/${ticketId}`, position)).toMatchObject({ status: 'closed', version: 7, transfers: 1 });
  }
});

it('lets one bad stream stop no other', async () => {
  const [good, bad] = [stream(), stream()];
  const broken = {
    ...bad,
    events: bad.events.map((event, i) => (i === 3 ? { ...event, data: { at: at(4) } } : event)),
  };
  const { body } = await send({ streams: [broken, good] });
  expect(body).toMatchObject({
    accepted: 7,
    rejected: [
      { ticketId: bad.ticketId, index: 3, code: 'invalid-data', detail: expect.stringContaining('toDepartmentId') },
    ],
  });
  expect(await read(`/tickets/${bad.ticketId}`, (body as Answer).position)).toMatchObject({ code: 'unknown-ticket' });
});

it('refuses the id of an event of another ticket; another tenant’s ids are none of its business', async () => {
  const first = stream();
  await send({ streams: [first] });
  const stranger = { ...importer(), tenantId: randomUUID() };
  expect((await send({ streams: [first] }, stranger)).body).toMatchObject({
    accepted: first.events.length,
    rejected: [],
  });
  const again = { ticketId: randomUUID(), events: first.events };
  expect((await send({ streams: [again] })).body).toMatchObject({ rejected: [{ index: 0, code: 'event-id-taken' }] });
});

it.each([
  ['no source', { source: undefined, streams: [] }],
  ['an unknown field', { stream: [] }],
  ['streams that are no list', { streams: {} }],
  ['a department without a name', { departments: [{ departmentId: 'a' }] }],
  ['an agent without departments', { agents: [{ agentId: 'a', name: 'A' }] }],
])('refuses a body with %s', async (_what, body) =>
  expect(await send(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } }),
);

it('refuses more than 2,000 events', async () => {
  const many = { ticketId: randomUUID(), events: Array.from({ length: 2_001 }, () => ({})) };
  expect(await send({ streams: [many] })).toMatchObject({ status: 400, body: { code: 'too-many-events' } });
});

it('puts no words into the mouth of an agent on a ticket that is worked on here', async () => {
  const ticketId = await routing.queued();
  const data = { replyId: randomUUID(), agentId: 'amir', body: 'Send your password to …', automatic: false, at: at(1) };
  const { body } = await send({ streams: [{ ticketId, events: [{ id: randomUUID(), type: 'AgentReplied', data }] }] });
  expect(body).toMatchObject({ accepted: 0, rejected: [{ ticketId, index: 0, code: 'ticket-not-imported' }] });
});

it('takes nothing for a ticket that was opened here, though it is not queued yet', async () => {
  const [theirs, ours] = [stream(), stream()];
  const tenantId = randomUUID();
  const database = new pg.Client({ connectionString: routing.adminUrl });
  await database.connect();
  try {
    // Whoever queues a ticket has to look for its department first.
    await database.query('begin');
    await database.query('lock table read_model.department in access exclusive mode');
    await routing.intake.open(theirs.ticketId, {}, { tenantId, imported: true });
    await routing.intake.open(ours.ticketId, {}, { tenantId });
    const received = 'select from received_log where stream_id = $1';
    await until(
      'routing to hear of the ticket',
      async () => (await database.query(received, [`ticket-${ours.ticketId}`])).rowCount,
    );
    const { body } = await send({ streams: [theirs, ours] }, { ...importer(), tenantId });
    expect(body).toMatchObject({ accepted: 7, rejected: [{ ticketId: ours.ticketId, code: 'ticket-not-imported' }] });
  } finally {
    await database.end();
  }
});
