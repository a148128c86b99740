/**
 * One ticket between its two services, for searching every order of what may happen to it: the real deciders, the
 * real decisions of routing's policy and of intake's read model, and feeds that bring each event when the search says
 * so.
 */
import { deriveFact, foldEvent, isHandlingEvent, isIntakeEvent, newFold } from '@guichet/analytics/sides';
import { DomainError, type RecordedEvent } from '@guichet/event-sourcing';
import {
  type Ticket,
  type TicketCommand,
  ticketDecider,
  type TicketEvent,
  ticketStatusOf,
} from '@guichet/intake/sides';
import { type TicketPatch, type TicketStatus, ViewChanges, type WorkSide } from '@guichet/intake/sides';
import { commandAfter, type Handling, type HandlingCommand, handlingDecider } from '@guichet/routing/sides';
import { type HandlingEvent, type IntakeFact } from '@guichet/routing/sides';
import { toPublicEvent as routingTells } from '@guichet/routing/publisher';

/** What the search may replace to see that it notices. */
export interface Deciders {
  readonly ticket: Pick<typeof ticketDecider, 'decide'>;
  readonly handling: Pick<typeof handlingDecider, 'decide'>;
  readonly statusOf: typeof ticketStatusOf;
}
export const realDeciders: Deciders = {
  ticket: ticketDecider,
  handling: handlingDecider,
  statusOf: ticketStatusOf,
};

/** Immutable: each step makes a new one. */
export interface World {
  readonly ticket: Ticket;
  readonly handling: Handling;
  /** Intake's stream, and how much of it routing has been brought. */
  readonly facts: readonly TicketEvent[];
  readonly heard: number;
  /** Routing's stream as the world is told it, and how much of it intake has been brought. */
  readonly told: readonly RecordedEvent[];
  readonly handlingVersion: number;
  readonly received: number;
  readonly view: TicketPatch;
  /** How much of intake's stream was known to whoever ended the work last; null while it is open. */
  readonly knownAtEnd: number | null;
  /** Steps so far: the time of day, in milliseconds. */
  readonly now: number;
}

const ticketId = '7f4f5b1e-0000-4000-8000-000000000001';
const other = '7f4f5b1e-0000-4000-8000-000000000002';
const tenantId = '7f4f5b1e-0000-4000-8000-0000000000ff';
const agentId = 'amir';
const caller = { role: 'staff' } as const;
const timeOf = (world: World): string => new Date(Date.UTC(2026, 2, 2, 9) + world.now).toISOString();

const nothing: World = {
  ticket: ticketDecider.initial,
  handling: handlingDecider.initial,
  facts: [],
  heard: 0,
  told: [],
  handlingVersion: 0,
  received: 0,
  view: { tenant_id: tenantId, ticket_id: ticketId },
  knownAtEnd: null,
  now: 0,
};

/** The ticket was opened and waits in its queue, and both services know. */
export function openedWorld(deciders: Deciders): World {
  const opening = { number: 'GU-1001', requesterId: 'rita', subject: 'Charged twice', channel: 'portal', locale: 'fr' };
  const data = { ...opening, ticketId, device: 'desktop', at: timeOf(nothing) } as const;
  return quiet(intakeDoes(nothing, { type: 'OpenTicket', data }, deciders), deciders);
}

export type Step = (world: World, deciders: Deciders) => World;
/** A split leaves the state of the ticket as it is. */
type Requesters = Exclude<TicketCommand['type'], 'OpenTicket' | 'OpenFromSplit' | 'SplitTicket'>;

/** What people may do at any moment; what is refused or "already so" leaves the same world. */
const requesters: { readonly [Type in Requesters]: (world: World) => TicketCommand } = {
  ReplyToTicket: (world) => {
    const reply = { ticketId, caller, replyId: other, body: 'Still charged', at: timeOf(world) };
    return { type: 'ReplyToTicket', data: { ...reply, work: workSeen(world) } };
  },
  CloseTicket: (world) => wish('CloseTicket', world),
  ReopenTicket: (world) => wish('ReopenTicket', world),
  MarkTicketSpam: (world) => ({ type: 'MarkTicketSpam', data: { ticketId, at: timeOf(world) } }),
  UnmarkTicketSpam: (world) => ({ type: 'UnmarkTicketSpam', data: { ticketId, at: timeOf(world) } }),
  MergeTicket: (world) => {
    const target = { known: true, spam: false, chain: [other], requesterIds: ['rita'] };
    const data = { ticketId, intoTicketId: other, acrossRequesters: false, target, at: timeOf(world) };
    return { type: 'MergeTicket', data };
  },
  UnmergeTicket: (world) => ({ type: 'UnmergeTicket', data: { ticketId, at: timeOf(world) } }),
};
const wish = (type: 'CloseTicket' | 'ReopenTicket', world: World): TicketCommand => ({
  type,
  data: { ticketId, caller, work: workSeen(world), at: timeOf(world) },
});

const agents: Readonly<Record<string, (about: { ticketId: string; at: string }) => HandlingCommand>> = {
  resolve: (about) => ({ type: 'ResolveTicket', data: { ...about, agentId } }),
  close: (about) => ({ type: 'CloseTicket', data: about }),
  reopen: (about) => ({ type: 'ReopenTicket', data: about }),
  pause: (about) => ({ type: 'PauseTicket', data: { ...about, reason: 'requester' } }),
  resume: (about) => ({ type: 'ResumeTicket', data: about }),
};

