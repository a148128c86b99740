import { Cursors } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { type Caller, unknownTicket } from '../ticket/ticket.js';
import { type ConversationPage, lineOf, summaryOf, type TicketDetail } from './ticket-answers.http.js';
import { type EntryPosition, type TicketRow, TicketViews } from './ticket-view.query.js';

const linesAtOnce = 50;

/** A ticket with its conversation, for those who may see it. */
@Injectable()
export class TicketDetails {
  constructor(
    private readonly views: TicketViews,
    private readonly cursors: Cursors,
  ) {}

  /** @throws DomainError `unknown-ticket` also for a ticket that is not the caller's to see. */
  async visible(tenantId: string, ticketId: string, caller: Caller): Promise<TicketRow> {
    const row = await this.views.find(tenantId, ticketId);
    if (!row || (caller.role === 'requester' && caller.id !== row.requester_id)) throw unknownTicket();
    return row;
  }

  async of(tenantId: string, row: TicketRow): Promise<TicketDetail> {
    const conversation = await this.stretch(tenantId, row, linesAtOnce);
    return { ...summaryOf(row), ...(row.body !== null && { body: row.body }), conversation };
  }

  /** The newest lines before the cursor; the newest of all without one. */
  async stretch(
    tenantId: string,
    { ticket_id }: TicketRow,
    limit: number = linesAtOnce,
    cursor?: string,
  ): Promise<ConversationPage> {
    const list = `conversation ${ticket_id}`;
    const before = cursor === undefined ? undefined : this.cursors.decode<EntryPosition>(tenantId, list, cursor);
    const rows = await this.views.conversation(tenantId, ticket_id, limit + 1, before);
    const shown = rows.slice(-limit);
    const [first] = shown;
    const earlierCursor =
      rows.length > limit && first
        ? this.cursors.encode(tenantId, list, [first.at.toISOString(), first.source, first.version, first.entry_id])
        : null;
    return { items: shown.map(lineOf), earlierCursor };
  }
}
