import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

/** A revision that was before a reader's eyes. */
export interface SeenText {
  readonly article_id: string;
  readonly locale: string;
  readonly revision: number;
  /** When it was seen first and last. */
  readonly first_at: Date;
  readonly last_at: Date;
}

/** Longest look back from a ticket. */
const daysBefore = 30;
const maxSeen = 200;

/** What readers had before their eyes. */
@Injectable()
export class SeenTexts {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * The revisions that the requester of a ticket saw before writing it, the last one first, 200 at most: in their own
   * visits of the 30 days before, and in the visit whose form the ticket names, where that one was anonymous or theirs.
   * Nothing for a ticket that was imported or split from another one.
   */
  beforeTicket(tenantId: string, ticketId: string): Promise<SeenText[]> {
    return this.database.query<SeenText & Record<string, unknown>>(tenantId, {
      name: 'texts seen before a ticket',
      text: `with ticket as (select * from read_model.opened_ticket where tenant_id = $1 and ticket_id = $2),
               named as (
                 select session_id, requester_id from read_model.attempt
                 where tenant_id = $1 and attempt_id = (select attempt_id from ticket) order by position limit 1)
             select article_id, locale, revision, min(first_at) as first_at,
               max(least(last_at, opened_at)) as last_at
             from ticket join read_model.seen_text as seen on seen.tenant_id = $1 and first_at <= opened_at
               and first_at > opened_at - interval '${daysBefore} days'
               and (seen.requester_id = ticket.requester_id or seen.session_id = (
                 select session_id from named
                 where named.requester_id is null or named.requester_id = ticket.requester_id))
             group by article_id, locale, revision order by last_at desc, article_id, locale, revision limit $3`,
      values: [tenantId, ticketId, maxSeen],
    });
  }
}
