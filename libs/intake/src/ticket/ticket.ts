/** The Ticket as its requester sees it: what may happen to it, and when. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

/** A ticket that the new one resembles; see `similarity.ts`. */
export interface PossibleDuplicate {
  readonly ticketId: string;
  readonly number: string;
}

export type Device = 'desktop' | 'mobile' | 'tablet' | 'bot' | 'unknown';

interface Opening {
  readonly ticketId: string;
  readonly number: string;
  readonly requesterId: string;
  readonly requesterName?: string;
  readonly requesterEmail?: string;
  readonly subject: string;
  readonly body?: string;
  readonly channel: string;
  readonly device: Device;
  readonly locale: string;
  readonly departmentId?: string;
  readonly priority?: string;
  readonly tags?: string[];
  /** What the opener was warned of; private, so that a repeated request gets the same warning. */
  readonly possibleDuplicates?: PossibleDuplicate[];
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type TicketEvent =
  | DomainEvent<'TicketOpened', Opening>
  | DomainEvent<
      'RequesterReplied',
      { ticketId: string; replyId: string; body: string; redirectedFrom?: string; at: string }
    >
  /** `resolutionId` is the id of routing's event that the requester disagrees with, where there was one. Private. */
  | DomainEvent<'TicketReopenedByRequester', { ticketId: string; reason?: string; resolutionId?: string; at: string }>
  | DomainEvent<'TicketClosedByRequester', { ticketId: string; reason?: string; at: string }>
  | DomainEvent<'TicketMarkedSpam', { ticketId: string; reason?: string; at: string }>
  | DomainEvent<'TicketUnmarkedSpam', { ticketId: string; at: string }>
  | DomainEvent<'TicketMerged', { ticketId: string; intoTicketId: string; at: string }>;

/** Who asks: requesters may touch their own tickets only, staff every ticket of their tenant. */
export type Caller = { readonly role: 'requester'; readonly id: string } | { readonly role: 'staff' };

/** The ticket to merge into, as it was found while no other merge could run. */
export interface MergeTarget {
  readonly known: boolean;
  readonly spam: boolean;
  /** From the target to the ticket that carries it on in the end. */
  readonly chain: readonly string[];
}

// Intentions, never stored. Ids and time arrive inside, so that deciding stays pure.
export type TicketCommand =
  | DomainCommand<'OpenTicket', Opening>
  | DomainCommand<
      'ReplyToTicket',
      {
        ticketId: string;
        caller: Caller;
        replyId: string;
        body: string;
        redirectedFrom?: string;
        /** Id of routing's event that closed the ticket, where the read model knows it to be closed. */
        closingId?: string;
        at: string;
      }
    >
  | DomainCommand<'CloseTicket', { ticketId: string; caller: Caller; reason?: string; at: string }>
  | DomainCommand<
      'ReopenTicket',
      { ticketId: string; caller: Caller; reason?: string; resolutionId?: string; at: string }
    >
  | DomainCommand<'MarkTicketSpam', { ticketId: string; reason?: string; at: string }>
  | DomainCommand<'UnmarkTicketSpam', { ticketId: string; at: string }>
  | DomainCommand<'MergeTicket', { ticketId: string; intoTicketId: string; target: MergeTarget; at: string }>;

// Only what decide reads; what people look at lives in the read models.
export interface Ticket {
  /** The requester's side alone: what routing did with the ticket is routing's to know. */
  readonly status: 'unknown' | 'open' | 'closed';
  readonly requesterId: string;
  readonly spam: boolean;
  readonly mergedInto?: string;
  /** The newest of routing's resolutions that the requester has already disagreed with. */
  readonly reopenedResolutionId?: string;
}
const initial: Ticket = { status: 'unknown', requesterId: '', spam: false };

const evolve = (ticket: Ticket, { type, data }: TicketEvent): Ticket => {
  switch (type) {
    case 'TicketOpened':
      // An imported log may tell the closing before the opening.
      return { ...ticket, status: ticket.status === 'unknown' ? 'open' : ticket.status, requesterId: data.requesterId };
    case 'RequesterReplied':
      return ticket;
    case 'TicketReopenedByRequester':
      return { ...ticket, status: 'open', reopenedResolutionId: data.resolutionId ?? ticket.reopenedResolutionId };
    case 'TicketClosedByRequester':
      return { ...ticket, status: 'closed' };
    case 'TicketMarkedSpam':
      return { ...ticket, spam: true };
    case 'TicketUnmarkedSpam':
      return { ...ticket, spam: false };
    case 'TicketMerged':
      return { ...ticket, mergedInto: data.intoTicketId };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: TicketCommand, ticket: Ticket): readonly TicketEvent[] => {
  if (type === 'OpenTicket') return ticket.status === 'unknown' ? [{ type: 'TicketOpened', data }] : [];
  if (ticket.status === 'unknown') throw unknownTicket();
  switch (type) {
    case 'ReplyToTicket': {
      const { caller, closingId, ...reply } = data;
      // A redirected reply was checked at the ticket it was sent to; the two may have different requesters.
      if (reply.redirectedFrom === undefined) mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      const replied: TicketEvent = { type: 'RequesterReplied', data: reply };
      // Who writes again is not done: a reply must never end in a ticket that nobody looks at.
      return mayReopen(ticket, closingId)
        ? [reopening({ ticketId: reply.ticketId, at: reply.at }, closingId), replied]
        : [replied];
    }
    case 'CloseTicket': {
      const { caller, ...closing } = data;
      mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      return ticket.status === 'closed' ? [] : [{ type: 'TicketClosedByRequester', data: closing }];
    }
    case 'ReopenTicket': {
      const { caller, resolutionId, ...moment } = data;
      mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      return mayReopen(ticket, resolutionId) ? [reopening(moment, resolutionId)] : [];
    }
    case 'MarkTicketSpam': {
      mustNotBeMerged(ticket);
      return ticket.spam ? [] : [{ type: 'TicketMarkedSpam', data }];
    }
    case 'UnmarkTicketSpam': {
      mustNotBeMerged(ticket);
      return ticket.spam ? [{ type: 'TicketUnmarkedSpam', data }] : [];
    }
    case 'MergeTicket': {
      const { ticketId, intoTicketId, target, at } = data;
      if (ticketId === intoTicketId) {
        throw new DomainError('merge-into-itself', 'A ticket cannot be merged into itself.');
      }
      if (ticket.mergedInto === intoTicketId) return [];
      mustBeLive(ticket);
      mustBeMergeable(ticketId, intoTicketId, target);
      return [{ type: 'TicketMerged', data: { ticketId, intoTicketId, at } }];
    }
  }
};

/**
 * A requester may reopen what they closed, and what routing resolved or closed: the command brings the id of that
 * resolution as the read model knew it. Deciding needs no word from routing at that moment: a resolution that has
 * been disagreed with already is "already so", and routing ignores the reopening of a ticket it has open.
 */
function mayReopen(ticket: Ticket, resolutionId: string | undefined): boolean {
  if (ticket.status === 'closed') return true;
  return resolutionId !== undefined && resolutionId !== ticket.reopenedResolutionId;
}

function reopening(
  moment: { readonly ticketId: string; readonly reason?: string; readonly at: string },
  resolutionId: string | undefined,
): TicketEvent {
  return {
    type: 'TicketReopenedByRequester',
    data: resolutionId === undefined ? moment : { ...moment, resolutionId },
  };
}

function mustBelongTo(caller: Caller, ticket: Ticket): void {
  if (caller.role === 'requester' && caller.id !== ticket.requesterId) throw unknownTicket();
}

/** For refusals that come before the decision: they must not tell more than the decision would. */
export function mustBeKnownTo({ data }: TicketCommand, ticket: Ticket): void {
  if (ticket.status === 'unknown') throw unknownTicket();
  if ('caller' in data) mustBelongTo(data.caller, ticket);
}

function mustBeLive(ticket: Ticket): void {
  mustNotBeMerged(ticket);
  if (ticket.spam) throw new DomainError('ticket-is-spam', 'The ticket is marked as spam.');
}

function mustNotBeMerged({ mergedInto }: Ticket): void {
  if (mergedInto === undefined) return;
  throw new DomainError('ticket-merged', 'The ticket was merged into another one.', { intoTicketId: mergedInto });
}

function mustBeMergeable(ticketId: string, intoTicketId: string, { known, spam, chain }: MergeTarget): void {
  if (!known) {
    throw new DomainError('unknown-merge-target', 'There is no ticket to merge into.', { intoTicketId }, 'invalid');
  }
  if (chain.includes(ticketId)) {
    throw new DomainError('merge-cycle', 'That ticket was itself merged into this one.', { intoTicketId, chain });
  }
  if (spam) throw new DomainError('merge-target-is-spam', 'The ticket to merge into is marked as spam.');
}

/** Also the answer to a requester who asks for somebody else's ticket: whether it exists is not theirs to know. */
export function unknownTicket(): DomainError {
  return new DomainError('unknown-ticket', 'There is no such ticket.', {}, 'unknown');
}

export const ticketDecider: Decider<Ticket, TicketCommand, TicketEvent> = {
  category: 'ticket',
  initial,
  evolve,
  decide,
};
