/**
 * What is kept between batches to go on folding a ticket: one part per source, each folded by its own source's events
 * alone, in the order of their stream. So any interleaving of the two sources gives equal parts, and equal facts.
 *
 * Stored as JSON in ticket_fact.fold: short tuples, no undefined. Changing a shape means a new version of the
 * projection.
 */

/** Equal things within one UTC hour: [first at, department, priority, agent, how many, activity, seconds]. */
export type HourlyTuple = [
  at: number,
  departmentId: string | null,
  priority: string | null,
  agentId: string | null,
  n: number,
  activity: string | null,
  seconds: number,
];

export type IntakeItem = readonly [kind: 'requester-closed' | 'requester-reopened', at: number];

/** What happens to the handling, as far as its order matters to the figures. */
export type RoutingItem =
  | readonly [kind: 'queued', at: number, departmentId: string | null, priority: string]
  | readonly [kind: 'assigned', at: number, departmentId: string | null, agentId: string]
  | readonly [kind: 'released', at: number]
  | readonly [kind: 'transferred', at: number, from: string | null, to: string]
  | readonly [kind: 'responded', at: number, agentId: string]
  | readonly [kind: 'prioritised', at: number, from: string, to: string]
  | readonly [kind: 'tagged', at: number, tags: readonly string[]]
  | readonly [kind: 'paused', at: number, reason: string]
  | readonly [kind: 'resumed', at: number]
  | readonly [kind: 'resolved', at: number, departmentId: string | null, agentId: string | null]
  | readonly [kind: 'reopened', at: number]
  | readonly [kind: 'closed', at: number]
  | readonly [kind: 'wrap-up-started', at: number, agentId: string]
  | readonly [kind: 'wrap-up-completed', at: number, agentId: string];

export type TimelineItem = IntakeItem | RoutingItem;

export interface Opening {
  readonly at: number;
  readonly by: string;
  readonly number: string;
  readonly requesterId: string;
  readonly channel: string;
  readonly device: string;
  readonly locale: string;
  readonly departmentId: string | null;
  readonly priority: string | null;
  readonly tags: readonly string[];
}

export interface IntakePart {
  /** Version of the last event folded; redelivered ones are skipped by it. 0: none yet. */
  version: number;
  lastAt: number | null;
  opening: Opening | null;
  spam: boolean;
  mergedInto: string | null;
  items: IntakeItem[];
  /** Opening and replies; department, priority and agent are null: the handling knows them. */
  messages: HourlyTuple[];
}

export interface RoutingPart {
  version: number;
  lastAt: number | null;
  items: RoutingItem[];
  /** As routing knows them; null before it said so. */
  departmentId: string | null;
  priority: string | null;
  tags: readonly string[] | null;
  responded: boolean;
  automaticReplies: number;
  messages: HourlyTuple[];
  activities: HourlyTuple[];
  /** Who made the last event that an agent made. */
  lastAgentId: string | null;
  agentChanges: HourlyTuple[];
  firstResolvedAt: number | null;
  /** Instants of agent changes, kept only until the first resolution says which of them count up to it. */
  undecidedAgentChanges: number[];
  agentChangesToFirstResolution: number;
}

export interface TicketFold {
  readonly tenantId: string;
  readonly ticketId: string;
  readonly intake: IntakePart;
  readonly routing: RoutingPart;
}

export const newFold = (tenantId: string, ticketId: string): TicketFold => ({
  tenantId,
  ticketId,
  intake: { version: 0, lastAt: null, opening: null, spam: false, mergedInto: null, items: [], messages: [] },
  routing: {
    version: 0,
    lastAt: null,
    items: [],
    departmentId: null,
    priority: null,
    tags: null,
    responded: false,
    automaticReplies: 0,
    messages: [],
    activities: [],
    lastAgentId: null,
    agentChanges: [],
    firstResolvedAt: null,
    undecidedAgentChanges: [],
    agentChangesToFirstResolution: 0,
  },
});

const hourMs = 3_600_000;

/** Counts one more thing in its hour; `key` is the tuple it would be on its own. */
export function countHourly(list: HourlyTuple[], one: HourlyTuple): void {
  const [at, departmentId, priority, agentId, n, activity, seconds] = one;
  const hour = Math.floor(at / hourMs);
  const same = list.findLast(
    (entry) =>
      Math.floor(entry[0] / hourMs) === hour &&
      entry[1] === departmentId &&
      entry[2] === priority &&
      entry[3] === agentId &&
      entry[5] === activity,
  );
  if (!same) {
    list.push(one);
    return;
  }
  same[0] = Math.min(same[0], at);
  same[4] += n;
  same[6] += seconds;
}

/** Counts one thing less in the hour of `at`. */
export function uncountHourly(list: HourlyTuple[], at: number): void {
  const index = list.findLastIndex((entry) => Math.floor(entry[0] / hourMs) === Math.floor(at / hourMs));
  const found = list[index];
  if (!found) return;
  found[4] -= 1;
  if (found[4] === 0) list.splice(index, 1);
}
