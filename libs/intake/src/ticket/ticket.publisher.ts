import { contractOf, type IntakeEventData, type PublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { TicketEvent } from './ticket.js';

// `device` is left to the schema: its list of literals has no static type.
type PublicData = {
  [E in TicketEvent as E['type']]: (data: E['data']) => Omit<IntakeEventData[E['type']], 'device'>;
};

// What a ticket keeps to itself (warnings, which resolution a reopening answers) is left out here.
const publicData: PublicData = {
  TicketOpened: ({ possibleDuplicates: _, ...data }) => data,
  RequesterReplied: ({ ticketId, replyId, body, redirectedFrom, movedFrom, at }) => ({
    ticketId,
    replyId,
    body,
    redirectedFrom,
    movedFrom,
    at,
  }),
  TicketReopenedByRequester: ({ ticketId, reason, at }) => ({ ticketId, reason, at }),
  TicketClosedByRequester: ({ ticketId, reason, at }) => ({ ticketId, reason, at }),
  TicketMarkedSpam: ({ ticketId, reason, at }) => ({ ticketId, reason, at }),
  TicketUnmarkedSpam: ({ ticketId, at }) => ({ ticketId, at }),
  TicketMerged: ({ ticketId, intoTicketId, acrossRequesters, at }) => ({
    ticketId,
    intoTicketId,
    acrossRequesters,
    at,
  }),
  TicketUnmerged: ({ ticketId, fromTicketId, at }) => ({ ticketId, fromTicketId, at }),
  TicketSplit: ({ ticketId, intoTicketId, replies, at }) => ({ ticketId, intoTicketId, replies, at }),
};

/**
 * The public event that a ticket's event is told as; every one of them is public.
 * @throws Error for a type this version does not know: skipping it would lose it for every reader.
 */
export function toPublicEvent(event: RecordedEvent): PublicEvent {
  const { eventId, type, streamId, tenantId, version, position, occurredAt, recordedAt, metadata } = event;
  const contract = contractOf(type);
  if (contract === undefined || !isTicketEventType(type)) throw new Error(`No public event is known for ${type}.`);
  const translate = publicData[type] as (data: unknown) => unknown;
  return {
    id: eventId,
    source: 'intake',
    type,
    schemaVersion: contract.schemaVersion,
    tenantId,
    streamId,
    version,
    position,
    occurredAt,
    recordedAt,
    actor: metadata.actor,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    traceparent: metadata.traceparent,
    imported: metadata.imported,
    data: translate(event.data),
  };
}

const isTicketEventType = (type: string): type is TicketEvent['type'] => Object.hasOwn(publicData, type);
