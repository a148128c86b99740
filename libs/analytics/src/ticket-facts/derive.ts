/** From what the two sources said to what is known of the ticket. Pure; equal parts give equal facts. */
import type { HourlyTuple, IntakePart, RoutingItem, RoutingPart, TicketFold } from './fold-state.js';
import { foldIntake } from './intake-part.js';
import { foldRouting } from './routing-part.js';
import { type HandlingEvent, type IntakeEvent, isIntakeEvent } from './ticket-event.js';
import type { RecordedEvent } from '@guichet/event-sourcing';
import { type ActivityCount, type HourlyCount, isReturn, type TicketFact } from './ticket-fact.js';
import { Walk } from './walk.js';

/** Folds one event into the part of its source, in place. Events that were folded before change nothing. */
export function foldEvent(fold: TicketFold, event: RecordedEvent & (IntakeEvent | HandlingEvent)): void {
  if (isIntakeEvent(event)) foldIntake(fold.intake, event);
  else foldRouting(fold.routing, event);
}

export function deriveFact(fold: TicketFold): TicketFact {
  const { intake, routing } = fold;
  const { opening } = intake;
  const common = {
    tenantId: fold.tenantId,
    ticketId: fold.ticketId,
    spam: intake.spam,
    mergedIntoTicketId: intake.mergedInto,
    tags: routing.tags ?? opening?.tags ?? [],
    automaticReplyCount: routing.automaticReplies,
    lastEventAt: Math.max(intake.lastAt ?? -Infinity, routing.lastAt ?? -Infinity),
  };
  if (!opening) return { ...unopened, ...common, departmentId: routing.departmentId, priority: routing.priority };

  const walk = new Walk(
    opening,
    firstDepartment(routing.items) ?? (wasQueued(routing.items) ? null : opening.departmentId),
    opening.priority ?? firstPriority(routing.items),
    opening.tags,
  ).follow(intake.items, routing.items);
  const counted = !intake.spam && intake.mergedInto === null;
  return {
    ...common,
    number: opening.number,
    requesterId: opening.requesterId,
    channel: opening.channel,
    device: opening.device,
    locale: opening.locale,
    openedAt: opening.at,
    openedBy: opening.by,
    openingDepartmentId: walk.openingDepartmentId,
    openingPriority: walk.openingPriority,
    counted,
    net: counted && opening.by !== 'bot',
    ...ownershipAndMilestones(walk),
    backlog: counted ? walk.segments() : [],
    ...transfersAndChanges(walk, routing),
    ...messages(walk, intake, routing),
    ...effort(walk),
    activities: routing.activities.map((tuple) => activityOf(walk, tuple)),
  };
}

/** What is known of a ticket that routing told of before intake did: as good as nothing. */
const unopened = {
  number: null,
  requesterId: null,
  channel: null,
  device: null,
  locale: null,
  openedAt: null,
  openedBy: null,
  openingDepartmentId: null,
  openingPriority: null,
  counted: false,
  net: false,
  status: null,
  agentId: null,
  firstAssignment: null,
  firstResponse: null,
  firstResolution: null,
  lastResolution: null,
  lastClosedAt: null,
  lastEnd: null,
  resolutions: [],
  unresolvedClosings: [],
  reopenings: [],
  transfers: [],
  transfersToFirstResolution: 0,
  agentChanges: [],
  agentChangeCount: 0,
  agentChangesToFirstResolution: 0,
  pingPongReturns: 0,
  openIntervals: [],
  backlog: [],
  requesterMessages: [],
  requesterMessageCount: 0,
  agentMessages: [],
  agentMessageCount: 0,
  oneTouch: false,
  wrapUpSeconds: null,
  lastWrapUp: null,
  handleSeconds: null,
  handleSince: null,
  requesterWaitSeconds: null,
  requesterWaitSince: null,
  activities: [],
} as const;