/** By name, for telling how a counterexample came about. */
export const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ...Object.entries(requesters).map(([name, command]): [string, Step] => [
    `intake ${name}`,
    (world, deciders) => intakeDoes(world, command(world), deciders),
  ]),
  ...Object.entries(agents).map(([name, command]): [string, Step] => [
    `routing ${name}`,
    (world, deciders) => {
      const asked = command({ ticketId, at: timeOf(world) });
      return routingDoes(world, asked, world.heard, deciders);
    },
  ]),
  ['routing hears', (world, deciders) => hear(world, deciders)],
  ['intake hears', receive],
]);

function intakeDoes(world: World, command: TicketCommand, { ticket: decider }: Deciders): World {
  const events = unlessRefused(() => decider.decide(command, world.ticket));
  if (events.length === 0) return world;
  const facts = [...world.facts, ...events];
  const changes = new ViewChanges();
  events.forEach((event, i) => changes.addOwn(recorded(event, 'ticket', world.facts.length + i + 1)));
  return {
    ...world,
    now: world.now + 1,
    facts,
    ticket: events.reduce((state, event) => ticketDecider.evolve(state, event), world.ticket),
    view: patched(world.view, changes),
  };
}

/** `known`: how much of intake's stream is known to whoever asks. */
function routingDoes(world: World, command: HandlingCommand, known: number, { handling: decider }: Deciders): World {
  const events = unlessRefused(() => decider.decide(command, world.handling));
  if (events.length === 0) return world;
  const handling = events.reduce((state, event) => handlingDecider.evolve(state, event), world.handling);
  const isOver = handling.status === 'resolved' || handling.status === 'closed';
  const hasEnded = events.some(({ type }) => type === 'TicketResolved' || type === 'TicketClosed');
  const told = events.flatMap((event, i) => tellable(recorded(event, 'handling', world.handlingVersion + i + 1)));
  return {
    ...world,
    handling,
    told: [...world.told, ...told],
    handlingVersion: world.handlingVersion + events.length,
    knownAtEnd: !isOver ? null : hasEnded ? known : world.knownAtEnd,
    now: world.now + 1,
  };
}

function hear(world: World, deciders: Deciders): World {
  const fact = world.facts[world.heard];
  if (fact === undefined) return world;
  return { ...hearAgain(world, world.heard, deciders), heard: world.heard + 1 };
}

/** The policy is called at least once per event: what it did for one before, it may be asked to do again. */
export function hearAgain(world: World, index: number, deciders: Deciders): World {
  const command = commandAfter(world.facts[index] as IntakeFact, index + 1, { departmentId: 'billing' });
  return command === undefined ? world : routingDoes(world, command, index + 1, deciders);
}

function receive(world: World): World {
  const event = world.told[world.received];
  if (event === undefined) return world;
  const changes = new ViewChanges();
  changes.addReceived(event);
  return { ...world, view: patched(world.view, changes), received: world.received + 1 };
}

/** Everything that is under way arrives. */
export function quiet(world: World, deciders: Deciders): World {
  let now = world;
  while (now.heard < now.facts.length) now = hear(now, deciders);
  while (now.received < now.told.length) now = receive(now);
  return now;
}

/** What intake's read model knows of the work. */
function workSeen({ view }: World): WorkSide | null {
  const { handling_status: status, handling_heard: heard = 0, handling_changed_at: changedAt = '' } = view;
  return status === undefined ? null : { status, heard, changedAt };
}

export function statusAtIntake(world: World, { statusOf }: Deciders): TicketStatus {
  const { merged = false, spam = false, said = null, said_version = 0, said_at = '', replied_version = 0 } = world.view;
  const side = { merged, spam, said, saidVersion: said_version, saidAt: said_at, repliedVersion: replied_version };
  return statusOf(side, workSeen(world));
}

/** Whether analytics counts the ticket as open, once it has heard all; undefined for one that it leaves out. */
export function isOpenToAnalytics({ facts, told }: World): boolean | undefined {
  const fold = newFold(tenantId, ticketId);
  const events = [...facts.map((fact, i) => recorded(fact, 'ticket', i + 1)), ...told];
  for (const event of events) if (isIntakeEvent(event) || isHandlingEvent(event)) foldEvent(fold, event);
  const { counted, status } = deriveFact(fold);
  return counted ? status === 'open' : undefined;
}

/** In the words of intake. */
export function statusAtRouting({ handling }: World): TicketStatus {
  if (handling.withdrawn) return handling.withdrawn;
  if (handling.status === 'resolved' || handling.status === 'closed') return handling.status;
  return handling.pausedFor === 'requester' ? 'awaiting-requester' : 'open';
}

function unlessRefused<Event>(decide: () => readonly Event[]): readonly Event[] {
  try {
    return decide();
  } catch (refusal) {
    if (refusal instanceof DomainError) return [];
    throw refusal;
  }
}

function recorded({ type, data }: TicketEvent | HandlingEvent, stream: string, version: number): RecordedEvent {
  return {
    position: version,
    eventId: ticketId,
    tenantId,
    streamId: `${stream}-${ticketId}`,
    version,
    type,
    schemaVersion: 1,
    data,
    metadata: { actor: { kind: 'system' }, correlationId: 'c' },
    occurredAt: data.at,
    recordedAt: data.at,
  };
}

/** As it arrives at intake; nothing of what stays private. */
function tellable(event: RecordedEvent): RecordedEvent[] {
  const told = routingTells(event);
  return told === undefined ? [] : [{ ...event, data: told.data }];
}

function patched(view: TicketPatch, { patches }: ViewChanges): TicketPatch {
  const [patch = view] = patches.values();
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...view, ...(Object.fromEntries(given) as Partial<TicketPatch>) };
}
