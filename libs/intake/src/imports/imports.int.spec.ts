import { randomUUID } from 'node:crypto';
import { uuid5 } from '@guichet/event-sourcing';
import type { TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import pg from 'pg';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

let intake: TestIntake;
beforeAll(async () => {
  intake = await startTestIntake();
});
afterAll(() => intake.stop());

const at = '2016-02-29T01:16:00.000Z';

/** A ticket of another system: opened, then `replies` times replied to, with the same ids whenever it is made. */
function history(tenantId: string, key: string, replies = 1, opening: object = {}) {
  const ticketId = uuid5(tenantId, key);
  const id = (index: number) => uuid5(ticketId, String(index));
  const actor = { kind: 'requester', id: 'Caller 2403' };
  const data = {
    ticketId,
    number: key,
    requesterId: 'Caller 2403',
    subject: `Incident ${key}`,
    channel: 'phone',
    device: 'unknown',
    locale: 'und',
    at,
    ...opening,
  };
  return {
    ticketId,
    events: [
      { id: id(0), type: 'TicketOpened', data, actor },
      ...Array.from({ length: replies }, (_, i) => ({
        id: id(i + 1),
        type: 'RequesterReplied',
        data: { ticketId, replyId: id(1000 + i), body: `Reply ${i}`, at },
        actor,
      })),
    ],
  };
}

const bring = (as: TestCaller, ...streams: unknown[]) =>
  intake.host.call('/intake/v1/imports', { as, body: { source: 'uci498', streams } });
const read = (as: TestCaller, ticketId: string, position: number) =>
  intake.host.call(`/intake/v1/tickets/${ticketId}?after=intake=${position}`, { as });
const positionOf = ({ body }: { body: unknown }) => (body as { position: number }).position;

it('brings tickets in with their times, and tells of them as imported', async () => {
  const { tenantId, importer, amir } = people();
  const stream = history(tenantId, 'INC0000045', 2);
  const answer = await bring(importer, stream);
  expect(answer).toMatchObject({ status: 200, body: { accepted: 3, skipped: 0, rejected: [] } });
  expect(answer.headers.get('guichet-position')).toBe(`intake=${positionOf(answer)}`);
  const shown = await read(amir, stream.ticketId, positionOf(answer));
  expect(shown.body).toMatchObject({
    number: 'INC0000045',
    openedAt: at,
    updatedAt: at,
    version: 3,
    imported: true,
    conversation: {
      items: [
        { body: 'Reply 0', at, author: { kind: 'requester', id: 'Caller 2403' }, imported: true },
        { body: 'Reply 1', imported: true },
      ],
    },
  });
});

it('changes nothing the second time, and goes on where it stopped', async () => {
  const { tenantId, importer } = people();
  const streams = [history(tenantId, 'A', 1), history(tenantId, 'B', 3)];
  await bring(importer, ...streams);
  expect((await bring(importer, ...streams)).body).toMatchObject({ accepted: 0, skipped: 6, rejected: [] });
  const longer = [history(tenantId, 'A', 2), history(tenantId, 'B', 3), history(tenantId, 'C', 0)];
  expect((await bring(importer, ...longer)).body).toMatchObject({ accepted: 2, skipped: 6, rejected: [] });
  const tail = { ...history(tenantId, 'C', 4), events: history(tenantId, 'C', 4).events.slice(3) };
  expect((await bring(importer, tail)).body).toMatchObject({ accepted: 2, skipped: 0, rejected: [] });
});

it('stores every event once when two importers bring the same at once', async () => {
  const { tenantId, importer, amir } = people();
  const streams = Array.from({ length: 20 }, (_, i) => history(tenantId, `T${i}`, 4));
  const answers = await Promise.all([
    bring(importer, ...streams),
    bring(importer, ...streams),
    bring(importer, ...streams),
  ]);
  for (const { body } of answers) expect(body).toMatchObject({ rejected: [] });
  const [first] = streams;
  const shown = await read(amir, first?.ticketId ?? '', Math.max(...answers.map(positionOf)));
  expect(shown.body).toMatchObject({ version: 5 });
});

it('keeps runs of different actors in order', async () => {
  const { tenantId, importer, amir } = people();
  const stream = history(tenantId, 'S', 1);
  const spam = {
    id: uuid5(stream.ticketId, 'spam'),
    type: 'TicketMarkedSpam',
    data: { ticketId: stream.ticketId, at },
    actor: { kind: 'agent', id: 'Resolver 89' },
  };
  const answer = await bring(importer, { ...stream, events: [...stream.events, spam] });
  expect(answer.body).toMatchObject({ accepted: 3 });
  expect((await read(amir, stream.ticketId, positionOf(answer))).body).toMatchObject({ status: 'spam', version: 3 });
  expect((await bring(importer, { ...stream, events: [...stream.events, spam] })).body).toMatchObject({
    accepted: 0,
    skipped: 3,
  });
});

it('refuses a bad stream as a whole, and no other', async () => {
  const { tenantId, importer, amir } = people();
  const [good, bad] = [history(tenantId, 'good'), history(tenantId, 'bad', 2)];
  const broken = bad.events.map((event, i) =>
    i === 1 ? { ...event, data: { ...event.data, at: 'yesterday' } } : event,
  );
  const answer = await bring(importer, { ...bad, events: broken }, good);
  expect(answer.body).toMatchObject({
    accepted: 2,
    skipped: 0,
    rejected: [{ ticketId: bad.ticketId, index: 1, code: 'invalid-data', detail: expect.stringContaining('data/at') }],
  });
  expect((await read(amir, bad.ticketId, positionOf(answer))).status).toBe(404);
  expect((await bring(importer, bad)).body).toMatchObject({ accepted: 3, rejected: [] });
});

it('refuses ids that the tenant has elsewhere; another tenant’s are none of its business', async () => {
  const [mine, theirs] = [people(), people()];
  const original = history(mine.tenantId, 'X', 1);
  await bring(mine.importer, original);
  expect((await bring(theirs.importer, original)).body).toMatchObject({
    accepted: original.events.length,
    rejected: [],
  });
  const thief = history(mine.tenantId, 'Y', 1);
  const [opened, replied] = thief.events;
  const stolen = { ...thief, events: [{ ...opened, id: original.events[0]?.id }, replied] };
  expect((await bring(mine.importer, stolen)).body).toMatchObject({
    accepted: 0,
    rejected: [{ ticketId: thief.ticketId, index: 0, code: 'event-id-taken' }],
  });
  const one = { ...thief, events: [{ ...opened, id: original.events[1]?.id }] };
  expect((await bring(mine.importer, one)).body).toMatchObject({ accepted: 0, rejected: [{ code: 'event-id-taken' }] });
});

it('keeps the tenant’s own numbers ahead of imported ones', async () => {
  const { tenantId, importer, rita } = people();
  const open = () => intake.host.call('/intake/v1/tickets', { as: rita, body: { subject: randomUUID() } });
  expect((await open()).body).toMatchObject({ number: 'GU-1001' });
  await bring(importer, history(tenantId, 'GU-5000'), history(tenantId, 'GU-4999'), history(tenantId, 'INC99999'));
  expect((await open()).body).toMatchObject({ number: 'GU-5001' });
  await bring(importer, history(tenantId, 'GU-900'));
  expect((await open()).body).toMatchObject({ number: 'GU-5002' });
});

it('is for importers', async () => {
  const { tenantId, rita, amir } = people();
  for (const as of [rita, amir]) expect((await bring(as, history(tenantId, 'A'))).status).toBe(403);
});

it.each([
  ['no source', { streams: [{}] }, 'source'],
  ['no streams', { source: 'uci498' }, 'streams'],
  ['an empty list', { source: 'uci498', streams: [] }, 'streams'],
  ['an unknown field', { source: 'uci498', streams: [{}], departments: [] }, 'departments'],
  ['too many events', { source: 'uci498', streams: [{ events: Array(2001).fill(0) }] }, 'streams'],
])('refuses a request with %s', async (_, body, path) => {
  const { importer } = people();
  const answer = await intake.host.call('/intake/v1/imports', { as: importer, body });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
});

it('marks what it stores as imported in the log', async () => {
  const { tenantId, importer } = people();
  await bring(importer, history(tenantId, 'M', 0));
  const client = new pg.Client({ connectionString: intake.database.adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query('select metadata from event_log where tenant_id = $1', [tenantId]);
    expect(rows).toMatchObject([{ metadata: { imported: true, actor: { kind: 'requester', id: 'Caller 2403' } } }]);
  } finally {
    await client.end();
  }
});

it('takes many events in the time of one command', async () => {
  const { tenantId, importer, rita, amir } = people();
  const millisecondsOf = async (work: () => Promise<unknown>, times: number): Promise<number> => {
    const started = performance.now();
    for (let i = 0; i < times; i += 1) await work();
    return performance.now() - started;
  };
  const open = () => intake.host.call('/intake/v1/tickets', { as: rita, body: { subject: randomUUID() } });
  const perTicket = (await millisecondsOf(open, 50)) / 50;

  let request = 0;
  const bringThousand = async () => {
    request += 1;
    const streams = Array.from({ length: 250 }, (_, i) => history(tenantId, `R${request}-${i}`, 3));
    expect((await bring(importer, ...streams)).body).toMatchObject({ accepted: 1000 });
  };
  const perEvent = (await millisecondsOf(bringThousand, 10)) / 10_000;
  expect(perTicket / perEvent).toBeGreaterThan(5);
  await until('the view to catch up', async () => {
    const { body } = await intake.host.call('/intake/v1/tickets?number=R10-249', { as: amir });
    return (body as { items: unknown[] }).items.length === 1;
  });
});

it('keeps texts in the forms that live requests bring them to, and refuses what is refused of them', async () => {
  const { tenantId, importer, amir } = people();
  const spelled = {
    ...{ locale: 'FR-fr', requesterEmail: 'ada@xn--exmple-cua.de', subject: '  Cafe\u0301 ', requesterName: 'Ada ' },
    ...{ tags: ['Cafe\u0301'], departmentId: 'Cafe\u0301' },
  };
  const stream = history(tenantId, 'forms', 0, spelled);
  const answer = await bring(importer, stream);
  expect(answer.body).toMatchObject({ accepted: 1, rejected: [] });
  expect((await read(amir, stream.ticketId, positionOf(answer))).body).toMatchObject({
    ...{ locale: 'fr-FR', subject: 'Café', tags: ['Café'], departmentId: 'Café' },
    requester: { name: 'Ada', email: 'ada@exämple.de' },
  });
  const found = await intake.host.call('/intake/v1/tickets?locale=FR-fr', { as: amir });
  expect(found.body).toMatchObject({ items: [{ ticketId: stream.ticketId }] });
  const bad: readonly object[] = [
    ...[{ subject: '\u200b\u2800' }, { subject: 'one\r\ntwo' }, { requesterName: '\u0007x' }, { locale: 'fr_FR' }],
    ...[{ requesterEmail: 'nobody' }, { tags: ['urg\u200bent'] }, { requesterId: ' x' }, { channel: '\u3164' }],
    ...[{ number: '\u00ad' }, { departmentId: 'a\u202eb' }, { priority: ' ' }],
  ];
  for (const opening of bad) {
    const { body } = await bring(importer, history(tenantId, randomUUID(), 0, opening));
    expect([opening, body]).toMatchObject([opening, { accepted: 0, rejected: [{ index: 0, code: 'invalid-data' }] }]);
  }
});

it('adds nothing to a ticket that was opened here', async () => {
  const { tenantId, importer, rita } = people();
  const opened = await intake.host.call('/intake/v1/tickets', { as: rita, body: { subject: 'Mine' } });
  const { ticketId } = opened.body as { ticketId: string };
  for (const type of ['RequesterReplied', 'TicketClosedByRequester', 'TicketMarkedSpam', 'TicketReopenedByRequester']) {
    const data = { ticketId, at, ...(type === 'RequesterReplied' && { replyId: randomUUID(), body: 'Not mine' }) };
    const { body } = await bring(importer, { ticketId, events: [{ id: uuid5(tenantId, type), type, data }] });
    expect(body).toMatchObject({ accepted: 0, rejected: [{ ticketId, index: 0, code: 'ticket-not-imported' }] });
  }
});
