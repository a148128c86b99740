/** What may happen to the work on a ticket, and when. Pure: no Nest, no database, no clock. */
import { type Decider, DomainError } from '@guichet/event-sourcing';
import {
  type AgentsCommand,
  type Handling,
  type HandlingCommand,
  type HandlingEvent,
  type Moment,
  type RequestersCommand,
  evolve,
  initial,
} from './handling.js';

type Events = readonly HandlingEvent[];
type Types = HandlingCommand['type'];
type Data = { readonly [Type in Types]: Extract<HandlingCommand, { type: Type }>['data'] };
type CommandOf<Type extends Types> = { [T in Type]: { readonly type: T; readonly data: Data[T] } }[Type];
/** A decision for each command of a group. */
type Decisions<Type extends Types> = { readonly [T in Type]: (data: Data[T], handling: Handling) => Events };

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = (command: HandlingCommand, handling: Handling): Events => {
  if (command.type === 'TakeOverWork') return takeOver(command.data, handling);
  if (isRequesters(command)) return followRequester(command, handling);
  mustBeInHand(handling);
  return decided(agents, command, handling).map((event) => heardBy(event, handling.heard));
};

/** Decides by the command's own entry. */
function decided<Type extends Types>(decisions: Decisions<Type>, command: CommandOf<Type>, handling: Handling): Events {
  return decisions[command.type](command.data, handling);
}

/**
 * Intake's facts are followed, never refused, each once and in their order. Each leaves an event that names its
 * version: whoever hears it knows what the work has taken into account. A ticket that routing does not know has no work
 * to change; the policy queues it first where its requester still waits for somebody.
 */
function followRequester(command: RequestersCommand, handling: Handling): Events {
  const { ticketId, at, ticketVersion } = command.data;
  if (command.type !== 'QueueTicket' && handling.status === 'unknown') return [];
  if (ticketVersion <= handling.heard) return [];
  const events = decided(requesters, command, handling);
  const heard: HandlingEvent = { type: 'RequesterHeard', data: { ticketId, ticketVersion, at } };
  return (events.length === 0 ? [heard] : events).map((event) => after(heardBy(event, ticketVersion), handling));
}

const requesters: Decisions<RequestersCommand['type']> = {
  QueueTicket: ({ ticketVersion: _, tags, ...data }, { status }) => {
    if (status !== 'unknown') return [];
    const { ticketId, at } = data;
    const queued: HandlingEvent = { type: 'TicketQueued', data };
    if (tags.length === 0) return [queued];
    return [queued, { type: 'TicketTagged', data: { ticketId, tags: distinct(tags), at } }];
  },
  /** Whoever ended the work did not know of the reply: it would lie in a ticket that nobody looks at. */
  ReceiveReply: ({ ticketId, at }, handling) => {
    if (handling.withdrawn) return [];
    if (handling.status !== 'open') return reopen({ ticketId, at }, handling);
    return handling.pausedFor === 'requester' ? [{ type: 'TicketResumed', data: { ticketId, at } }] : [];
  },
  ReopenForRequester: ({ ticketId, reason, at }, handling) =>
    handling.withdrawn || handling.status === 'open' ? [] : reopen({ ticketId, reason, at }, handling),
  CloseForRequester: ({ ticketId, at }, handling) =>
    handling.withdrawn || handling.status === 'closed' ? [] : close({ ticketId, at }, handling),
  WithdrawHandling: (data, { withdrawn, status }) =>
    withdrawn ? [] : [{ type: 'HandlingWithdrawn', data: { ...data, unfinished: status === 'open' } }],
  ReturnHandling: ({ ticketId, from, at }, { withdrawn }) =>
    withdrawn === from ? [{ type: 'HandlingReturned', data: { ticketId, at } }] : [],
};

