/**
 * The Handling: the work on one ticket. What may be asked, what happened, what is remembered. Pure; see `decide.ts`.
 */
import { type DomainCommand, type DomainEvent } from '@guichet/event-sourcing';

/** Whose ticket, and when it happened (RFC 3339, UTC). */
export interface Moment {
  readonly ticketId: string;
  readonly at: string;
}
/** `ticketVersion`: the version of the ticket's stream at intake that the work had followed by then. */
type Heard = { readonly ticketVersion?: number };
/** Facts, stored for ever: add optional fields; never rename, never remove. */
type Fact<Type extends string, Data = unknown> = DomainEvent<Type, Moment & Readonly<Data>>;
/** Decides in which state the ticket is, and so tells how much of intake's side it takes into account. */
type StateFact<Type extends string, Data = unknown> = Fact<Type, Data & Heard>;

/** Why a ticket is out of the work altogether. */
export type Withdrawal = 'spam' | 'merged';

/** `level`: the support level the ticket goes to, 1–9. */
export interface Transfer {
  readonly toDepartmentId: string;
  readonly reason: string;
  readonly note?: string;
  readonly level?: number;
}

export type StateEvent =
  | StateFact<'TicketQueued', { departmentId: string | null; unknownDepartmentId?: string; priority: string }>
  | StateFact<'TicketPaused', { reason: string }>
  | StateFact<'TicketResumed'>
  | StateFact<'TicketResolved', { agentId?: string; departmentId: string | null }>
  | StateFact<'TicketReopened', { reason?: string; mergedTicketId?: string }>
  | StateFact<'TicketClosed', { automatic: boolean }>;

type WorkEvent =
  | Fact<'TicketAssigned', { agentId: string; departmentId: string | null }>
  | Fact<'AssignmentReleased', { agentId: string; reason?: string }>
  | Fact<'TicketTransferred', Transfer & { fromDepartmentId: string | null }>
  | Fact<'AgentReplied', { replyId: string; agentId: string; body: string; automatic: boolean }>
  | Fact<'PriorityChanged', { from: string; to: string }>
  | Fact<'TicketTagged', { tags: string[] }>
  | Fact<'WrapUpStarted', { agentId: string }>
  | Fact<'WrapUpCompleted', { agentId: string }>
  | Fact<'ActivityLogged', { activity: string; seconds?: number }>;

/** Notes stay in the house; of what requesters do, of spam and of merges intake tells the world itself. */
type PrivateEvent =
  | Fact<'InternalNoteAdded', { noteId: string; agentId: string; body: string }>
  /** `unfinished`: it was open, so that somebody has to go on with it. */
  | Fact<'HandlingWithdrawn', { reason: Withdrawal; intoTicketId?: string; unfinished?: boolean } & Heard>
  | Fact<'HandlingReturned', Heard>
  /**
   * What the requester did is known, and changes nothing. Without this mark a redelivery could not be told from news.
   */
  | Fact<'RequesterHeard', { ticketVersion: number }>
  /**
   * Goes on with the unfinished work of a ticket that was merged into this one; `passedTo`: this one was merged too.
   */
  | Fact<'TicketTakenOver', { mergedTicketId: string; passedTo?: string }>;

export type HandlingEvent = StateEvent | WorkEvent | PrivateEvent;

/** What may be asked of the work on a ticket. Never stored; ids and time arrive inside. */
type Intention<Type extends string, Data = unknown> = DomainCommand<Type, Moment & Readonly<Data>>;
/** What a fact of intake leads to; `ticketVersion` is the fact's in the ticket's stream at intake. */
type Following<Type extends string, Data = unknown> = Intention<Type, { ticketVersion: number } & Data>;

export type HandlingCommand = AgentsCommand | RequestersCommand | TakeOver;

/** `agentId` is the agent who acts, except in AssignTicket, where it is the agent who gets the ticket. */
export type AgentsCommand =
  | Intention<'ClaimTicket', { agentId: string }>
  | Intention<'AssignTicket', { agentId: string }>
  /** `anyAssignee`: may also take the ticket from somebody else. */
  | Intention<'ReleaseTicket', { agentId: string; anyAssignee: boolean; reason?: string }>
  /** `onlyFrom`: nothing happens to a ticket that somebody has put elsewhere meanwhile; null: one without department. */
  | Intention<'TransferTicket', Transfer & { keepAssignee: boolean; onlyFrom?: string | null }>
  | Intention<'ReplyToRequester', { replyId: string; agentId: string; body: string }>
  | Intention<'AddInternalNote', { noteId: string; agentId: string; body: string }>
  | Intention<'ChangePriority', { priority: string }>
  | Intention<'TagTicket', { tags: readonly string[] }>
  | Intention<'PauseTicket', { reason: string }>
  | Intention<'ResumeTicket'>
  | Intention<'ResolveTicket', { agentId: string }>
  | Intention<'StartWrapUp', { agentId: string }>
  | Intention<'CompleteWrapUp', { agentId: string }>
  | Intention<'ReopenTicket', { reason?: string }>
  | Intention<'CloseTicket'>
  | Intention<'LogActivity', { activity: string; seconds?: number }>;

