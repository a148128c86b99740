/**
 * What one ticket adds to the cells: the whole table of the figures, in one place. Pure.
 *
 * A change of a ticket goes to the cells as contributions(new fact) - contributions(old fact), so a late, corrected,
 * merged or reopened ticket moves the past correctly.
 *
 * | metric | n, value | bases | moment (hour of flow; department, priority, agent) |
 * |---|---|---|---|
 * | opened | 1 for every ticket opened | opening | |
 * | tickets, net | 1 if counted, if net | opening | |
 * | openNow, openUnassigned, openUnanswered, openUnresolved, closedUnresolved | 1 in that state now | opening | |
 * | firstAssignment, firstResponse, firstResolution | seconds since the opening | all | the assignment, response,
 * resolution |
 * | fullResolution | seconds to the last resolution, while resolved | all | the last resolution |
 * | close | seconds to the last closing | all | the closing; owner and agent at the last end |
 * | handle | seconds, once assigned and while not open | all | the last end |
 * | wrapUp | seconds, once completed | all | the last wrap-up |
 * | requesterWait | seconds, while not open | all | the last end |
 * | missing:…, pending:… | 1 while it has not come to the duration's end; pending: and is open | moment | owner and
 * agent of now |
 * | …PerTicket | how many the ticket has, 0 included | opening | |
 * | transfers, transfersToFirstResolution, pingPongReturns | 1 each | moment, flow | the transfer; department it left |
 * | agentChanges, agentMessages, requesterMessages | 1 each | moment, flow | the event |
 * | activities, activitySeconds | 1 each, seconds spent | all | the event |
 * | resolutions, reopenings | 1 each | all | the resolution, the reopening |
 * | unresolvedClosings | 1 each, -1 where a resolution takes it back | moment, flow | the closing, the resolution |
 * | reopeningsOfEnded | 1 each | moment, flow | the reopening |
 * | transferredTickets, pingPongTickets, reopenedTickets | 1 if any | opening | |
 * | pingPongReturns | how many | opening | |
 * | oneTouchTickets | 1 if so | all | the last resolution |
 * | backlogStarts, backlogEnds, …OnHour | 1 per begin and end of a span with one department and priority | flow | these
 * |
 *
 * Only `opened` counts spam and merged tickets.
 */
import {
  type ActivityCount,
  type BacklogSegment,
  isReturn,
  type Moment,
  secondsBetween,
  type TicketFact,
} from '../ticket-facts/ticket-fact.js';
import { hasComeTo } from './durations.js';
import { type Basis, durations, type MetricName } from './metrics.js';

/**
 * Where a contribution belongs in the cells. '' = not known. Contributions of one ticket to one place share the object.
 */
export interface Place {
  /** UTC hours since 1970. */
  readonly hour: number;
  readonly department: string;
  readonly priority: string;
  readonly channel: string;
  /** Undefined: not by agent. */
  readonly agent: string | undefined;
  /** Undefined: not an activity. */
  readonly activity: string | undefined;
}

/** Takes one contribution: `n` times `value`, which only distributions have. */
export type Add = (place: Place, metric: MetricName, basis: Basis, n: number, value: number) => void;

const hourMs = 3_600_000;
const hourOf = (instant: number) => Math.floor(instant / hourMs);

/** Hands every contribution of the ticket to `add`; none while its opening is not known. */
export function contribute(fact: TicketFact, add: Add): void {
  if (fact.openedAt === null) return;
  const ticket = new TicketContributions(fact, fact.openedAt, add);
  ticket.opening('opened', 1);
  if (fact.counted) ticket.all();
}

class TicketContributions {
  private readonly openingPlace: Place;
  private readonly places = new Map<Moment, { readonly moment: Place; readonly flow: Place }>();

  constructor(
    private readonly fact: TicketFact,
    private readonly openedAt: number,
    private readonly add: Add,
  ) {
    this.openingPlace = {
      hour: hourOf(openedAt),
      department: fact.openingDepartmentId ?? '',
      priority: fact.openingPriority ?? '',
      channel: fact.channel ?? '',
      agent: undefined,
      activity: undefined,
    };
  }

