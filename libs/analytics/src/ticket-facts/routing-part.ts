/** Folds routing's events of one ticket's handling. Changes the part it is given. */
import { countHourly, type HourlyTuple, type RoutingItem, type RoutingPart } from './fold-state.js';
import { countedAt, longestActivitySeconds } from './limits.js';
import type { HandlingEvent } from './ticket-event.js';

export function foldRouting(part: RoutingPart, event: HandlingEvent): void {
  if (event.version <= part.version) return; // redelivered
  const at = countedAt(event.occurredAt);
  part.version = event.version;
  part.lastAt = Math.max(part.lastAt ?? at, at);
  countAgentChange(part, event, at);
  const item = itemOf(part, event, at);
  if (item) part.items.push(item);
}

/** The item that the event adds to the timeline, if any; counts and current values are kept on the part. */
function itemOf(part: RoutingPart, event: HandlingEvent, at: number): RoutingItem | undefined {
  switch (event.type) {
    case 'TicketQueued':
      part.departmentId = event.data.departmentId ?? part.departmentId;
      part.priority = event.data.priority;
      return ['queued', at, event.data.departmentId, event.data.priority];
    case 'TicketAssigned':
      part.departmentId = event.data.departmentId ?? part.departmentId;
      return ['assigned', at, event.data.departmentId, event.data.agentId];
    case 'AssignmentReleased':
      return ['released', at];
    case 'TicketTransferred':
      part.departmentId = event.data.toDepartmentId;
      return ['transferred', at, event.data.fromDepartmentId, event.data.toDepartmentId];
    case 'AgentReplied':
      if (isAutomatic(event)) {
        part.automaticReplies++;
        return undefined;
      }
      countHourly(part.messages, hourly(part, at, event.data.agentId));
      if (part.responded) return undefined;
      part.responded = true;
      return ['responded', at, event.data.agentId];
    case 'PriorityChanged':
      part.priority = event.data.to;
      return ['prioritised', at, event.data.from, event.data.to];
    case 'TicketTagged':
      part.tags = event.data.tags;
      return ['tagged', at, event.data.tags];
    case 'TicketPaused':
      return ['paused', at, event.data.reason];
    case 'TicketResumed':
      return ['resumed', at];
    case 'TicketResolved':
      if (part.firstResolvedAt === null) decideAgentChanges(part, at);
      return ['resolved', at, event.data.departmentId, event.data.agentId ?? actingAgent(event)];
    case 'TicketReopened':
      return ['reopened', at];
    case 'WrapUpStarted':
      return ['wrap-up-started', at, event.data.agentId];
    case 'WrapUpCompleted':
      return ['wrap-up-completed', at, event.data.agentId];
    case 'TicketClosed':
      return ['closed', at];
    case 'ActivityLogged': {
      const one = hourly(part, at, actingAgent(event));
      one[5] = event.data.activity;
      one[6] = Math.min(event.data.seconds ?? 0, longestActivitySeconds);
      countHourly(part.activities, one);
      return undefined;
    }
  }
}

/** What a rule or a bot wrote, whichever of the two marks says so. */
const isAutomatic = ({ data, metadata }: Extract<HandlingEvent, { type: 'AgentReplied' }>): boolean =>
  data.automatic || metadata.actor.kind === 'bot';

const actingAgent = ({ metadata: { actor } }: HandlingEvent): string | null =>
  actor.kind === 'agent' ? (actor.id ?? null) : null;

const hourly = (part: RoutingPart, at: number, agentId: string | null): HourlyTuple => [
  at,
  part.departmentId,
  part.priority,
  agentId,
  1,
  null,
  0,
];

/** Events of anybody but agents are passed over: a rule between two agents does not hide that they differ. */
function countAgentChange(part: RoutingPart, event: HandlingEvent, at: number): void {
  const agentId = actingAgent(event);
  if (agentId === null) return;
  const changed = part.lastAgentId !== null && part.lastAgentId !== agentId;
  part.lastAgentId = agentId;
  if (!changed) return;
  countHourly(part.agentChanges, hourly(part, at, agentId));
  if (part.firstResolvedAt === null) part.undecidedAgentChanges.push(at);
  else if (at <= part.firstResolvedAt) part.agentChangesToFirstResolution++;
}

/** The resolution's own change of agent counts: it is at the instant of the resolution. */
function decideAgentChanges(part: RoutingPart, resolvedAt: number): void {
  part.firstResolvedAt = resolvedAt;
  part.agentChangesToFirstResolution = part.undecidedAgentChanges.filter((at) => at <= resolvedAt).length;
  part.undecidedAgentChanges = [];
}
