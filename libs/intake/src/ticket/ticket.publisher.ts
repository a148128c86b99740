import type { IntakeEventData } from '@guichet/contracts';
import { publisherOf } from '@guichet/messaging';
import type { TicketEvent } from './ticket.js';

// `device` is left to the schema: its list of literals has no static type.
type Told = { [T in keyof IntakeEventData]: Omit<IntakeEventData[T], 'device'> };

/**
 * What intake tells of a ticket's events; what a ticket keeps to itself (warnings, the resolution a reopening answers)
 * stays out.
 */
export const toPublicEvent = publisherOf<TicketEvent, Told>('intake', {
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
});