  all(): void {
    this.states();
    this.durations();
    this.unmeasured();
    this.perTicket();
    this.events();
    this.backlog();
  }

  opening(metric: MetricName, n: number, value = 0): void {
    if (n !== 0) this.add(this.openingPlace, metric, 'opening', n, value);
  }

  /** Where and when it happened: on the moment basis by the hour of the opening, on the flow basis by its own. */
  private happened(metric: MetricName, moment: Moment, n: number, value = 0): void {
    if (n === 0) return;
    const { moment: credited, flow } = this.placesOf(moment);
    this.add(credited, metric, 'moment', n, value);
    this.add(flow, metric, 'flow', n, value);
  }

  private everywhere(metric: MetricName, moment: Moment | null, value = 0): void {
    if (!moment) return;
    this.opening(metric, 1, value);
    this.happened(metric, moment, 1, value);
  }

  private placesOf(moment: Moment, activity?: string) {
    let places = this.places.get(moment);
    if (!places) {
      const credited = {
        hour: this.openingPlace.hour,
        department: moment.departmentId ?? '',
        priority: moment.priority ?? '',
        channel: this.openingPlace.channel,
        agent: moment.agentId ?? '',
        activity,
      };
      places = { moment: credited, flow: { ...credited, hour: hourOf(moment.at) } };
      this.places.set(moment, places);
    }
    return places;
  }

  private states(): void {
    const { fact } = this;
    this.opening('tickets', 1);
    if (fact.net) this.opening('net', 1);
    if (fact.status === 'closed' && !fact.firstResolution) this.opening('closedUnresolved', 1);
    if (fact.status !== 'open') return;
    this.opening('openNow', 1);
    if (!fact.firstAssignment) this.opening('openUnassigned', 1);
    if (!fact.firstResponse) this.opening('openUnanswered', 1);
    if (!fact.firstResolution) this.opening('openUnresolved', 1);
  }

  private durations(): void {
    const { fact, openedAt } = this;
    this.since('firstAssignment', fact.firstAssignment);
    this.since('firstResponse', fact.firstResponse);
    this.since('firstResolution', fact.firstResolution);
    this.since('fullResolution', fact.lastResolution);
    if (fact.lastClosedAt !== null) {
      const seconds = secondsBetween(openedAt, fact.lastClosedAt);
      this.opening('close', 1, seconds);
      this.happened('close', { ...this.lastOwner(), at: fact.lastClosedAt }, 1, seconds);
    }
    if (fact.handleSeconds !== null) this.everywhere('handle', fact.lastEnd, fact.handleSeconds);
    if (fact.wrapUpSeconds !== null) this.everywhere('wrapUp', fact.lastWrapUp, fact.wrapUpSeconds);
    if (fact.requesterWaitSeconds !== null) this.everywhere('requesterWait', fact.lastEnd, fact.requesterWaitSeconds);
  }

  private unmeasured(): void {
    const { fact } = this;
    const missing = durations.filter((duration) => !hasComeTo(fact, duration));
    if (missing.length === 0) return;
    const { departmentId, priority, agentId } = fact;
    const { moment: now } = this.placesOf({ at: this.openedAt, departmentId, priority, agentId });
    for (const duration of missing) {
      this.add(now, `missing:${duration}`, 'moment', 1, 0);
      if (fact.status === 'open') this.add(now, `pending:${duration}`, 'moment', 1, 0);
    }
  }

  private since(metric: MetricName, moment: Moment | null): void {
    if (moment) this.everywhere(metric, moment, secondsBetween(this.openedAt, moment.at));
  }

  /** A ticket that was closed and is open again has no last end: whoever has it now. */
  private lastOwner(): Omit<Moment, 'at'> {
    return this.fact.lastEnd ?? this.fact;
  }

