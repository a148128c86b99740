/** The Handling: the work on one ticket, and what may happen to it when. Pure: no Nest, no database, no clock. */
import { type Decider, DomainError } from '@guichet/event-sourcing';
import { type AgentsCommand, type HandlingCommand, type RequestersCommand } from './commands.js';
import { type HandlingEvent } from './events.js';
import { type Handling, evolve, initial } from './state.js';

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = (command: HandlingCommand, handling: Handling): readonly HandlingEvent[] => {
  switch (command.type) {
    case 'QueueTicket':
    case 'ReceiveReply':
    case 'ReopenForRequester':
    case 'CloseForRequester':
    case 'WithdrawHandling':
    case 'ReturnHandling':
      return followRequester(command, handling);
    case 'ClaimTicket':
    case 'AssignTicket':
    case 'ReleaseTicket':
    case 'TransferTicket':
      mustBeInHand(handling);
      return decideWhoHasIt(command, handling);
    case 'StartWrapUp':
    case 'CompleteWrapUp':
    case 'ResolveTicket':
    case 'ReopenTicket':
    case 'CloseTicket':
      mustBeInHand(handling);
      return decideWhetherDone(command, handling);
    case 'ReplyToRequester':
    case 'AddInternalNote':
    case 'ChangePriority':
    case 'TagTicket':
    case 'PauseTicket':
    case 'ResumeTicket':
    case 'LogActivity':
      mustBeInHand(handling);
      return decideWork(command, handling);
  }
};

/**
 * Intake's facts are followed, never refused. A reply resumes a ticket paused for its requester and reopens a
 * resolved one; a closed one stays closed until its requester reopens it expressly.
 */
function followRequester({ type, data }: RequestersCommand, handling: Handling): readonly HandlingEvent[] {
  const { ticketId, at } = data;
  if (type === 'QueueTicket') return handling.status === 'unknown' ? queue(data) : [];
  if (handling.status === 'unknown') return [];
  if (type === 'ReturnHandling')
    return handling.withdrawn === 'spam' ? [{ type: 'HandlingReturned', data: { ticketId, at } }] : [];
  if (handling.withdrawn) return [];
  switch (type) {
    case 'ReceiveReply':
      if (handling.status === 'resolved') return reopen(data, handling);
      return handling.pausedFor === 'requester' ? [{ type: 'TicketResumed', data: { ticketId, at } }] : [];
    case 'ReopenForRequester':
      return handling.status === 'open' ? [] : reopen(data, handling);
    case 'CloseForRequester':
      return handling.status === 'closed' ? [] : close(data, handling);
    case 'WithdrawHandling':
      return [{ type: 'HandlingWithdrawn', data }];
  }
}

type About<Type extends AgentsCommand['type']> = Extract<AgentsCommand, { type: Type }>;

function decideWhoHasIt(
  { type, data }: About<'ClaimTicket' | 'AssignTicket' | 'ReleaseTicket' | 'TransferTicket'>,
  handling: Handling,
): readonly HandlingEvent[] {
  const { ticketId, at } = data;
  const { agentId, departmentId } = handling;
  mustBeOpen(handling);
  switch (type) {
    case 'ClaimTicket':
      if (agentId !== null && agentId !== data.agentId)
        throw new DomainError('already-claimed', 'Another agent has the ticket.', { agentId });
      return agentId === null ? [assigned(data, departmentId)] : [];
    case 'AssignTicket':
      return agentId === data.agentId ? [] : [assigned(data, departmentId)];
    case 'ReleaseTicket': {
      const { anyAssignee, ...release } = data;
      if (agentId === null) return [];
      if (agentId !== data.agentId && !anyAssignee)
        throw new DomainError('assigned-to-another', 'Another agent has the ticket.', { agentId });
      return [{ type: 'AssignmentReleased', data: { ...release, agentId } }];
    }
    case 'TransferTicket': {
      const { keepAssignee, ...transfer } = data;
      if (departmentId === transfer.toDepartmentId) return [];
      const transferred: HandlingEvent = {
        type: 'TicketTransferred',
        data: { fromDepartmentId: departmentId, ...transfer },
      };
      if (agentId === null || keepAssignee) return [transferred];
      // Released first: the assignment was the old department's.
      return [{ type: 'AssignmentReleased', data: { ticketId, agentId, at } }, transferred];
    }
  }
}

