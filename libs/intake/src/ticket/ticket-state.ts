/**
 * In which state a ticket is to its requester: decided here, from the two sides that tell of it (docs/two-sides.md).
 * Either side may be behind the other, so that each says what it knew of the other when it spoke.
 */

export const ticketStatuses = ['open', 'awaiting-requester', 'resolved', 'closed', 'spam', 'merged'] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

/** Still being worked on, or waiting for its requester. */
export const unfinishedStatuses: readonly TicketStatus[] = ['open', 'awaiting-requester'];

/** What intake's own stream says. Versions are those of the stream `ticket-<id>`; 0 stands for never. */
export interface RequestersSide {
  readonly merged: boolean;
  readonly spam: boolean;
  /** The requester's last word on whether they are done. */
  readonly said: 'open' | 'closed' | null;
  readonly saidVersion: number;
  /** RFC 3339, UTC; '' for never. */
  readonly saidAt: string;
  readonly repliedVersion: number;
}

export type WorkStatus = 'open' | 'awaiting-requester' | 'resolved' | 'closed';

/** What routing has told of the work, as far as it has arrived. */
export interface WorkSide {
  readonly status: WorkStatus;
  /**
   * Version of the stream `ticket-<id>` that routing had followed when it said so; 0: it did not say, as in imports.
   */
  readonly heard: number;
  /** RFC 3339, UTC. */
  readonly changedAt: string;
}

/**
 * What routing has not heard of yet is newer than what routing says. Where it does not say what it had heard, the later
 * word counts; a reply is none there, since other systems leave a ticket closed when somebody only says thanks.
 */
export function ticketStatusOf(side: RequestersSide, work: WorkSide | null): TicketStatus {
  if (side.merged) return 'merged';
  if (side.spam) return 'spam';
  if (work === null) return side.said ?? 'open';
  const spokeLast = work.heard > 0 ? side.saidVersion > work.heard : side.saidAt > work.changedAt;
  const wroteLast = work.heard > 0 && side.repliedVersion > work.heard;
  if (spokeLast && side.said === 'closed') return 'closed';
  if (wroteLast) return 'open';
  if (spokeLast && side.said === 'open' && work.status !== 'awaiting-requester') return 'open';
  return work.status;
}

/**
 * The same over the columns of a ticket's view, each of which one of the two logs writes. A test holds it against the
 * function.
 */
export const statusExpression = `case
  when merged then 'merged'
  when spam then 'spam'
  when handling_status is null then coalesce(said, 'open')
  when said = 'closed' and (case when handling_heard > 0 then said_version > handling_heard
                                 else said_at > handling_changed_at end) then 'closed'
  when handling_heard > 0 and replied_version > handling_heard then 'open'
  when said = 'open' and handling_status <> 'awaiting-requester'
    and (case when handling_heard > 0 then said_version > handling_heard else said_at > handling_changed_at end) then 'open'
  else handling_status
end`;
