/** What may be asked of the work on a ticket. Intentions, never stored; ids and time arrive inside. */
import { type DomainCommand } from '@guichet/event-sourcing';
import { type Transfer, type Withdrawal } from './events.js';

type Intention<Type extends string, Data = unknown> = DomainCommand<
  Type,
  { readonly ticketId: string; readonly at: string } & Readonly<Data>
>;

export type HandlingCommand = AgentsCommand | RequestersCommand;

/** `agentId` is the agent who acts, except in AssignTicket, where it is the agent who gets the ticket. */
export type AgentsCommand =
  | Intention<'ClaimTicket', { agentId: string }>
  | Intention<'AssignTicket', { agentId: string }>
  /** `anyAssignee`: may also take the ticket from somebody else. */
  | Intention<'ReleaseTicket', { agentId: string; anyAssignee: boolean; reason?: string }>
  | Intention<'TransferTicket', Transfer & { keepAssignee: boolean }>
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

/** What intake's events lead to. None is refused: the fact behind it has happened already. */
export type RequestersCommand =
  | Intention<'QueueTicket', { departmentId: string | null; priority: string; tags: readonly string[] }>
  | Intention<'ReceiveReply'>
  | Intention<'ReopenForRequester', { reason?: string }>
  | Intention<'CloseForRequester'>
  | Intention<'WithdrawHandling', { reason: Withdrawal; intoTicketId?: string }>
  | Intention<'ReturnHandling'>;

/** What else has to exist for the command to make sense. */
export function mentionedIn({ type, data }: HandlingCommand): { departmentId?: string; agentId?: string } {
  if (type === 'TransferTicket') return { departmentId: data.toDepartmentId };
  if (type === 'AssignTicket') return { agentId: data.agentId };
  return {};
}