const ownershipAndMilestones = (walk: Walk) => ({
  status: walk.status,
  departmentId: walk.departmentId,
  priority: walk.priority,
  agentId: walk.agentId,
  firstAssignment: walk.firstAssignment,
  firstResponse: walk.firstResponse,
  firstResolution: walk.firstResolution,
  lastResolution: walk.lastResolution,
  lastClosedAt: walk.lastClosedAt,
  lastEnd: walk.lastEnd,
  resolutions: walk.resolutions,
  unresolvedClosings: walk.unresolvedClosings,
  reopenings: walk.reopenings,
  openIntervals: walk.intervals,
});

function transfersAndChanges(walk: Walk, routing: RoutingPart) {
  const { transfers, firstResolution } = walk;
  const limit = firstResolution?.at ?? Infinity;
  return {
    transfers,
    transfersToFirstResolution: transfers.filter(({ at }) => at <= limit).length,
    agentChanges: routing.agentChanges.map((tuple) => hourlyOf(walk, tuple)),
    agentChangeCount: total(routing.agentChanges),
    agentChangesToFirstResolution: routing.agentChangesToFirstResolution + routing.undecidedAgentChanges.length,
    pingPongReturns: transfers.filter((transfer, index) => isReturn(transfers[index - 1], transfer)).length,
  };
}

function messages(walk: Walk, intake: IntakePart, routing: RoutingPart) {
  const agentMessageCount = total(routing.messages);
  return {
    requesterMessages: intake.messages.map(([at, , , , n]) => {
      const { departmentId, priority } = walk.ownershipAt(at);
      return { at, departmentId, priority, agentId: null, n };
    }),
    requesterMessageCount: total(intake.messages),
    agentMessages: routing.messages.map((tuple) => hourlyOf(walk, tuple)),
    agentMessageCount,
    oneTouch: walk.status === 'resolved' && agentMessageCount === 1 && walk.reopenings.length === 0,
  };
}

function effort(walk: Walk) {
  const wrappedUp = walk.lastWrapUp !== null;
  const assigned = walk.firstAssignment !== null;
  return {
    wrapUpSeconds: wrappedUp ? Math.trunc(walk.wrapUpMs / 1000) : null,
    lastWrapUp: walk.lastWrapUp,
    handleSeconds: assigned ? Math.trunc((walk.handleMs + walk.wrapUpMs) / 1000) : null,
    handleSince: walk.isHandled ? walk.cursor : null,
    requesterWaitSeconds: Math.trunc(walk.requesterWaitMs / 1000),
    requesterWaitSince: walk.isAwaited ? walk.cursor : null,
  };
}

/** What routing had not said yet when it counted, the opening did. */
function hourlyOf(walk: Walk, [at, departmentId, priority, agentId, n]: HourlyTuple): HourlyCount {
  return {
    at,
    departmentId: departmentId ?? walk.openingDepartmentId,
    priority: priority ?? walk.openingPriority,
    agentId,
    n,
  };
}

const activityOf = (walk: Walk, tuple: HourlyTuple): ActivityCount => ({
  ...hourlyOf(walk, tuple),
  activity: tuple[5] ?? '',
  seconds: tuple[6],
});

const total = (tuples: readonly HourlyTuple[]) => tuples.reduce((sum, tuple) => sum + tuple[4], 0);

/** From then on routing knows which department has the ticket; what the requester asked for may be none. */
const wasQueued = (items: readonly RoutingItem[]): boolean => items.some(([kind]) => kind === 'queued');

function firstDepartment(items: readonly RoutingItem[]): string | null {
  for (const item of items) {
    const known =
      item[0] === 'transferred'
        ? (item[2] ?? item[3])
        : item[0] === 'queued' || item[0] === 'assigned' || item[0] === 'resolved'
          ? item[2]
          : null;
    if (known !== null) return known;
  }
  return null;
}

function firstPriority(items: readonly RoutingItem[]): string | null {
  for (const item of items) {
    if (item[0] === 'queued') return item[3];
    if (item[0] === 'prioritised') return item[2];
  }
  return null;
}
