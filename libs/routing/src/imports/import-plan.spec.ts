import { planImport } from '@guichet/service';
import { routingRules } from './import-rules.js';

const ticketId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0001';
const otherId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0002';
const eventId = (n: number) => `8a3c1c02-55c8-4f0e-9d0e-00000000000${n}`;
const at = '2016-02-29T01:16:00Z';
const queued = { id: eventId(1), type: 'TicketQueued', data: { ticketId, departmentId: null, priority: 'P3', at } };
const assigned = {
  id: eventId(2),
  type: 'TicketAssigned',
  data: { agentId: 'Resolver 89', departmentId: 'Group 56', at },
  actor: { kind: 'agent', id: 'Resolver 89' },
};
const note = {
  id: eventId(3),
  type: 'InternalNoteAdded',
  data: { noteId: eventId(3), agentId: 'Resolver 89', body: 'Called', at },
};
const plan = (...streams: unknown[]) => planImport(routingRules, 'uci498', streams, Date.parse('2026-01-01T00:00:00Z'));
const utc = '2016-02-29T01:16:00.000Z';

it('takes a good stream: times in milliseconds, the ticket filled in, the import as actor where none is named', () =>
  expect(plan({ ticketId, events: [queued, assigned, note] })).toEqual({
    streams: [
      {
        ticketId,
        events: [
          { ...queued, data: { ...queued.data, at: utc }, actor: { kind: 'import', id: 'uci498' } },
          { ...assigned, data: { ticketId, ...assigned.data, at: utc } },
          { ...note, data: { ticketId, ...note.data, at: utc }, actor: { kind: 'import', id: 'uci498' } },
        ],
      },
    ],
    rejected: [],
  }));

it.each([
  ['invalid-ticket-id', 0, { ticketId: 'INC45', events: [queued] }],
  ['invalid-ticket-id', 0, null],
  ['invalid-ticket-id', 0, 'INC45'],
  ['unknown-field', 0, { ticketId, events: [queued], tickets: 1 }],
  ['no-events', 0, { ticketId, events: [] }],
  ['no-events', 0, { ticketId, events: { ...queued } }],
  ['unknown-field', 1, { ticketId, events: [queued, { ...assigned, at }] }],
  ['invalid-event-id', 0, { ticketId, events: [{ ...queued, id: 7 }] }],
  ['invalid-event-id', 1, { ticketId, events: [queued, null] }],
  ['event-id-repeated', 1, { ticketId, events: [queued, { ...assigned, id: queued.id }] }],
  ['invalid-type', 0, { ticketId, events: [{ ...queued, type: undefined }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...queued, type: 'TicketOpened' }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...queued, type: 'HandlingWithdrawn' }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...queued, type: 'constructor' }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...queued, data: { ...queued.data, at: '29/02/2016' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...queued, data: { ...queued.data, at: '1899-12-31T23:59:59Z' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...queued, data: { ...queued.data, at: '2026-01-01T00:05:01Z' } }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...queued, data: undefined }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...note, data: { ...note.data, noteId: undefined } }] }],
  [
    'invalid-data',
    0,
    { ticketId, events: [{ ...queued, type: 'DepartmentCreated', data: { departmentId: 'a', name: 'A', at } }] },
  ],
  ['unknown-field', 0, { ticketId, events: [{ ...queued, data: { ...queued.data, queue: 'x' } }] }],
  ['unknown-field', 0, { ticketId, events: [{ ...note, data: { ...note.data, replyId: eventId(4) } }] }],
  ['ticket-mismatch', 0, { ticketId: otherId, events: [queued] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...queued, actor: { kind: 'robot' } }] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...queued, actor: null }] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...queued, actor: { kind: 'agent', id: '' } }] }],
])('refuses with %s at %i', (code, index, stream) => {
  const { streams, rejected } = plan(stream);
  expect(streams).toEqual([]);
  expect(rejected).toMatchObject([{ index, code }]);
  expect(rejected[0]?.detail).not.toBe('');
});

it('names the field of a note that is missing', () => {
  const { rejected } = plan({ ticketId, events: [{ ...note, data: { ...note.data, noteId: undefined } }] });
  expect(rejected[0]?.detail).toContain('/noteId');
});

it('lets one bad stream stop no other, and names every bad event of it', () => {
  const bad = { ticketId: otherId, events: [{ ...note, id: 'x' }, note, { ...assigned, type: 'Nap', id: eventId(4) }] };
  const { streams, rejected } = plan(bad, { ticketId, events: [queued] });
  expect(streams.map((stream) => stream.ticketId)).toEqual([ticketId]);
  expect(rejected).toMatchObject([
    { ticketId: otherId, index: 0 },
    { ticketId: otherId, index: 2 },
  ]);
});

it('refuses a ticket that comes twice', () =>
  expect(plan({ ticketId, events: [queued] }, { ticketId, events: [assigned] }).rejected).toMatchObject([
    { code: 'stream-repeated' },
  ]));
