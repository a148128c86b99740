/** What is remembered of the work on a ticket to decide what may happen next. */
import { type HandlingEvent, type Withdrawal } from './events.js';

// Only what decide reads; what people look at lives in the read models.
export interface Handling {
  readonly status: 'unknown' | 'open' | 'resolved' | 'closed';
  readonly withdrawn: Withdrawal | null;
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
  const handling: Handling = before.status === 'unknown' ? { ...before, status: 'open' } : before;
  switch (type) {
    case 'TicketQueued':
      return { ...handling, departmentId: data.departmentId, priority: data.priority, agentId: null };
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
      return { ...handling, pausedFor: data.reason };
    case 'TicketResumed':
      return { ...handling, pausedFor: null };
    case 'TicketResolved':
      return { ...handling, status: 'resolved', pausedFor: null };
    case 'TicketReopened':
      return { ...handling, status: 'open', pausedFor: null, wrapUp: 'none' };
    case 'WrapUpStarted':
      return { ...handling, wrapUp: 'running', wrapUpAgentId: data.agentId };
    case 'WrapUpCompleted':
      return { ...handling, wrapUp: 'done' };
    case 'TicketClosed':
      return { ...handling, status: 'closed', pausedFor: null };
    case 'HandlingWithdrawn':
      return { ...handling, withdrawn: data.reason };
    case 'HandlingReturned':
      return { ...handling, withdrawn: null };
    case 'AgentReplied':
    case 'InternalNoteAdded':
    case 'ActivityLogged':
      return handling;
  }
};
