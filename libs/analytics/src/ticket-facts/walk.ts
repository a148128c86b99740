/**
 * Goes through what intake and routing say of one ticket, by time, and notes what the figures need. Both sources keep
 * their own order; between them the earlier goes first, and intake at equal instants. The opening always comes first.
 */
import type { IntakeItem, Opening, RoutingItem, TimelineItem } from './fold-state.js';
import type { BacklogSegment, Interval, Moment, TicketStatus, Transfer } from './ticket-fact.js';

/** Who owned the ticket from an instant on. */
interface Ownership {
  readonly from: number;
  readonly departmentId: string | null;
  readonly priority: string | null;
}

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
  readonly resolutions: Moment[] = [];
  readonly reopenings: Moment[] = [];
  readonly transfers: Transfer[] = [];
  readonly intervals: Interval[] = [];
  readonly ownerships: Ownership[];
  /** The instant up to which time has been counted; never goes back. */
  cursor: number;
  private openSince: number;
  /** A requester's reopening was counted; routing's reopening that follows is its echo. */
  private echoExpected = false;

  constructor(
    opening: Opening,
    readonly openingDepartmentId: string | null,
    readonly openingPriority: string | null,
  ) {
    this.departmentId = openingDepartmentId;
    this.priority = openingPriority;
    this.cursor = opening.at;
    this.openSince = opening.at;
    this.ownerships = [{ from: -Infinity, departmentId: openingDepartmentId, priority: openingPriority }];
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
    if (this.status === 'open') this.intervals.push({ from: this.openSince, to: null });
    return this;
  }

  private take(item: TimelineItem): void {
    const [, at] = item;
    switch (item[0]) {
      case 'queued':
        this.agentId = null;
        return this.own(at, item[2], item[3]);
      case 'assigned':
        this.agentId = item[3];
        this.own(at, item[2], null);
        this.firstAssignment ??= this.moment(at);
        return;
      case 'released':
        this.agentId = null;
        return;
      case 'transferred':
        return this.transfer(at, item[2], item[3]);
      case 'responded':
        this.firstResponse = { ...this.moment(at), agentId: item[2] };
        return;
      case 'prioritised':
        return this.own(at, null, item[3]);
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
        this.lastClosedAt = at;
        if (this.status === 'open') this.end('closed', this.moment(at));
        return;
      case 'wrapped-up':
        this.lastWrapUp = { ...this.moment(at), agentId: item[2] };
        return;
    }
  }

  private moment(at: number): Moment {
    return { at, departmentId: this.departmentId, priority: this.priority, agentId: this.agentId };
  }

  private own(at: number, departmentId: string | null, priority: string | null): void {
    const before = this.ownerships.at(-1);
    this.departmentId = departmentId ?? this.departmentId;
    this.priority = priority ?? this.priority;
    if (before?.departmentId === this.departmentId && before.priority === this.priority) return;
    // Imported times may go back; who owned it last still owns it.
    const from = Math.max(at, before?.from ?? at);
    this.ownerships.push({ from, departmentId: this.departmentId, priority: this.priority });
  }

  private transfer(at: number, from: string | null, to: string): void {
    if (from !== null) this.transfers.push({ ...this.moment(at), departmentId: from, toDepartmentId: to });
    this.own(at, to, null);
  }

  /** After an unresolved closing it still is a resolution, but the interval stays as it ended. */
  private resolve(moment: Moment): void {
    this.echoExpected = false;
    if (this.status === 'resolved') return;
    this.firstResolution ??= moment;
    this.lastResolution = moment;
    this.resolutions.push(moment);
    if (this.status === 'open') this.end('resolved', moment);
    else this.status = 'resolved';
  }

  private end(status: 'resolved' | 'closed', moment: Moment): void {
    this.status = status;
    this.pausedFor = null;
    this.lastEnd = moment;
    this.intervals.push({ from: this.openSince, to: moment.at });
  }

  private reopen(at: number, byRequester: boolean): void {
    const opens = this.status !== 'open';
    if (byRequester ? opens : !this.echoExpected) this.reopenings.push(this.moment(at));
    if (!byRequester) this.echoExpected = false;
    if (!opens) return;
    this.echoExpected = byRequester;
    this.status = 'open';
    this.pausedFor = null;
    this.lastResolution = null;
    this.lastEnd = null;
    this.openSince = at;
  }

  /** Counts the time since the last item, by the state it was spent in. */
  private pass(at: number): void {
    const passed = Math.max(0, at - this.cursor);
    this.cursor += passed;
    if (this.isHandled) this.handleMs += passed;
    if (this.isAwaited) this.requesterWaitMs += passed;
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

  /**
   * The open intervals, split where the ownership changed; empty and reversed parts are left out. They never overlap: where
   * times go back, a ticket counts from a reopening as of the latest end before it, for it cannot be open twice.
   */
  segments(): BacklogSegment[] {
    let upTo = -Infinity;
    return this.intervals.flatMap(({ from, to }) => {
      const segments = this.segmentsOf({ from: Math.max(from, upTo), to });
      upTo = Math.max(upTo, to ?? Infinity);
      return segments;
    });
  }

  private segmentsOf({ from, to }: Interval): BacklogSegment[] {
    const segments: BacklogSegment[] = [];
    const end = to ?? Infinity;
    const add = (start: number, stop: number | null, { departmentId, priority }: Ownership) => {
      if (start < (stop ?? Infinity)) segments.push({ from: start, to: stop, departmentId, priority });
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
