/** The Ticket as its requester sees it: what may happen to it, and when. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { type RequestersSide, ticketStatusOf, type WorkSide } from './ticket-state.js';

/** A ticket that the new one resembles; see `similarity.ts`. */
export interface PossibleDuplicate {
  readonly ticketId: string;
  readonly number: string;
}

export type Device = 'desktop' | 'mobile' | 'tablet' | 'bot' | 'unknown';

export interface Opening {
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
  readonly splitFrom?: string;
  /** The form that the knowledge base suggested answers for. */
  readonly attemptId?: string;
  /** What the opener was warned of; private, so that a repeated request gets the same warning. */
  readonly possibleDuplicates?: PossibleDuplicate[];
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type TicketEvent =
  | DomainEvent<'TicketOpened', Opening>
  | DomainEvent<
      'RequesterReplied',
      { ticketId: string; replyId: string; body: string; redirectedFrom?: string; movedFrom?: string; at: string }
    >
  /** `resolutionId`: in old events, the id of routing's event that the requester disagreed with. Private. */
  | DomainEvent<'TicketReopenedByRequester', { ticketId: string; reason?: string; resolutionId?: string; at: string }>
  | DomainEvent<'TicketClosedByRequester', { ticketId: string; reason?: string; at: string }>
  | DomainEvent<'TicketMarkedSpam', { ticketId: string; reason?: string; at: string }>
  | DomainEvent<'TicketUnmarkedSpam', { ticketId: string; at: string }>
  | DomainEvent<'TicketMerged', { ticketId: string; intoTicketId: string; acrossRequesters?: boolean; at: string }>
  | DomainEvent<'TicketUnmerged', { ticketId: string; fromTicketId: string; at: string }>
  | DomainEvent<
      'TicketSplit',
      { ticketId: string; intoTicketId: string; replies: { replyId: string; at: string }[]; at: string }
    >;

/** Who asks: requesters may touch their own tickets only, staff every ticket of their tenant. */
export type Caller = { readonly role: 'requester'; readonly id: string } | { readonly role: 'staff' };

/** The ticket to merge into, as it was found while no other merge could run. */
export interface MergeTarget {
  readonly known: boolean;
  readonly spam: boolean;
  /** From the target to the ticket that carries it on in the end. */
  readonly chain: readonly string[];
  /** Whose tickets the chain is made of. */
  readonly requesterIds: readonly string[];
}

/** A reply as it stands in the ticket's stream, and whose it is: a redirected one may be another requester's. */
export interface WrittenReply {
  readonly replyId: string;
  readonly requesterId: string;
  readonly body: string;
  readonly at: string;
}

/** `work`: what the read model knows of routing's side, null for nothing. */
interface Closing {
  readonly ticketId: string;
  readonly caller: Caller;
  readonly reason?: string;
  readonly work: WorkSide | null;
  readonly at: string;
}

// Intentions, never stored. Ids and time arrive inside, so that deciding stays pure.
export type TicketCommand =
  | DomainCommand<'OpenTicket', Opening>
  /** With the replies that were written after the one that opens it, oldest first. */
  | DomainCommand<'OpenFromSplit', { opening: Opening; replies: readonly WrittenReply[] }>
  | DomainCommand<
      'ReplyToTicket',
      {
        ticketId: string;
        caller: Caller;
        replyId: string;
        body: string;
        redirectedFrom?: string;
        work: WorkSide | null;
        at: string;
      }
    >
  | DomainCommand<'CloseTicket', Closing>
  | DomainCommand<'ReopenTicket', Closing>
  | DomainCommand<'MarkTicketSpam', { ticketId: string; reason?: string; at: string }>
  | DomainCommand<'UnmarkTicketSpam', { ticketId: string; at: string }>
  | DomainCommand<
      'MergeTicket',
      { ticketId: string; intoTicketId: string; acrossRequesters: boolean; target: MergeTarget; at: string }
    >
  | DomainCommand<'UnmergeTicket', { ticketId: string; at: string }>
  | DomainCommand<
      'SplitTicket',
      { ticketId: string; intoTicketId: string; replies: readonly WrittenReply[]; at: string }
    >;

// Only what decide reads; what people look at lives in the read models.
export interface Ticket extends RequestersSide {
  /** Of its stream; 0 for a ticket that nobody has told of. */
  readonly version: number;
  readonly requesterId: string;
  readonly mergedInto?: string;
  /** Replies that are another ticket's now. */
  readonly movedReplyIds: readonly string[];
}
const initial: Ticket = {
  version: 0,
  requesterId: '',
  merged: false,
  spam: false,
  said: null,
  saidVersion: 0,
  saidAt: '',
  repliedVersion: 0,
  movedReplyIds: [],
};

const evolve = (before: Ticket, { type, data }: TicketEvent): Ticket => {
  const ticket: Ticket = { ...before, version: before.version + 1 };
  switch (type) {
    case 'TicketOpened':
      return { ...ticket, requesterId: data.requesterId };
    case 'RequesterReplied':
      return { ...ticket, repliedVersion: ticket.version };
    case 'TicketReopenedByRequester':
      return { ...ticket, said: 'open', saidVersion: ticket.version, saidAt: data.at };
    case 'TicketClosedByRequester':
      return { ...ticket, said: 'closed', saidVersion: ticket.version, saidAt: data.at };
    case 'TicketMarkedSpam':
      return { ...ticket, spam: true };
    case 'TicketUnmarkedSpam':
      return { ...ticket, spam: false };
    case 'TicketMerged':
      return { ...ticket, merged: true, mergedInto: data.intoTicketId };
    case 'TicketUnmerged':
      return { ...ticket, merged: false, mergedInto: undefined };
    case 'TicketSplit':
      return { ...ticket, movedReplyIds: [...ticket.movedReplyIds, ...data.replies.map(({ replyId }) => replyId)] };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: TicketCommand, ticket: Ticket): readonly TicketEvent[] => {
  if (type === 'OpenTicket') return ticket.version === 0 ? [{ type: 'TicketOpened', data }] : [];
  if (type === 'OpenFromSplit') return ticket.version === 0 ? openFromSplit(data) : [];
  if (ticket.version === 0) throw unknownTicket();
  switch (type) {
    case 'ReplyToTicket': {
      const { caller, work, ...reply } = data;
      // A redirected reply was checked at the ticket it was sent to; the two may have different requesters.
      if (reply.redirectedFrom === undefined) mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      const replied: TicketEvent = { type: 'RequesterReplied', data: reply };
      // Who writes again is not done. Where the read model does not know yet that the work ended, routing reopens it.
      if (ticketStatusOf(ticket, work) !== 'closed') return [replied];
      return [{ type: 'TicketReopenedByRequester', data: { ticketId: reply.ticketId, at: reply.at } }, replied];
    }
    case 'CloseTicket': {
      const { caller, work, ...closing } = data;
      mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      return ticketStatusOf(ticket, work) === 'closed' ? [] : [{ type: 'TicketClosedByRequester', data: closing }];
    }
    case 'ReopenTicket': {
      const { caller, work, ...reopening } = data;
      mustBelongTo(caller, ticket);
      mustBeLive(ticket);
      const status = ticketStatusOf(ticket, work);
      if (status !== 'resolved' && status !== 'closed') return [];
      return [{ type: 'TicketReopenedByRequester', data: reopening }];
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
      const { ticketId, intoTicketId, acrossRequesters, target, at } = data;
      if (ticketId === intoTicketId) {
        throw new DomainError('merge-into-itself', 'A ticket cannot be merged into itself.');
      }
      if (ticket.mergedInto === intoTicketId) return [];
      mustBeLive(ticket);
      mustBeMergeable(ticketId, intoTicketId, target);
      const isAcross = target.requesterIds.some((id) => id !== ticket.requesterId);
      if (isAcross && !acrossRequesters) throw differentRequesters();
      return [{ type: 'TicketMerged', data: { ticketId, intoTicketId, ...(isAcross && { acrossRequesters }), at } }];
    }
    case 'UnmergeTicket': {
      const { mergedInto: fromTicketId } = ticket;
      return fromTicketId === undefined ? [] : [{ type: 'TicketUnmerged', data: { ...data, fromTicketId } }];
    }
    case 'SplitTicket': {
      const { ticketId, intoTicketId, at } = data;
      mustBeLive(ticket);
      mustBeSplittable(data.replies, ticket);
      const replies = data.replies.map(({ replyId, at: writtenAt }) => ({ replyId, at: writtenAt }));
      return [{ type: 'TicketSplit', data: { ticketId, intoTicketId, replies, at } }];
    }
  }
};

/** The first of the messages is the request itself; the others follow it as they were written. */
function openFromSplit({ opening, replies }: Extract<TicketCommand, { type: 'OpenFromSplit' }>['data']): TicketEvent[] {
  const { ticketId, splitFrom: movedFrom } = opening;
  const moved = replies.map(({ replyId, body, at }): TicketEvent => ({
    type: 'RequesterReplied',
    data: { ticketId, replyId, body, movedFrom, at },
  }));
  return [{ type: 'TicketOpened', data: opening }, ...moved];
}

function mustBeSplittable(replies: readonly WrittenReply[], { movedReplyIds }: Ticket): void {
  const moved = replies.find(({ replyId }) => movedReplyIds.includes(replyId));
  if (moved) {
    const { replyId } = moved;
    throw new DomainError('reply-moved', 'The reply was moved to another ticket already.', { replyId });
  }
  if (new Set(replies.map(({ requesterId }) => requesterId)).size > 1)
    throw new DomainError('different-requesters', 'The replies are of different requesters: split them one by one.');
}

function differentRequesters(): DomainError {
  return new DomainError(
    'different-requesters',
    'The tickets belong to different requesters. Set acrossRequesters to merge them all the same: each requester goes on seeing their own conversation, and the answers.',
  );
}

function mustBelongTo(caller: Caller, ticket: Ticket): void {
  if (caller.role === 'requester' && caller.id !== ticket.requesterId) throw unknownTicket();
}

/** For refusals that come before the decision: they must not tell more than the decision would. */
export function mustBeKnownTo({ data }: TicketCommand, ticket: Ticket): void {
  if (ticket.version === 0) throw unknownTicket();
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
