import { DomainError, TenantDatabase } from '@guichet/event-sourcing';
import type { RequestContext } from '@guichet/http-host';
import { StaffSight } from '@guichet/service';
import { Injectable } from '@nestjs/common';

export type TicketViewer = Pick<RequestContext, 'tenantId' | 'subject' | 'is'>;

/** Tickets, as far as intake has told of them. */
@Injectable()
export class FollowedTickets {
  constructor(
    private readonly database: TenantDatabase,
    private readonly sight: StaffSight,
  ) {}

  /**
   * Whether the viewer works on tickets, and may see this one.
   * @throws DomainError `unknown-ticket` (422)
   * @throws Problem 403 `not-your-department`
   */
  async mustSee(viewer: TicketViewer, ticketId: string): Promise<void> {
    if (!viewer.is('agent', 'supervisor', 'admin', 'service')) throw unknownTicket(ticketId);
    const [opened] = await this.database.query(viewer.tenantId, {
      name: 'ticket was opened',
      text: `select from received_log where tenant_id = $1 and stream_id = $2 and type = 'TicketOpened' limit 1`,
      values: [viewer.tenantId, `ticket-${ticketId}`],
    });
    if (opened === undefined) throw unknownTicket(ticketId);
    await this.sight.mustSee(viewer, [ticketId]);
  }
}

const unknownTicket = (ticketId: string): DomainError =>
  new DomainError('unknown-ticket', 'There is no such ticket, or it is not yours to see.', { ticketId }, 'invalid');
