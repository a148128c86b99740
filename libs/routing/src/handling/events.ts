/** What happened while a ticket was worked on. Facts, stored for ever: add optional fields; never rename, never remove. */
import { type DomainEvent } from '@guichet/event-sourcing';

/** Whose ticket, and when it happened (RFC 3339, UTC). */
interface Attribution {
  readonly ticketId: string;
  readonly at: string;
}
type Fact<Type extends string, Data = unknown> = DomainEvent<Type, Attribution & Readonly<Data>>;

/** Why a ticket is out of the work altogether. */
export type Withdrawal = 'spam' | 'merged';

/** The three at the end are private: notes stay in the house, and intake tells the world of spam and merges itself. */
export type HandlingEvent =
  | Fact<'TicketQueued', { departmentId: string | null; priority: string }>
  | Fact<'TicketAssigned', { agentId: string; departmentId: string | null }>
  | Fact<'AssignmentReleased', { agentId: string; reason?: string }>
  | Fact<'TicketTransferred', Transfer & { fromDepartmentId: string | null }>
  | Fact<'AgentReplied', { replyId: string; agentId: string; body: string; automatic: boolean }>
  | Fact<'PriorityChanged', { from: string; to: string }>
  | Fact<'TicketTagged', { tags: string[] }>
  | Fact<'TicketPaused', { reason: string }>
  | Fact<'TicketResumed'>
  | Fact<'TicketResolved', { agentId?: string; departmentId: string | null }>
  | Fact<'TicketReopened', { reason?: string }>
  | Fact<'WrapUpStarted', { agentId: string }>
  | Fact<'WrapUpCompleted', { agentId: string }>
  | Fact<'TicketClosed', { automatic: boolean }>
  | Fact<'ActivityLogged', { activity: string; seconds?: number }>
  | Fact<'InternalNoteAdded', { noteId: string; agentId: string; body: string }>
  | Fact<'HandlingWithdrawn', { reason: Withdrawal; intoTicketId?: string }>
  | Fact<'HandlingReturned'>;

/** `level`: the support level the ticket goes to, 1–9. */
export interface Transfer {
  readonly toDepartmentId: string;
  readonly reason: string;
  readonly note?: string;
  readonly level?: number;
}
