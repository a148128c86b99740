/** A ticket's facts as they are shown: instants as text. Pure. */
import {
  type ActivityCount,
  type BacklogSegment,
  type HourlyCount,
  type Interval,
  type Moment,
  type Reopening,
  secondsBetween,
  type TicketFact,
  type Transfer,
  type UnresolvedClosing,
} from '../ticket-facts/ticket-fact.js';

const text = (ms: number) => new Date(ms).toISOString();
const textOrNull = (ms: number | null) => (ms === null ? null : text(ms));

const momentView = ({ at, departmentId, priority, agentId }: Moment) => ({
  at: text(at),
  departmentId,
  priority,
  agentId,
});
const intervalView = ({ from, to }: Interval) => ({ from: text(from), to: textOrNull(to) });
const countView = (count: HourlyCount) => ({ ...momentView(count), n: count.n });
const transferView = ({ toDepartmentId, ...moment }: Transfer) => ({ ...momentView(moment), toDepartmentId });
const reopeningView = ({ opens, ...moment }: Reopening) => ({ ...momentView(moment), opens });
const closingView = ({ n, ...moment }: UnresolvedClosing) => ({ ...momentView(moment), n });
const activityView = (count: ActivityCount) => ({
  ...countView(count),
  activity: count.activity,
  seconds: count.seconds,
});
const segmentView = (segment: BacklogSegment) => ({
  ...intervalView(segment),
  departmentId: segment.departmentId,
  priority: segment.priority,
  agentId: segment.agentId,
  tags: segment.tags,
});

export type TicketView = ReturnType<typeof ticketView>;

/** Everything the figures know of a ticket, and the durations they take from it. */
export function ticketView(fact: TicketFact) {
  const { openedAt } = fact;
  const milestone = (moment: Moment | null) => moment && momentView(moment);
  const since = (at: number | null | undefined) =>
    openedAt === null || at === null || at === undefined ? null : secondsBetween(openedAt, at);
  const { tenantId: _tenantId, ...known } = fact;
  return {
    ...known,
    openedAt: textOrNull(openedAt),
    firstAssignment: milestone(fact.firstAssignment),
    firstAssignmentSeconds: since(fact.firstAssignment?.at),
    firstResponse: milestone(fact.firstResponse),
    firstResponseSeconds: since(fact.firstResponse?.at),
    firstResolution: milestone(fact.firstResolution),
    firstResolutionSeconds: since(fact.firstResolution?.at),
    lastResolution: milestone(fact.lastResolution),
    fullResolutionSeconds: since(fact.lastResolution?.at),
    lastClosedAt: textOrNull(fact.lastClosedAt),
    closeSeconds: since(fact.lastClosedAt),
    lastEnd: milestone(fact.lastEnd),
    lastWrapUp: milestone(fact.lastWrapUp),
    handleSince: textOrNull(fact.handleSince),
    requesterWaitSince: textOrNull(fact.requesterWaitSince),
    resolutions: fact.resolutions.map(momentView),
    unresolvedClosings: fact.unresolvedClosings.map(closingView),
    reopenings: fact.reopenings.map(reopeningView),
    transfers: fact.transfers.map(transferView),
    agentChanges: fact.agentChanges.map(countView),
    openIntervals: fact.openIntervals.map(intervalView),
    backlog: fact.backlog.map(segmentView),
    requesterMessages: fact.requesterMessages.map(countView),
    agentMessages: fact.agentMessages.map(countView),
    activities: fact.activities.map(activityView),
    lastEventAt: text(fact.lastEventAt),
  };
}
