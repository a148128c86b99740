/** What may happen next to a ticket, and what it has to lead to on both sides. Pure. */
import type { Publisher } from '../history.js';

export type Agent = 'agent' | 'supervisor';
export const agents: readonly Agent[] = ['agent', 'supervisor'];
export const departments: readonly string[] = ['billing', 'technical'];

/** Both sides of a ticket, as far as its next steps depend on them. */
export interface TicketState {
  readonly departmentId: string;
  readonly status: 'open' | 'resolved' | 'closed';
  readonly agent: Agent | null;
  readonly paused: boolean;
  /** Who wraps up. */
  readonly wrapUp: Agent | null;
  readonly wrappedUp: boolean;
}

export interface Step {
  readonly kind: string;
  readonly service: Publisher;
  readonly by: Agent | 'requester';
  /** After `/<service>/v1/tickets/<ticketId>/`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Types of its own events; of a step that has to be refused, none. */
  readonly leadsTo: readonly string[];
  /** What routing does about it, once it has heard of intake's event. */
  readonly follows: readonly string[];
  readonly mustBeRefused?: boolean;
  readonly next: TicketState;
}

export const opened = (departmentId: string): TicketState => ({
  departmentId,
  status: 'open',
  agent: null,
  paused: false,
  wrapUp: null,
  wrappedUp: false,
});

/** Every step that makes sense now, allowed or to be refused. `text` goes into what people write. */
export function stepsFrom(state: TicketState, text: string): Step[] {
  const anyTime = [
    ...agents.map((by) => routing('note', by, 'notes', state, ['InternalNoteAdded'], { body: text })),
    closeByRequester(state),
  ];
  switch (state.status) {
    case 'open':
      return [...anyTime, ...assigning(state), ...working(state, text)];
    case 'resolved':
      return [...anyTime, ...finishing(state), ...reopening(state, text), ...refusedWhenOver(state, text)];
    case 'closed':
      return [
        ...anyTime,
        ...reopening(state, text),
        ...refusedWhenOver(state, text),
        routing('close again', 'agent', 'close', state, []),
      ];
  }
}

function assigning(state: TicketState): Step[] {
  const { agent, departmentId } = state;
  const claims = agents.map((by) => {
    if (agent === null) return routing('claim', by, 'claim', { ...state, agent: by }, ['TicketAssigned']);
    if (agent === by) return routing('claim again', by, 'claim', state, []);
    return { ...routing('claim another’s', by, 'claim', state, []), mustBeRefused: true };
  });
  const transfers = departments
    .filter((one) => one !== departmentId)
    .map((toDepartmentId) => {
      const events = agent === null ? ['TicketTransferred'] : ['AssignmentReleased', 'TicketTransferred'];
      const next = { ...state, agent: null, departmentId: toDepartmentId };
      return routing('transfer', 'agent', 'transfers', next, events, { toDepartmentId, reason: 'wrong-department' });
    });
  return [...claims, ...transfers];
}

function working(state: TicketState, text: string): Step[] {
  const pause = state.paused
    ? routing('resume', 'agent', 'resume', { ...state, paused: false }, ['TicketResumed'])
    : routing('pause', 'agent', 'pause', { ...state, paused: true }, ['TicketPaused'], { reason: 'requester' });
  return [
    ...agents.map((by) => routing('agent reply', by, 'replies', state, ['AgentReplied'], { body: text })),
    pause,
    requesterReply(state, { ...state, paused: false }, text, state.paused ? ['TicketResumed'] : ['RequesterHeard']),
    ...agents.map((by) =>
      routing('resolve', by, 'resolve', { ...state, status: 'resolved', paused: false }, ['TicketResolved']),
    ),
  ];
}

function finishing(state: TicketState): Step[] {
  const { wrapUp, wrappedUp } = state;
  const done = { ...state, wrapUp: null, wrappedUp: true };
  const wrapping =
    wrapUp !== null
      ? [routing('complete wrap-up', wrapUp, 'wrap-up/complete', done, ['WrapUpCompleted'])]
      : wrappedUp
        ? []
        : agents.map((by) =>
            routing('start wrap-up', by, 'wrap-up/start', { ...state, wrapUp: by }, ['WrapUpStarted']),
          );
  const close = routing('close', 'agent', 'close', { ...done, status: 'closed' }, [...endOf(state), 'TicketClosed']);
  return [...wrapping, close, routing('resolve again', 'agent', 'resolve', state, [])];
}

/** Taken up again by either side. */
function reopening(state: TicketState, text: string): Step[] {
  const next = { ...state, status: 'open', paused: false, wrapUp: null, wrappedUp: false } as const;
  const reopened = [...endOf(state), 'TicketReopened'];
  return [
    routing('reopen', 'supervisor', 'reopen', next, reopened, { reason: text }),
    requesterReply(state, next, text, state.status === 'closed' ? [...reopened, 'RequesterHeard'] : reopened),
    {
      kind: 'requester reopen',
      service: 'intake',
      by: 'requester',
      path: 'reopen',
      body: { reason: text },
      leadsTo: ['TicketReopenedByRequester'],
      follows: reopened,
      next,
    },
  ];
}

/** Who writes on a ticket that is closed wishes it reopened, and says so by an event of its own. */
function requesterReply(state: TicketState, next: TicketState, text: string, follows: readonly string[]): Step {
  return {
    kind: 'requester reply',
    service: 'intake',
    by: 'requester',
    path: 'replies',
    body: { body: text },
    leadsTo: [...(state.status === 'closed' ? ['TicketReopenedByRequester'] : []), 'RequesterReplied'],
    follows,
    next,
  };
}

/** What is closed already, by whomever, is left as it is. */
function closeByRequester(state: TicketState): Step {
  const isClosed = state.status === 'closed';
  return {
    kind: 'requester close',
    service: 'intake',
    by: 'requester',
    path: 'close',
    body: {},
    leadsTo: isClosed ? [] : ['TicketClosedByRequester'],
    follows: isClosed ? [] : [...endOf(state), 'TicketClosed'],
    next: {
      ...state,
      status: 'closed',
      paused: false,
      wrapUp: null,
      wrappedUp: state.wrappedUp || state.wrapUp !== null,
    },
  };
}

const refusedWhenOver = (state: TicketState, text: string): Step[] =>
  [
    routing('claim too late', 'agent', 'claim', state, []),
    routing('reply too late', 'agent', 'replies', state, [], { body: text }),
  ].map((step) => ({ ...step, mustBeRefused: true }));

const endOf = ({ wrapUp }: TicketState): string[] => (wrapUp === null ? [] : ['WrapUpCompleted']);

function routing(
  kind: string,
  by: Agent,
  path: string,
  next: TicketState,
  leadsTo: readonly string[],
  body?: Readonly<Record<string, unknown>>,
): Step {
  return { kind, service: 'routing', by, path, leadsTo, follows: [], next, ...(body && { body }) };
}
