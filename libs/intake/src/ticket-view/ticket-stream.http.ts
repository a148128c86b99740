import { Changes, type LiveView } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../ticket/ticket.js';
import type { TicketDetail } from './ticket-answers.http.js';
import { TicketDetails } from './ticket-detail.http.js';

interface Seen {
  readonly revision: string;
  readonly detail: TicketDetail;
}

/** A ticket as it changes: Server-Sent Events named `ticket`, each the whole ticket. */
@Injectable()
export class TicketStream {
  constructor(
    private readonly details: TicketDetails,
    private readonly changes: Changes,
  ) {}

  /** Staff see the same of a ticket; its requester, who may lose sight of it, is asked about alone. */
  view(tenantId: string, ticketId: string, viewer: Caller): LiveView<Seen> {
    const look = () => this.look(tenantId, ticketId, viewer);
    const eventOf = ({ revision, detail }: Seen) => ({ id: revision, event: 'ticket', data: detail });
    return {
      tenantId,
      key: `ticket/${ticketId}/${viewer.role === 'requester' ? `requester/${viewer.id}` : 'staff'}`,
      listen: (changed) => this.changes.listen(tenantId, ticketId, changed),
      begin: (turn) => turn(look),
      async news({ revision }, turn) {
        const seen = await turn(look);
        return seen.revision === revision ? undefined : { state: seen, events: [eventOf(seen)] };
      },
      welcome: async (seen, lastEventId) => (lastEventId === seen.revision ? [] : [eventOf(seen)]),
    };
  }

  private async look(tenantId: string, ticketId: string, viewer: Caller): Promise<Seen> {
    const row = await this.details.visible(tenantId, ticketId, viewer);
    const detail = await this.details.of(tenantId, row);
    // The last line too: a reply that was redirected elsewhere changes this conversation, but not this ticket.
    const lastLine = detail.conversation.items.at(-1)?.id ?? '';
    return { revision: `${row.version}.${row.handling_version ?? 0}.${lastLine}`, detail };
  }
}
