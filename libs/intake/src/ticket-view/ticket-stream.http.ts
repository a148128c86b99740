import { Changes, type LiveView } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../ticket/ticket.js';
import type { TicketDetail } from './ticket-answers.http.js';
import { TicketDetails } from './ticket-detail.http.js';

interface Seen {
  readonly revision: string;
  readonly detail: TicketDetail;
  /** The tickets whose changes may change it. */
  readonly subjects: readonly string[];
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
    const listening = new Listening((subject, changed) => this.changes.listen(tenantId, subject, changed));
    const look = async () => {
      const seen = await this.look(tenantId, ticketId, viewer);
      listening.also(seen.subjects);
      return seen;
    };
    const eventOf = ({ revision, detail }: Seen) => ({ id: revision, event: 'ticket', data: detail });
    return {
      tenantId,
      key: `ticket/${ticketId}/${viewer.role === 'requester' ? `requester/${viewer.id}` : 'staff'}`,
      listen: (changed) => listening.begin(ticketId, changed),
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
    const { detail, related } = await this.details.of(tenantId, row, viewer);
    // The last line too: a reply that was redirected elsewhere changes this conversation, but not this ticket.
    const lastLine = detail.conversation.items.at(-1)?.id ?? '';
    const elsewhere = related.map(({ versions }) => versions).reduce((sum, versions) => sum + versions, related.length);
    const revision = `${row.version}.${row.handling_version ?? 0}.${elsewhere}.${lastLine}`;
    return { revision, detail, subjects: related.map(({ ticket_id }) => ticket_id) };
  }
}

/** Listens to a ticket, and to those it turns out to take lines from. */
class Listening {
  private readonly ends = new Map<string, () => void>();
  private changed: (() => void) | undefined;

  constructor(private readonly listen: (subject: string, changed: () => void) => () => void) {}

  begin(ticketId: string, changed: () => void): () => void {
    this.changed = changed;
    this.also([ticketId]);
    return () => {
      this.changed = undefined;
      for (const end of this.ends.values()) end();
      this.ends.clear();
    };
  }

  also(subjects: readonly string[]): void {
    const { changed } = this;
    if (changed === undefined) return;
    for (const subject of subjects) if (!this.ends.has(subject)) this.ends.set(subject, this.listen(subject, changed));
  }
}
