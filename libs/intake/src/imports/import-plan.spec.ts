import { planImport } from '@guichet/service';
import { highestOwnNumber, intakeRules } from './import-rules.js';

const ticketId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0001';
const otherId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0002';
const eventId = (n: number) => `8a3c1c02-55c8-4f0e-9d0e-00000000000${n}`;
const at = '2016-02-29T01:16:00Z';
const opening = {
  ticketId,
  number: 'INC0000045',
  requesterId: 'Caller 2403',
  subject: 'Incident',
  channel: 'phone',
  device: 'unknown',
  locale: 'und',
  at,
};
const opened = { id: eventId(1), type: 'TicketOpened', data: opening };
const replied = {
  id: eventId(2),
  type: 'RequesterReplied',
  data: { ticketId, replyId: otherId, body: 'Still broken', at },
  actor: { kind: 'requester', id: 'Caller 2403' },
};
const plan = (...streams: unknown[]) => planImport(intakeRules, 'uci498', streams, Date.parse('2026-01-01T00:00:00Z'));

it('takes a good stream, times in milliseconds, the importer as actor where none is named', () =>
  expect(plan({ ticketId, events: [opened, replied] })).toEqual({
    streams: [
      {
        ticketId,
        events: [
          { ...opened, data: { ...opening, at: '2016-02-29T01:16:00.000Z' }, actor: { kind: 'import', id: 'uci498' } },
          { ...replied, data: { ...replied.data, at: '2016-02-29T01:16:00.000Z' } },
        ],
      },
    ],
    rejected: [],
  }));

it('notices numbers of our own format', () =>
  expect(highestOwnNumber(plan({ ticketId, events: [{ ...opened, data: { ...opening, number: 'GU-5000' } }] }))).toBe(
    5000,
  ));

it.each([
  ['invalid-ticket-id', 0, { ticketId: 'INC45', events: [opened] }],
  ['invalid-ticket-id', 0, null],
  ['invalid-ticket-id', 0, 'INC45'],
  ['unknown-field', 0, { ticketId, events: [opened], tickets: 1 }],
  ['no-events', 0, { ticketId, events: [] }],
  ['no-events', 0, { ticketId, events: { ...opened } }],
  ['unknown-field', 1, { ticketId, events: [opened, { ...replied, at }] }],
  ['invalid-event-id', 0, { ticketId, events: [{ ...opened, id: 7 }] }],
  ['invalid-event-id', 1, { ticketId, events: [opened, null] }],
  ['event-id-repeated', 1, { ticketId, events: [opened, { ...replied, id: opened.id }] }],
  ['invalid-type', 0, { ticketId, events: [{ ...opened, type: undefined }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...opened, type: 'TicketQueued' }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...opened, type: 'constructor' }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...opened, data: { ...opening, at: '29/02/2016' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...opened, data: { ...opening, at: '0001-01-01T00:00:00Z' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...opened, data: { ...opening, at: '1899-12-31T23:59:59.999Z' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...opened, data: { ...opening, at: '2026-01-01T00:05:01Z' } }] }],
  ['invalid-time', 0, { ticketId, events: [{ ...opened, data: { ...opening, at: '9999-12-31T23:59:59Z' } }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...opened, data: undefined }] }],
  ['invalid-data', 0, { ticketId, events: [{ ...opened, data: { ...opening, device: 'fridge' } }] }],
  ['unknown-field', 0, { ticketId, events: [{ ...opened, data: { ...opening, possibleDuplicates: [] } }] }],
  ['ticket-mismatch', 0, { ticketId: otherId, events: [opened] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...opened, actor: { kind: 'robot' } }] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...opened, actor: null }] }],
  ['invalid-actor', 0, { ticketId, events: [{ ...opened, actor: { kind: 'agent', id: '' } }] }],
])('refuses with %s at %i', (code, index, stream) => {
  const { streams, rejected } = plan(stream);
  expect(streams).toEqual([]);
  expect(rejected).toMatchObject([{ index, code }]);
  expect(rejected[0]?.detail).not.toBe('');
});

it.each(['1900-01-01T00:00:00Z', '2026-01-01T00:05:00Z'])('takes what happened at %s', (time) =>
  expect(plan({ ticketId, events: [{ ...opened, data: { ...opening, at: time } }] }).rejected).toEqual([]),
);

it('lets one bad stream stop no other', () => {
  const bad = { ticketId: otherId, events: [{ ...replied, id: eventId(3) }] };
  const { streams, rejected } = plan(bad, { ticketId, events: [opened] });
  expect(streams).toHaveLength(1);
  expect(rejected).toMatchObject([{ ticketId: otherId, code: 'ticket-mismatch' }]);
});

it('names every bad event of a stream', () =>
  expect(
    plan({ ticketId, events: [{ ...opened, id: 'x' }, replied, { ...replied, type: 'Nap', id: eventId(4) }] }).rejected,
  ).toMatchObject([{ index: 0 }, { index: 2 }]));

it('refuses a ticket that comes twice', () =>
  expect(plan({ ticketId, events: [opened] }, { ticketId, events: [replied] }).rejected).toMatchObject([
    { code: 'stream-repeated' },
  ]));
