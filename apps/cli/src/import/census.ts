/** Counts what an import would bring: what a person looks at to see whether the mapping is right. */
import type { Conflict, FoldedTicket } from './folding/fold.js';
import type { ImportedEvent } from './folding/ticket.js';

export const finalStates = ['open', 'paused', 'resolved', 'closed', 'spam', 'merged'] as const;
export type FinalState = (typeof finalStates)[number];

/** Something seen in some tickets, with one of them to look at. */
export interface Seen {
  readonly tickets: number;
  readonly example: { readonly ticket: string; readonly line: number; readonly says: string };
}

export interface CensusResult {
  readonly events: number;
  readonly eventsByType: Readonly<Record<string, number>>;
  /** Events by who did them: requester, agent, bot, import (nobody known). */
  readonly eventsByActor: Readonly<Record<string, number>>;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** How many tickets were opened by which channel, with which priority; at most 1,000 of each are told apart. */
  readonly channels: Readonly<Record<string, number>>;
  readonly priorities: Readonly<Record<string, number>>;
  /** Tickets by the state the log leaves them in. */
  readonly finalStates: Readonly<Partial<Record<FinalState, number>>>;
  readonly reopenings: number;
  readonly reopenedTickets: number;
  readonly departments: readonly string[];
  readonly agents: readonly AgentCount[];
  /** Tickets whose requester nobody knows. */
  readonly withoutRequester: number;
  readonly beforeOpening: Seen | null;
  readonly inFuture: Seen | null;
  readonly longAgo: Seen | null;
  /** Place in the mapping → tickets whose rows differ there. */
  readonly conflicts: Readonly<Record<string, Seen>>;
}

export interface AgentCount {
  readonly agentId: string;
  readonly name: string;
  readonly departmentIds: readonly string[];
  readonly events: number;
}

/** An agent's contract takes no more departments. */
const maxDepartments = 200;
/** Helpdesk software is younger. */
const longAgo = '1990';

interface Agent {
  name: string;
  events: number;
  readonly departmentIds: Set<string>;
}

const becomes: Readonly<Record<string, FinalState>> = {
  ...{ TicketOpened: 'open', TicketPaused: 'paused', TicketResumed: 'open', TicketReopened: 'open' },
  ...{ TicketResolved: 'resolved', TicketClosed: 'closed' },
};

export class Census {
  private events = 0;
  private readonly byType = new Map<string, number>();
  private readonly byActor = new Map<string, number>();
  private readonly channels = new Map<string, number>();
  private readonly priorities = new Map<string, number>();
  private readonly states = new Map<string, number>();
  private firstAt: string | null = null;
  private lastAt: string | null = null;
  private reopenedTickets = 0;
  private withoutRequester = 0;
  private readonly departments = new Set<string>();
  private readonly agents = new Map<string, Agent>();
  private readonly seen = new Map<string, { tickets: number; example: Seen['example'] }>();

  /** @param now instant in RFC 3339: what lies after it has not happened yet */
  constructor(private readonly now: string) {}

  count({ key, events, agentNames, conflicts }: FoldedTicket): void {
    if (events.length === 0) return;
    let department: string | null = null;
    let isReopened = false;
    for (const event of events) {
      this.event(event);
      isReopened ||= event.type === 'TicketReopened';
      department = departmentAfter(event) ?? department;
      if (department !== null) this.departments.add(department);
      this.people(event, department, agentNames);
    }
    if (isReopened) this.reopenedTickets += 1;
    tally(this.states, finalStateOf(events));
    this.oddities(key, events);
    for (const conflict of conflicts) this.conflict(key, conflict);
  }

  result(): CensusResult {
    const seen = (name: string) => this.seen.get(name) ?? null;
    const conflicts = [...this.seen].filter(([name]) => name.startsWith('ticket.'));
    const agents = [...this.agents].map(([agentId, { name, departmentIds, events }]) => ({
      ...{ agentId, name, events, departmentIds: [...departmentIds] },
    }));
    return {
      ...{ events: this.events, eventsByType: mostFirst(this.byType), eventsByActor: mostFirst(this.byActor) },
      ...{ channels: mostFirst(this.channels), priorities: mostFirst(this.priorities) },
      ...{ firstAt: this.firstAt, lastAt: this.lastAt, finalStates: mostFirst(this.states) },
      ...{ reopenings: this.byType.get('TicketReopened') ?? 0, reopenedTickets: this.reopenedTickets },
      ...{ departments: [...this.departments].sort(), agents, withoutRequester: this.withoutRequester },
      ...{ beforeOpening: seen('beforeOpening'), inFuture: seen('inFuture'), longAgo: seen('longAgo') },
      conflicts: Object.fromEntries(conflicts),
    };
  }