const agents: Decisions<AgentsCommand['type']> = {
  ClaimTicket: (data, handling) => {
    mustBeOpen(handling);
    const { agentId } = handling;
    if (agentId !== null && agentId !== data.agentId)
      throw new DomainError('already-claimed', 'Another agent has the ticket.', { agentId });
    return agentId === null ? [assigned(data, handling)] : [];
  },
  AssignTicket: (data, handling) => {
    mustBeOpen(handling);
    return handling.agentId === data.agentId ? [] : [assigned(data, handling)];
  },
  ReleaseTicket: ({ anyAssignee, ...release }, handling) => {
    mustBeOpen(handling);
    const { agentId } = handling;
    if (agentId === null) return [];
    if (agentId !== release.agentId && !anyAssignee)
      throw new DomainError('assigned-to-another', 'Another agent has the ticket.', { agentId });
    return [{ type: 'AssignmentReleased', data: { ...release, agentId } }];
  },
  TransferTicket: ({ keepAssignee, onlyFrom, ...transfer }, handling) => {
    mustBeOpen(handling);
    const { agentId, departmentId } = handling;
    const { ticketId, at } = transfer;
    if (departmentId === transfer.toDepartmentId) return [];
    if (onlyFrom !== undefined && departmentId !== onlyFrom) return [];
    const transferred: HandlingEvent = {
      type: 'TicketTransferred',
      data: { fromDepartmentId: departmentId, ...transfer },
    };
    if (agentId === null || keepAssignee) return [transferred];
    // Released first: the assignment was the old department's.
    return [{ type: 'AssignmentReleased', data: { ticketId, agentId, at } }, transferred];
  },
  ReplyToRequester: (data, handling) => {
    mustBeOpen(handling);
    return [{ type: 'AgentReplied', data: { ...data, automatic: false } }];
  },
  AddInternalNote: (data) => [{ type: 'InternalNoteAdded', data }],
  LogActivity: (data) => [{ type: 'ActivityLogged', data }],
  ChangePriority: ({ ticketId, priority, at }, handling) => {
    mustBeOpen(handling);
    if (handling.priority === priority) return [];
    return [{ type: 'PriorityChanged', data: { ticketId, from: handling.priority, to: priority, at } }];
  },
  TagTicket: ({ ticketId, at, ...data }, handling) => {
    if (handling.status === 'closed') throw new DomainError('ticket-closed', 'The ticket is closed.');
    const tags = distinct(data.tags);
    return sameTags(tags, handling.tags) ? [] : [{ type: 'TicketTagged', data: { ticketId, tags, at } }];
  },
  PauseTicket: (data, handling) => {
    mustBeOpen(handling);
    return handling.pausedFor === data.reason ? [] : [{ type: 'TicketPaused', data }];
  },
  ResumeTicket: (data, handling) => {
    mustBeOpen(handling);
    return handling.pausedFor === null ? [] : [{ type: 'TicketResumed', data }];
  },
  ResolveTicket: (data, handling) => {
    if (handling.status === 'resolved') return [];
    mustBeOpen(handling);
    return [{ type: 'TicketResolved', data: { ...data, departmentId: handling.departmentId } }];
  },
  StartWrapUp: (data, handling) => {
    mustBeResolved(handling);
    const { wrapUp, wrapUpAgentId } = handling;
    if (wrapUp !== 'running') return [{ type: 'WrapUpStarted', data }];
    if (wrapUpAgentId === data.agentId) return [];
    throw new DomainError('wrap-up-in-progress', 'Another agent is wrapping up.', { agentId: wrapUpAgentId });
  },
  CompleteWrapUp: (data, handling) => {
    mustBeResolved(handling);
    const { wrapUp, wrapUpAgentId } = handling;
    if (wrapUp === 'done') return [];
    if (wrapUp === 'none') throw new DomainError('wrap-up-not-started', 'Nobody has started to wrap up.');
    if (wrapUpAgentId === data.agentId) return [{ type: 'WrapUpCompleted', data }];
    throw new DomainError('wrap-up-in-progress', 'Another agent is wrapping up.', { agentId: wrapUpAgentId });
  },
  ReopenTicket: (data, handling) => (handling.status === 'open' ? [] : reopen(data, handling)),
  CloseTicket: (data, handling) => {
    if (handling.status === 'closed') return [];
    mustBeResolved(handling);
    return close(data, handling);
  },
};

const isRequesters = (command: AgentsCommand | RequestersCommand): command is RequestersCommand =>
  Object.hasOwn(requesters, command.type);

/**
 * Unfinished work never leaves the backlog with a merge: the ticket that carries it on is open from then on. A ticket
 * that routing is yet to hear of will be queued open; one that was marked as spam has given its merged tickets back.
 */
function takeOver({ ticketId, mergedTicketId, at }: Data['TakeOverWork'], handling: Handling): Events {
  if (handling.status === 'unknown') return [];
  const { mergedInto: passedTo } = handling;
  const data = { ticketId, mergedTicketId, ...(passedTo !== null && { passedTo }), at };
  const isAtWork = handling.withdrawn !== null || handling.status === 'open';
  const reopened = isAtWork ? [] : reopen({ ticketId, mergedTicketId, at }, handling);
  const events: Events = [{ type: 'TicketTakenOver', data }, ...reopened];
  return events.map((event) => after(heardBy(event, handling.heard), handling));
}

type TellsHeard = Extract<HandlingEvent, { data: { ticketVersion?: number } }>;
const tellHeard: Readonly<Record<TellsHeard['type'], true>> = {
  TicketQueued: true,
  TicketPaused: true,
  TicketResumed: true,
  TicketResolved: true,
  TicketReopened: true,
  TicketClosed: true,
  HandlingWithdrawn: true,
  HandlingReturned: true,
  RequesterHeard: true,
};
const tellsHeard = (event: HandlingEvent): event is TellsHeard => Object.hasOwn(tellHeard, event.type);

/** The event, saying which version of the ticket's stream was known; nothing is said of imported tickets. */
function heardBy(event: HandlingEvent, ticketVersion: number): HandlingEvent {
  return ticketVersion > 0 && tellsHeard(event) ? saying(event, { ticketVersion }) : event;
}

/** What routing did before it heard of a fact comes before what follows from the fact, whatever the two clocks say. */
const after = (event: HandlingEvent, { changedAt }: Handling): HandlingEvent =>
  event.data.at < changedAt ? saying(event, { at: changedAt }) : event;

const saying = <Event extends HandlingEvent>(event: Event, more: Partial<Event['data']>): Event => ({
  ...event,
  data: { ...event.data, ...more },
});

function assigned({ ticketId, agentId, at }: Moment & { agentId: string }, handling: Handling): HandlingEvent {
  return { type: 'TicketAssigned', data: { ticketId, agentId, departmentId: handling.departmentId, at } };
}

function reopen(data: Moment & { readonly reason?: string; mergedTicketId?: string }, handling: Handling): Events {
  return [...endOfWrapUp(data, handling), { type: 'TicketReopened', data }];
}

function close({ ticketId, at }: Moment, handling: Handling): Events {
  const closed: HandlingEvent = { type: 'TicketClosed', data: { ticketId, automatic: false, at } };
  return [...endOfWrapUp({ ticketId, at }, handling), closed];
}

/** A wrap-up never outlives the resolution it belongs to, or its time would run for ever. */
function endOfWrapUp({ ticketId, at }: Moment, { wrapUp, wrapUpAgentId }: Handling): Events {
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