/** The department that takes a ticket, null if there is none; and the one asked for, if there is none such. */
export interface Placed {
  readonly departmentId: string | null;
  readonly unknownDepartmentId?: string;
}

/** What intake's events lead to. None is refused: the fact behind it has happened already. */
export type RequestersCommand =
  | Following<'QueueTicket', Placed & { priority: string; tags: readonly string[] }>
  | Following<'ReceiveReply'>
  | Following<'ReopenForRequester', { reason?: string }>
  | Following<'CloseForRequester'>
  | Following<'WithdrawHandling', { reason: Withdrawal; intoTicketId?: string }>
  | Following<'ReturnHandling', { from: Withdrawal }>;

/** Asked of the ticket that an unfinished one was merged into. */
export type TakeOver = Intention<'TakeOverWork', { mergedTicketId: string }>;

/** What else has to exist for the command to make sense. */
export function mentionedIn({ type, data }: HandlingCommand): { departmentId?: string; agentId?: string } {
  if (type === 'TransferTicket') return { departmentId: data.toDepartmentId };
  if (type === 'AssignTicket') return { agentId: data.agentId };
  return {};
}

// Only what decide reads; what people look at lives in the read models.
export interface Handling {
  readonly status: 'unknown' | 'open' | 'resolved' | 'closed';
  readonly withdrawn: Withdrawal | null;
  readonly mergedInto: string | null;
  /** Version of the ticket's stream at intake that has been followed; 0 for none. */
  readonly heard: number;
  /** When the status last changed; '' before it did. */
  readonly changedAt: string;
  readonly departmentId: string | null;
  readonly agentId: string | null;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly pausedFor: string | null;
  readonly wrapUp: 'none' | 'running' | 'done';
  readonly wrapUpAgentId: string;
}

export const initial: Handling = {
  status: 'unknown',
  withdrawn: null,
  mergedInto: null,
  heard: 0,
  changedAt: '',
  departmentId: null,
  agentId: null,
  priority: 'normal',
  tags: [],
  pausedFor: null,
  wrapUp: 'none',
  wrapUpAgentId: '',
};

/** Imports keep another system's order, so that any event may be the first: a ticket with events is a known one. */
export const evolve = (before: Handling, { type, data }: HandlingEvent): Handling => {
  const known: Handling = before.status === 'unknown' ? { ...before, status: 'open' } : before;
  const handling = 'ticketVersion' in data ? heardOf(known, data) : known;
  const changedAt = data.at;
  switch (type) {
    case 'TicketQueued':
      return { ...handling, changedAt, departmentId: data.departmentId, priority: data.priority, agentId: null };
    case 'TicketAssigned':
      return { ...handling, agentId: data.agentId, departmentId: data.departmentId ?? handling.departmentId };
    case 'AssignmentReleased':
      return { ...handling, agentId: null };
    case 'TicketTransferred':
      return { ...handling, departmentId: data.toDepartmentId };
    case 'PriorityChanged':
      return { ...handling, priority: data.to };
    case 'TicketTagged':
      return { ...handling, tags: data.tags };
    case 'TicketPaused':
      return { ...handling, changedAt, pausedFor: data.reason };
    case 'TicketResumed':
      return { ...handling, changedAt, pausedFor: null };
    case 'TicketResolved':
      return { ...handling, changedAt, status: 'resolved', pausedFor: null };
    case 'TicketReopened':
      return { ...handling, changedAt, status: 'open', pausedFor: null, wrapUp: 'none' };
    case 'WrapUpStarted':
      return { ...handling, wrapUp: 'running', wrapUpAgentId: data.agentId };
    case 'WrapUpCompleted':
      return { ...handling, wrapUp: 'done' };
    case 'TicketClosed':
      return { ...handling, changedAt, status: 'closed', pausedFor: null };
    case 'HandlingWithdrawn':
      return { ...handling, withdrawn: data.reason, mergedInto: data.intoTicketId ?? null };
    case 'HandlingReturned':
      return { ...handling, withdrawn: null, mergedInto: null };
    case 'AgentReplied':
    case 'InternalNoteAdded':
    case 'ActivityLogged':
    case 'RequesterHeard':
    case 'TicketTakenOver':
      return handling;
  }
};

/** The newest version heard; events of imports name none. */
function heardOf(handling: Handling, { ticketVersion = 0 }: Heard): Handling {
  return ticketVersion > handling.heard ? { ...handling, heard: ticketVersion } : handling;
}