  private event({ type, data, actor }: ImportedEvent): void {
    this.events += 1;
    tally(this.byType, type);
    tally(this.byActor, actor.kind);
    if (type === 'TicketOpened') {
      tally(this.channels, String(data['channel']));
      if (data['requesterId'] === 'unknown') this.withoutRequester += 1;
    }
    if (type === 'TicketQueued') tally(this.priorities, String(data['priority']));
    const at = String(data['at']);
    if (this.firstAt === null || at < this.firstAt) this.firstAt = at;
    if (this.lastAt === null || at > this.lastAt) this.lastAt = at;
  }

  /** Whoever writes is an agent only where the mapping says so; whoever gets a ticket is one in any case. */
  private people({ type, data, actor }: ImportedEvent, department: string | null, names: ReadonlyMap<string, string>) {
    const { agentId } = data;
    if (actor.kind === 'agent' && actor.id !== undefined) this.meet(actor.id, department, names, 1);
    const isWritten = type === 'AgentReplied' || type === 'InternalNoteAdded';
    if (typeof agentId === 'string' && !isWritten && agentId !== actor.id) this.meet(agentId, department, names, 0);
  }

  private meet(agentId: string, department: string | null, names: ReadonlyMap<string, string>, events: number): void {
    const known = this.agents.get(agentId) ?? { name: agentId, events: 0, departmentIds: new Set<string>() };
    known.name = names.get(agentId) ?? known.name;
    known.events += events;
    if (department !== null && known.departmentIds.size < maxDepartments) known.departmentIds.add(department);
    this.agents.set(agentId, known);
  }

  private oddities(key: string, events: readonly ImportedEvent[]): void {
    const openedAt = String(events[0]!.data['at']);
    const note = (name: string, odd: (at: string) => boolean, says: (event: ImportedEvent) => string) => {
      const event = events.find(({ data }) => odd(String(data['at'])));
      if (event) this.note(name, { ticket: key, line: event.line, says: says(event) });
    };
    const told = ({ type, data }: ImportedEvent) => `${type} ${String(data['at'])}`;
    note(
      'beforeOpening',
      (at) => at < openedAt,
      (event) => `opened ${openedAt}, ${told(event)}`,
    );
    note('inFuture', (at) => at > this.now, told);
    note('longAgo', (at) => at < longAgo, told);
  }

  private conflict(key: string, { place, values }: Conflict): void {
    const [one, another] = values;
    if (!one || !another) return;
    const says = `line ${one.line} "${one.text}", line ${another.line} "${another.text}"`;
    this.note(place, { ticket: key, line: one.line, says });
  }

  private note(name: string, example: Seen['example']): void {
    const seen = this.seen.get(name) ?? { tickets: 0, example };
    this.seen.set(name, { ...seen, tickets: seen.tickets + 1 });
  }
}

function finalStateOf(events: readonly ImportedEvent[]): FinalState {
  let [state, isSpam]: [FinalState, boolean] = ['open', false];
  for (const { type } of events) {
    if (type === 'TicketMerged') return 'merged';
    if (type === 'TicketMarkedSpam' || type === 'TicketUnmarkedSpam') isSpam = type === 'TicketMarkedSpam';
    // A wait that ends after the resolution changes nothing about it.
    if (type !== 'TicketResumed' || state === 'paused') state = becomes[type] ?? state;
  }
  return isSpam ? 'spam' : state;
}

function tally(counts: Map<string, number>, name: string): void {
  if (counts.has(name) || counts.size < 1000) counts.set(name, (counts.get(name) ?? 0) + 1);
}

const mostFirst = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));

function departmentAfter({ type, data }: ImportedEvent): string | null {
  const department =
    type === 'TicketTransferred' ? data['toDepartmentId'] : type === 'TicketQueued' ? data['departmentId'] : null;
  return typeof department === 'string' ? department : null;
}
