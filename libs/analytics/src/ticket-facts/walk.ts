/**
 * Goes through what intake and routing say of one ticket, by time, and notes what the figures need. Both sources keep
 * their own order; between them the earlier goes first, and intake at equal instants. The opening always comes first.
 */
import type { IntakeItem, Opening, RoutingItem, TimelineItem } from './fold-state.js';
import type {
  BacklogSegment,
  Interval,
  Moment,
  Reopening,
  TicketStatus,
  Transfer,
  UnresolvedClosing,
} from './ticket-fact.js';

/** Who owned the ticket from an instant on, and what it was. */
type Ownership = Omit<BacklogSegment, 'to'>;

export class Walk {
  status: TicketStatus = 'open';
  departmentId: string | null;
  priority: string | null;
  agentId: string | null = null;
  pausedFor: string | null = null;
  firstAssignment: Moment | null = null;
  firstResponse: Moment | null = null;
  firstResolution: Moment | null = null;
  lastResolution: Moment | null = null;
  lastClosedAt: number | null = null;
  lastEnd: Moment | null = null;
  lastWrapUp: Moment | null = null;
  handleMs = 0;
  requesterWaitMs = 0;
  /** Of completed wrap-ups; the time the ticket was open is left out. */
  wrapUpMs = 0;
  readonly resolutions: Moment[] = [];
  readonly unresolvedClosings: UnresolvedClosing[] = [];
  readonly reopenings: Reopening[] = [];
  readonly transfers: Transfer[] = [];
  readonly intervals: Interval[] = [];
  readonly ownerships: Ownership[];
  /** The instant up to which time has been counted; never goes back. */
  cursor: number;
  /** When the ticket last opened or ended: what is told for earlier happened then. Never goes back. */
  private turnedAt: number;
  private wrapUp: { readonly agentId: string; ms: number } | undefined;
  /** A requester's reopening was counted; routing's reopening that follows is its echo. */
  private echoExpected = false;

  constructor(
    opening: Opening,
    readonly openingDepartmentId: string | null,
    readonly openingPriority: string | null,
    tags: readonly string[],
  ) {
    this.departmentId = openingDepartmentId;
    this.priority = openingPriority;
    this.cursor = opening.at;
    this.turnedAt = opening.at;
    const opened = { departmentId: openingDepartmentId, priority: openingPriority, agentId: null, tags };
    this.ownerships = [{ from: -Infinity, ...opened }];
  }

  /** Follows both sources' items to their end. */
  follow(intake: readonly IntakeItem[], routing: readonly RoutingItem[]): this {
    let i = 0;
    let r = 0;
    for (;;) {
      const [left, right] = [intake[i], routing[r]];
      const next = left && (!right || left[1] <= right[1]) ? left : right;
      if (!next) break;
      if (next === left) i++;
      else r++;
      this.pass(next[1]);
      this.take(next);
    }
    if (this.status === 'open') this.intervals.push({ from: this.turnedAt, to: null });
    return this;
  }

  private take(item: TimelineItem): void {
    const [, at] = item;
    switch (item[0]) {
      case 'queued':
        return this.own(at, { departmentId: item[2], priority: item[3], agentId: null });
      case 'assigned':
        this.own(at, { departmentId: item[2], agentId: item[3] });
        this.firstAssignment ??= this.moment(at);
        return;
      case 'released':
        return this.own(at, { agentId: null });
      case 'transferred':
        return this.transfer(at, item[2], item[3]);
      case 'responded':
        this.firstResponse = { ...this.moment(at), agentId: item[2] };
        return;
      case 'prioritised':
        return this.own(at, { priority: item[3] });
      case 'tagged':
        return this.own(at, { tags: item[2] });
      case 'paused':
        this.pausedFor = item[2];
        return;
      case 'resumed':
        this.pausedFor = null;
        return;
      case 'resolved':
        return this.resolve({
          ...this.moment(at),
          departmentId: item[2] ?? this.departmentId,
          agentId: item[3] ?? this.agentId,
        });
      case 'requester-reopened':
      case 'reopened':
        return this.reopen(at, item[0] === 'requester-reopened');
      case 'requester-closed':
      case 'closed':
        return this.close(at);
      case 'wrap-up-started':
        this.wrapUp ??= { agentId: item[2], ms: 0 };
        return;
      case 'wrap-up-completed':
        return this.completeWrapUp(at, item[2]);
    }
  }

  private moment(at: number): Moment {
    return { at, departmentId: this.departmentId, priority: this.priority, agentId: this.agentId };
  }

  /** A department or priority that is not told stays; a null agent is nobody. */
  private own(at: number, told: Partial<Omit<Ownership, 'from'>>): void {
    const before = this.ownershipAt(Infinity);
    this.departmentId = told.departmentId ?? before.departmentId;
    this.priority = told.priority ?? before.priority;
    this.agentId = told.agentId === undefined ? before.agentId : told.agentId;
    const { departmentId, priority, agentId } = this;
    const owner = { departmentId, priority, agentId, tags: told.tags ?? before.tags };
    if (isSameOwner(before, owner)) return;
    // Imported times may go back; who owned it last still owns it.
    this.ownerships.push({ from: Math.max(at, before.from), ...owner });
  }