function decideWhetherDone(
  { type, data }: About<'ResolveTicket' | 'StartWrapUp' | 'CompleteWrapUp' | 'ReopenTicket' | 'CloseTicket'>,
  handling: Handling,
): readonly HandlingEvent[] {
  const { status, wrapUp, wrapUpAgentId, departmentId } = handling;
  switch (type) {
    case 'ResolveTicket':
      if (status === 'resolved') return [];
      mustBeOpen(handling);
      return [{ type: 'TicketResolved', data: { ...data, departmentId } }];
    case 'StartWrapUp':
      mustBeResolved(handling);
      if (wrapUp !== 'running') return [{ type: 'WrapUpStarted', data }];
      if (wrapUpAgentId === data.agentId) return [];
      throw new DomainError('wrap-up-in-progress', 'Another agent is wrapping up.', { agentId: wrapUpAgentId });
    case 'CompleteWrapUp':
      mustBeResolved(handling);
      if (wrapUp === 'done') return [];
      if (wrapUp === 'none') throw new DomainError('wrap-up-not-started', 'Nobody has started to wrap up.');
      if (wrapUpAgentId === data.agentId) return [{ type: 'WrapUpCompleted', data }];
      throw new DomainError('wrap-up-in-progress', 'Another agent is wrapping up.', { agentId: wrapUpAgentId });
    case 'ReopenTicket':
      return status === 'open' ? [] : reopen(data, handling);
    case 'CloseTicket':
      if (status === 'closed') return [];
      mustBeResolved(handling);
      return close(data, handling);
  }
}

function decideWork(
  command: About<
    | 'ReplyToRequester'
    | 'AddInternalNote'
    | 'ChangePriority'
    | 'TagTicket'
    | 'PauseTicket'
    | 'ResumeTicket'
    | 'LogActivity'
  >,
  handling: Handling,
): readonly HandlingEvent[] {
  const { type, data } = command;
  const { ticketId, at } = data;
  switch (type) {
    case 'ReplyToRequester':
      mustBeOpen(handling);
      return [{ type: 'AgentReplied', data: { ...data, automatic: false } }];
    case 'AddInternalNote':
      return [{ type: 'InternalNoteAdded', data }];
    case 'LogActivity':
      return [{ type: 'ActivityLogged', data }];
    case 'ChangePriority':
      mustBeOpen(handling);
      if (handling.priority === data.priority) return [];
      return [{ type: 'PriorityChanged', data: { ticketId, from: handling.priority, to: data.priority, at } }];
    case 'TagTicket': {
      if (handling.status === 'closed') throw new DomainError('ticket-closed', 'The ticket is closed.');
      const tags = distinct(data.tags);
      return sameTags(tags, handling.tags) ? [] : [{ type: 'TicketTagged', data: { ticketId, tags, at } }];
    }
    case 'PauseTicket':
      mustBeOpen(handling);
      return handling.pausedFor === data.reason ? [] : [{ type: 'TicketPaused', data }];
    case 'ResumeTicket':
      mustBeOpen(handling);
      return handling.pausedFor === null ? [] : [{ type: 'TicketResumed', data }];
  }
}

type Moment = { readonly ticketId: string; readonly at: string };

function queue({ ticketId, departmentId, priority, tags, at }: QueueData): readonly HandlingEvent[] {
  const queued: HandlingEvent = { type: 'TicketQueued', data: { ticketId, departmentId, priority, at } };
  if (tags.length === 0) return [queued];
  return [queued, { type: 'TicketTagged', data: { ticketId, tags: distinct(tags), at } }];
}
type QueueData = Extract<RequestersCommand, { type: 'QueueTicket' }>['data'];

function assigned({ ticketId, agentId, at }: Moment & { agentId: string }, departmentId: string | null): HandlingEvent {
  return { type: 'TicketAssigned', data: { ticketId, agentId, departmentId, at } };
}

function reopen(data: Moment & { readonly reason?: string }, handling: Handling): readonly HandlingEvent[] {
  return [...endOfWrapUp(data, handling), { type: 'TicketReopened', data }];
}

function close({ ticketId, at }: Moment, handling: Handling): readonly HandlingEvent[] {
  const closed: HandlingEvent = { type: 'TicketClosed', data: { ticketId, automatic: false, at } };
  return [...endOfWrapUp({ ticketId, at }, handling), closed];
}

/** A wrap-up never outlives the resolution it belongs to, or its time would run for ever. */
function endOfWrapUp({ ticketId, at }: Moment, { wrapUp, wrapUpAgentId }: Handling): readonly HandlingEvent[] {
  if (wrapUp !== 'running') return [];
  return [{ type: 'WrapUpCompleted', data: { ticketId, agentId: wrapUpAgentId, at } }];
}

const distinct = (tags: readonly string[]): string[] => [...new Set(tags)].sort();
const sameTags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag) => b.includes(tag));

function mustBeInHand({ status, withdrawn }: Handling): void {
  if (status === 'unknown') throw new DomainError('unknown-ticket', 'There is no such ticket.', {}, 'unknown');
  if (withdrawn) throw new DomainError('ticket-withdrawn', `The ticket is out of work: ${withdrawn}.`, { withdrawn });
}

function mustBeOpen({ status }: Handling): void {
  if (status !== 'open') throw new DomainError('ticket-not-open', `The ticket is ${status}.`, { status });
}

function mustBeResolved({ status }: Handling): void {
  if (status !== 'resolved') throw new DomainError('ticket-not-resolved', `The ticket is ${status}.`, { status });
}

export const handlingDecider: Decider<Handling, HandlingCommand, HandlingEvent> = {
  category: 'handling',
  initial,
  evolve,
  decide,
};
