/**
 * What analytics knows of one ticket, folded from the events of intake and routing. Pure.
 *
 * Instants are milliseconds since 1970 (UTC); durations are whole seconds, truncated toward zero, and may be negative
 * in imported logs (a row stamped before the opening). Ids and names are strings, `null` where not known. "Now" means:
 * as of the events received so far.
 */

/** A fact's place in the figures: when it was made, and who owned the ticket at that moment. */
export interface Moment {
  readonly at: number;
  readonly departmentId: string | null;
  readonly priority: string | null;
  readonly agentId: string | null;
}

/** A change of department. The first department to be known is no transfer. `departmentId` is the one it left. */
export interface Transfer extends Moment {
  readonly toDepartmentId: string;
}

/**
 * A reopening. `opens`: it found the ticket resolved or closed, so that an open interval begins; else it changed
 * nothing.
 */
export interface Reopening extends Moment {
  readonly opens: boolean;
}

/** `n` 1: an open interval ended by a closing. `n` -1: the ticket so closed was resolved after all, at `at`. */
export interface UnresolvedClosing extends Moment {
  readonly n: 1 | -1;
}

/** `[from, to)`, `to` null while it lasts. Imported times may make it empty: then it covers no instant. */
export interface Interval {
  readonly from: number;
  readonly to: number | null;
}

/** A part of an open interval in which department, priority, agent and tags stayed the same; never empty. */
export interface BacklogSegment {
  readonly from: number;
  readonly to: number | null;
  readonly departmentId: string | null;
  readonly priority: string | null;
  readonly agentId: string | null;
  readonly tags: readonly string[];
}

/** Equal things of a ticket within one UTC hour, counted. `moment.at` is the first one's instant. */
export interface HourlyCount extends Moment {
  readonly n: number;
}

export interface ActivityCount extends HourlyCount {
  readonly activity: string;
  /** Time spent, in seconds, where the events say so. */
  readonly seconds: number;
}

export type TicketStatus = 'open' | 'resolved' | 'closed';

export interface TicketFact {
  readonly tenantId: string;
  readonly ticketId: string;

  // From the opening; all null until TicketOpened is known. A ticket without an opening is in no figure yet.
  readonly number: string | null;
  readonly requesterId: string | null;
  readonly channel: string | null;
  readonly device: string | null;
  readonly locale: string | null;
  readonly openedAt: number | null;
  /** Kind of actor that opened it: `requester`, `agent`, `bot`, `system` or `import`. */
  readonly openedBy: string | null;
  /**
   * The first department that routing names (first queue, assignment or transfer); before it has queued the ticket, the
   * one asked for at the opening.
   */
  readonly openingDepartmentId: string | null;
  /** Priority asked for at the opening, else the first one known. */
  readonly openingPriority: string | null;

  /** Marked as spam now. */
  readonly spam: boolean;
  readonly mergedIntoTicketId: string | null;
  /** Opened, neither spam nor merged: the population of every figure but the gross count. */
  readonly counted: boolean;
  /** Counted, and not opened by a bot. */
  readonly net: boolean;

  /** `open`, `resolved`, or `closed` without a resolution. Null until opened. */
  readonly status: TicketStatus | null;
  readonly departmentId: string | null;
  readonly priority: string | null;
  /**
   * Who has it, or had it last when it ended; a release or a new queueing leave it with nobody. A transfer alone does
   * not.
   */
  readonly agentId: string | null;
  readonly tags: readonly string[];

  /** First TicketAssigned. */
  readonly firstAssignment: Moment | null;
  /** First AgentReplied by a person: neither marked as automatic nor written by a bot. `agentId` is who replied. */
  readonly firstResponse: Moment | null;
  /** First TicketResolved. Stays when the ticket is reopened. */
  readonly firstResolution: Moment | null;
  /** Last TicketResolved, while no reopening followed: null unless `status` is `resolved`. */
  readonly lastResolution: Moment | null;
  /** Last TicketClosed or TicketClosedByRequester. */
  readonly lastClosedAt: number | null;
  /** The last end of an open interval, whatever ended it; null while open. */
  readonly lastEnd: Moment | null;

  /**
   * Every resolution that ended an open interval, or came after an unresolved closing. Their times, and those of
   * `unresolvedClosings` and of reopenings that open, never go back: what is told for a time before the turn before it
   * counts at that turn. So tickets opened + reopened - resolved - closed unresolved is the backlog at every instant.
   */
  readonly resolutions: readonly Moment[];
  readonly unresolvedClosings: readonly UnresolvedClosing[];
  /** Every reopening; a requester's reopening and routing's echo of it are one. */
  readonly reopenings: readonly Reopening[];
  readonly transfers: readonly Transfer[];
  /** Transfers up to and including the instant of the first resolution, or all while there is none. */
  readonly transfersToFirstResolution: number;
  /** Consecutive events of the handling by different agents. */
  readonly agentChanges: readonly HourlyCount[];
  readonly agentChangeCount: number;
  readonly agentChangesToFirstResolution: number;
  /** Transfers B→A that directly follow A→B. */
  readonly pingPongReturns: number;

  /** From the opening, then from each reopening that opens: in order of time and apart. Empty until opened. */
  readonly openIntervals: readonly Interval[];
  /** The open intervals, split where department, priority, agent or tags changed. Empty unless `counted`. */
  readonly backlog: readonly BacklogSegment[];

  /** Messages of the requester: the opening and every reply. */
  readonly requesterMessages: readonly HourlyCount[];
  readonly requesterMessageCount: number;
  /** Public replies of agents, automatic ones left out. */
  readonly agentMessages: readonly HourlyCount[];
  readonly agentMessageCount: number;
  readonly automaticReplyCount: number;
  /** Resolved now with exactly one agent message, never reopened. */
  readonly oneTouch: boolean;

  /**
   * Completed wrap-ups without the time the ticket was open, in seconds; null without one. A reopening completes one.
   */
  readonly wrapUpSeconds: number | null;
  /** The last completed wrap-up; `agentId` is who wrote up. */
  readonly lastWrapUp: Moment | null;
  /**
   * Time assigned to an agent while open and not paused, plus wrap-up, in seconds; null if never assigned. Where it is
   * still running, `handleSince` says since when: add the time from there.
   */
  readonly handleSeconds: number | null;
  readonly handleSince: number | null;
  /**
   * Time the requester waited for us: open and not paused for the reason `requester`, in seconds; null until opened.
   * Where it is still running, `requesterWaitSince` says since when.
   */
  readonly requesterWaitSeconds: number | null;
  readonly requesterWaitSince: number | null;

  readonly activities: readonly ActivityCount[];
  /** Latest `occurredAt` of its events. */
  readonly lastEventAt: number;
}

/** Whole seconds from `from` to `to` (milliseconds), truncated toward zero. */
export const secondsBetween = (from: number, to: number): number => Math.trunc((to - from) / 1000);

/** True where a transfer takes the ticket straight back to the department that the transfer before took it from. */
export const isReturn = (before: Transfer | undefined, { departmentId, toDepartmentId }: Transfer): boolean =>
  before?.toDepartmentId === departmentId && before.departmentId === toDepartmentId;