  /** A "transfer" to where the ticket comes from is no change of department. */
  private transfer(at: number, from: string | null, to: string): void {
    if (from !== null && from !== to)
      this.transfers.push({ ...this.moment(at), departmentId: from, toDepartmentId: to });
    this.own(at, { departmentId: to });
  }

  /**
   * After an unresolved closing it still is a resolution, and takes the closing back; the interval stays as it ended.
   */
  private resolve(moment: Moment): void {
    this.echoExpected = false;
    if (this.status === 'resolved') return;
    this.firstResolution ??= moment;
    this.lastResolution = moment;
    const counted = this.afterLastTurn(moment);
    this.resolutions.push(counted);
    if (this.status === 'open') return this.end('resolved', counted);
    const closing = this.unresolvedClosings.at(-1) ?? counted;
    this.unresolvedClosings.push({ ...closing, at: counted.at, n: -1 });
    this.turnedAt = counted.at;
    this.status = 'resolved';
  }

  private close(at: number): void {
    this.lastClosedAt = at;
    if (this.status !== 'open') return;
    const closing = this.afterLastTurn(this.moment(at));
    this.unresolvedClosings.push({ ...closing, n: 1 });
    this.end('closed', closing);
  }

  private afterLastTurn(moment: Moment): Moment {
    return { ...moment, at: Math.max(moment.at, this.turnedAt) };
  }

  private end(status: 'resolved' | 'closed', moment: Moment): void {
    this.status = status;
    this.pausedFor = null;
    this.lastEnd = moment;
    this.intervals.push({ from: this.turnedAt, to: moment.at });
    this.turnedAt = moment.at;
  }

  private reopen(at: number, byRequester: boolean): void {
    const opens = this.status !== 'open';
    const counted = this.afterLastTurn(this.moment(at));
    // Of an open ticket the requester's reopening says nothing new, and routing's after it is its echo.
    if (opens || !(byRequester || this.echoExpected)) this.reopenings.push({ ...counted, opens });
    if (!byRequester) this.echoExpected = false;
    if (!opens) return;
    this.turnedAt = counted.at;
    if (this.wrapUp) this.completeWrapUp(at, this.wrapUp.agentId);
    this.echoExpected = byRequester;
    this.status = 'open';
    this.pausedFor = null;
    this.lastResolution = null;
    this.lastEnd = null;
  }

  private completeWrapUp(at: number, agentId: string): void {
    if (!this.wrapUp) return;
    this.wrapUpMs += this.wrapUp.ms;
    this.wrapUp = undefined;
    this.lastWrapUp = { ...this.moment(at), agentId };
  }

  /** Counts the time since the last item, by the state it was spent in. */
  private pass(at: number): void {
    const passed = Math.max(0, at - this.cursor);
    this.cursor += passed;
    if (this.isHandled) this.handleMs += passed;
    if (this.isAwaited) this.requesterWaitMs += passed;
    // Work on an open ticket is counted as such: nobody's time counts twice.
    if (this.wrapUp && this.status !== 'open') this.wrapUp.ms += passed;
  }

  get isHandled(): boolean {
    return this.status === 'open' && this.agentId !== null && this.pausedFor === null;
  }

  get isAwaited(): boolean {
    return this.status === 'open' && this.pausedFor !== 'requester';
  }

  /** Who owned the ticket at an instant. */
  ownershipAt(at: number): Ownership {
    const found = this.ownerships.findLast(({ from }) => from <= at) ?? this.ownerships[0];
    if (!found) throw new Error('A walk starts with an ownership.');
    return found;
  }

  /** The open intervals, split where the ownership changed; empty ones are left out. */
  segments(): BacklogSegment[] {
    return this.intervals.flatMap((interval) => this.segmentsOf(interval));
  }

  private segmentsOf({ from, to }: Interval): BacklogSegment[] {
    const segments: BacklogSegment[] = [];
    const end = to ?? Infinity;
    const add = (start: number, stop: number | null, owner: Ownership) => {
      if (start < (stop ?? Infinity)) segments.push({ ...owner, from: start, to: stop });
    };
    let start = from;
    let owner = this.ownershipAt(from);
    for (const next of this.ownerships) {
      if (next.from <= from || next.from >= end) continue;
      add(start, next.from, owner);
      start = next.from;
      owner = next;
    }
    add(start, to, owner);
    return segments;
  }
}

const isSameOwner = (a: Omit<Ownership, 'from'>, b: Omit<Ownership, 'from'>): boolean =>
  a.departmentId === b.departmentId &&
  a.priority === b.priority &&
  a.agentId === b.agentId &&
  a.tags.length === b.tags.length &&
  a.tags.every((tag, index) => tag === b.tags[index]);