  private perTicket(): void {
    const { fact } = this;
    this.opening('transfersPerTicket', 1, fact.transfers.length);
    this.opening('transfersToFirstResolutionPerTicket', 1, fact.transfersToFirstResolution);
    this.opening('agentChangesPerTicket', 1, fact.agentChangeCount);
    this.opening('agentChangesToFirstResolutionPerTicket', 1, fact.agentChangesToFirstResolution);
    this.opening('messagesPerTicket', 1, fact.requesterMessageCount + fact.agentMessageCount);
    this.opening('requesterMessages', fact.requesterMessageCount);
    this.opening('agentMessages', fact.agentMessageCount);
    this.opening('pingPongReturns', fact.pingPongReturns);
    if (fact.transfers.length > 0) this.opening('transferredTickets', 1);
    if (fact.pingPongReturns > 0) this.opening('pingPongTickets', 1);
    if (fact.reopenings.length > 0) this.opening('reopenedTickets', 1);
    if (fact.oneTouch) this.everywhere('oneTouchTickets', fact.lastResolution);
  }

  private events(): void {
    const { fact } = this;
    const limit = fact.firstResolution?.at ?? Infinity;
    fact.transfers.forEach((transfer, index) => {
      this.happened('transfers', transfer, 1);
      if (transfer.at <= limit) this.happened('transfersToFirstResolution', transfer, 1);
      if (isReturn(fact.transfers[index - 1], transfer)) this.happened('pingPongReturns', transfer, 1);
    });
    for (const resolution of fact.resolutions) this.everywhere('resolutions', resolution);
    for (const closing of fact.unresolvedClosings) this.happened('unresolvedClosings', closing, closing.n);
    for (const reopening of fact.reopenings) {
      this.everywhere('reopenings', reopening);
      if (reopening.opens) this.happened('reopeningsOfEnded', reopening, 1);
    }
    for (const count of fact.agentChanges) this.happened('agentChanges', count, count.n);
    for (const count of fact.agentMessages) this.happened('agentMessages', count, count.n);
    for (const count of fact.requesterMessages) this.happened('requesterMessages', count, count.n);
    for (const count of fact.activities) this.activity(count);
  }

  private activity(count: ActivityCount): void {
    const opening = { ...this.openingPlace, activity: count.activity };
    this.placesOf(count, count.activity);
    for (const [metric, n] of [
      ['activities', count.n],
      ['activitySeconds', count.seconds],
    ] as const) {
      if (n === 0) continue;
      this.add(opening, metric, 'opening', n, 0);
      this.happened(metric, count, n);
    }
  }

  private backlog(): void {
    for (const { from, to, departmentId, priority } of ownedSpans(this.fact.backlog)) {
      const { channel } = this.openingPlace;
      const owner = { department: departmentId ?? '', priority: priority ?? '', channel };
      this.edge(owner, 'backlogStarts', from);
      if (to !== null) this.edge(owner, 'backlogEnds', to);
    }
  }

  private edge(
    owner: Pick<Place, 'department' | 'priority' | 'channel'>,
    metric: 'backlogStarts' | 'backlogEnds',
    at: number,
  ): void {
    const place: Place = { ...owner, activity: undefined, agent: undefined, hour: hourOf(at) };
    this.add(place, metric, 'flow', 1, 0);
    if (at % hourMs === 0) this.add(place, `${metric}OnHour`, 'flow', 1, 0);
  }
}

type Span = Pick<BacklogSegment, 'from' | 'to' | 'departmentId' | 'priority'>;

/** Segments that only agent or tags tell apart, as one: the cells know neither of the backlog. */
function ownedSpans(segments: readonly BacklogSegment[]): readonly Span[] {
  const spans: Span[] = [];
  for (const segment of segments) {
    const last = spans.at(-1);
    const goesOn =
      last?.to === segment.from && last.departmentId === segment.departmentId && last.priority === segment.priority;
    if (goesOn) spans[spans.length - 1] = { ...last, to: segment.to };
    else spans.push(segment);
  }
  return spans;
}
