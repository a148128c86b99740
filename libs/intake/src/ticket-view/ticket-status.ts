/** A ticket's status as its requester sees it, from the two sides that tell of it. */

export const ticketStatuses = ['open', 'awaiting-requester', 'resolved', 'closed', 'spam', 'merged'] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

/** Still being worked on, or waiting for its requester. */
export const unfinishedStatuses: readonly TicketStatus[] = ['open', 'awaiting-requester'];

/**
 * As an SQL expression over the columns the two logs write each for themselves, so that a row is the same whichever log
 * arrives first. A resolution the requester has disagreed with no longer counts, even before routing has said so.
 */
export const statusExpression = `case
  when merged_into is not null then 'merged'
  when spam then 'spam'
  when requester_closed then 'closed'
  when handling_status in ('resolved', 'closed') and resolution_id is not distinct from reopened_resolution_id then 'open'
  else coalesce(handling_status, 'open')
end`;
