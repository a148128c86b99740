import { intakeEvents, validatePublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { TicketEvent } from './ticket.js';
import { toPublicEvent } from './ticket.publisher.js';

const at = '2026-03-02T09:00:00.000Z';
const ticketId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0001';
const otherId = '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0002';

const events: readonly TicketEvent[] = [
  {
    type: 'TicketOpened',
    data: {
      ticketId,
      number: 'GU-1001',
      requesterId: 'rita',
      requesterName: 'Rita',
      requesterEmail: 'rita@example.org',
      subject: 'Charged twice',
      body: 'See the invoice.',
      channel: 'portal',
      device: 'mobile',
      locale: 'fr',
      departmentId: 'billing',
      priority: 'high',
      tags: ['invoice'],
      splitFrom: otherId,
      attemptId: otherId,
      possibleDuplicates: [{ ticketId: otherId, number: 'GU-1000' }],
      at,
    },
  },
  {
    type: 'RequesterReplied',
    data: { ticketId, replyId: otherId, body: 'And again', redirectedFrom: otherId, movedFrom: otherId, at },
  },
  { type: 'TicketReopenedByRequester', data: { ticketId, reason: 'Not solved', resolutionId: otherId, at } },
  { type: 'TicketClosedByRequester', data: { ticketId, reason: 'Solved', at } },
  { type: 'TicketMarkedSpam', data: { ticketId, reason: 'Advertisement', at } },
  { type: 'TicketUnmarkedSpam', data: { ticketId, at } },
  { type: 'TicketMerged', data: { ticketId, intoTicketId: otherId, acrossRequesters: true, at } },
  { type: 'TicketUnmerged', data: { ticketId, fromTicketId: otherId, at } },
  { type: 'TicketSplit', data: { ticketId, intoTicketId: otherId, replies: [{ replyId: otherId, at }], at } },
];

const recorded = ({ type, data }: { type: string; data: unknown }): RecordedEvent => ({
  position: 7,
  eventId: '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0003',
  tenantId: '8a3c1c02-55c8-4f0e-9d0e-5d7d9c1f0004',
  streamId: `ticket-${ticketId}`,
  version: 3,
  type,
  schemaVersion: 1,
  data,
  metadata: { actor: { kind: 'requester', id: 'rita' }, correlationId: 'c-1', requestHash: 'secret' },
  occurredAt: at,
  recordedAt: at,
});

it.each(events)('$type keeps its contract', (event) => {
  const published = JSON.parse(JSON.stringify(toPublicEvent(recorded(event))));
  expect(validatePublicEvent(published)).toEqual([]);
  expect(published).toMatchObject({ source: 'intake', type: event.type, position: 7, version: 3, occurredAt: at });
});

it('publishes every type of the contract', () =>
  expect(events.map(({ type }) => type).sort()).toEqual(Object.keys(intakeEvents).sort()));

it.each(events)('$type tells no field the contract does not name', (event) => {
  const schema = intakeEvents[event.type] as { properties: object };
  const { data } = JSON.parse(JSON.stringify(toPublicEvent(recorded(event))));
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(data)));
});

it('keeps the request’s hash to itself', () =>
  expect(JSON.stringify(toPublicEvent(recorded(events[0]!)))).not.toContain('secret'));

it('refuses a type it does not know', () =>
  expect(() => toPublicEvent(recorded({ type: 'TicketEaten', data: {} }))).toThrow('TicketEaten'));
