/**
 * A ticket as agents see it: one row, folded from two logs. Each log writes columns of its own, so their order does not
 * matter.
 */
import { type RecordedEvent } from '@guichet/event-sourcing';
import { type HandlingEvent } from '../handling/handling.js';
import { type IntakeFact } from '../intake-facts.js';
import { type StateOfWork, type TicketState, ticketStateOf } from './ticket-state.js';

/**
 * What routing's own log tells. `version` is that of the handling's stream, 0 while intake alone has told of the
 * ticket.
 */
interface Work {
  readonly version: number;
  readonly own_position: number;
  readonly status: StateOfWork['status'];
  readonly withdrawn: StateOfWork['withdrawn'];
  readonly department_id: string | null;
  /** What the requester asked for, where there is no such department. */
  readonly unknown_department_id: string | null;
  /** Every queue it has been in (see queueOf): whoever watches one of them is told when it leaves. */
  readonly visited: readonly string[];
  readonly agent_id: string | null;
  readonly priority: string;
  readonly priority_rank: number;
  readonly tags: readonly string[];
  readonly paused_for: string | null;
  readonly level: number | null;
  readonly transfers: number;
  readonly wrap_up: 'none' | 'running' | 'done';
  readonly queued_at: string | null;
  readonly assigned_at: string | null;
  readonly agent_replied_at: string | null;
  readonly resolved_at: string | null;
  readonly closed_at: string | null;
}

/** What intake's feed tells. */
interface Request {
  readonly received_position: number;
  readonly number: string | null;
  readonly subject: string | null;
  readonly requester_id: string | null;
  readonly requester_name: string | null;
  readonly channel: string | null;
  readonly locale: string | null;
  readonly opened_at: string | null;
  readonly requester_replied_at: string | null;
  readonly spam: boolean;
  readonly merged_into: string | null;
}

export type TicketRow = {
  readonly tenant_id: string;
  readonly ticket_id: string;
  /** From both sides: see ticket-state. */
  readonly state: TicketState | null;
} & Work &
  Request;

export const emptyRow = (tenant_id: string, ticket_id: string): TicketRow => ({
  tenant_id,
  ticket_id,
  state: null,
  version: 0,
  own_position: 0,
  status: null,
  withdrawn: null,
  department_id: null,
  unknown_department_id: null,
  visited: [],
  agent_id: null,
  priority: 'normal',
  priority_rank: rankOf('normal'),
  tags: [],
  paused_for: null,
  level: null,
  transfers: 0,
  wrap_up: 'none',
  queued_at: null,
  assigned_at: null,
  agent_replied_at: null,
  resolved_at: null,
  closed_at: null,
  received_position: 0,
  number: null,
  subject: null,
  requester_id: null,
  requester_name: null,
  channel: null,
  locale: null,
  opened_at: null,
  requester_replied_at: null,
  spam: false,
  merged_into: null,
});

/** The queue of a department; tickets without one wait in a queue of their own, named ''. */
export const queueOf = (departmentId: string | null): string => departmentId ?? '';

const ranks: Readonly<Record<string, number>> = { low: 0, normal: 1, high: 2, urgent: 3 };
/** A priority an import brought along ranks as normal. */
const rankOf = (priority: string): number => ranks[priority] ?? 1;

/** The row after an event of its handling's stream. */
export function foldWork(before: TicketRow, event: RecordedEvent): TicketRow {
  const row: TicketRow = {
    ...before,
    version: Math.max(before.version, event.version),
    own_position: Math.max(before.own_position, event.position),
    // Imports keep another system's order: whatever comes first makes the ticket known.
    status: before.status ?? 'open',
    queued_at: before.queued_at ?? event.occurredAt,
  };
  return inState({ ...row, ...afterWork(row, { type: event.type, data: event.data } as HandlingEvent) });
}

const inState = (row: TicketRow): TicketRow => ({ ...row, state: ticketStateOf(row) });

function afterWork(row: TicketRow, { type, data }: HandlingEvent): Partial<Work> {
  switch (type) {
    case 'TicketQueued':
      return {
        ...inDepartment(row, data.departmentId),
        ...ranked(data.priority),
        ...{ unknown_department_id: data.unknownDepartmentId ?? null, agent_id: null, queued_at: data.at },
      };
    case 'TicketAssigned':
      return {
        ...inDepartment(row, data.departmentId ?? row.department_id),
        agent_id: data.agentId,
        assigned_at: data.at,
      };
    case 'AssignmentReleased':
      return { agent_id: null };
    case 'TicketTransferred': {
      const transfers = data.fromDepartmentId === null ? row.transfers : row.transfers + 1;
      return { ...inDepartment(row, data.toDepartmentId), level: data.level ?? row.level, transfers };
    }
    case 'AgentReplied':
      return { agent_replied_at: data.at };
    case 'PriorityChanged':
      return ranked(data.to);
    case 'TicketTagged':
      return { tags: data.tags };
    case 'TicketPaused':
      return { paused_for: data.reason };
    case 'TicketResumed':
      return { paused_for: null };
    case 'TicketResolved':
      return { status: 'resolved', resolved_at: data.at, paused_for: null };
    case 'TicketReopened':
      return { status: 'open', resolved_at: null, closed_at: null, paused_for: null, wrap_up: 'none' };
    case 'WrapUpStarted':
      return { wrap_up: 'running' };
    case 'WrapUpCompleted':
      return { wrap_up: 'done' };
    case 'TicketClosed':
      return { status: 'closed', closed_at: data.at, paused_for: null };
    case 'HandlingWithdrawn':
      return { withdrawn: data.reason };
    case 'HandlingReturned':
      return { withdrawn: null };
    case 'InternalNoteAdded':
    case 'ActivityLogged':
    case 'RequesterHeard':
    case 'TicketTakenOver':
      return {};
  }
}

const ranked = (priority: string) => ({ priority, priority_rank: rankOf(priority) });

function inDepartment({ visited }: TicketRow, department_id: string | null): Partial<Work> {
  const queue = queueOf(department_id);
  return { department_id, visited: visited.includes(queue) ? visited : [...visited, queue] };
}

/** The row after an event of intake's feed, which arrived at `position`. */
export function foldRequest(before: TicketRow, fact: IntakeFact, position: number): TicketRow {
  const received_position = Math.max(before.received_position, position);
  return inState({ ...before, received_position, ...afterRequest(fact) });
}

function afterRequest({ type, data }: IntakeFact): Partial<Request> {
  switch (type) {
    case 'TicketOpened':
      return {
        number: data.number,
        subject: data.subject,
        requester_id: data.requesterId,
        requester_name: data.requesterName ?? null,
        channel: data.channel,
        locale: data.locale,
        opened_at: data.at,
      };
    case 'RequesterReplied':
      return { requester_replied_at: data.at };
    case 'TicketMarkedSpam':
      return { spam: true };
    case 'TicketUnmarkedSpam':
      return { spam: false };
    case 'TicketMerged':
      return { merged_into: data.intoTicketId };
    case 'TicketUnmerged':
      return { merged_into: null };
    case 'TicketSplit':
    case 'TicketReopenedByRequester':
    case 'TicketClosedByRequester':
      return {}; // what they lead to stands in routing's own log
  }
}
