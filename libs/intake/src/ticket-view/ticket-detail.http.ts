import { Cursors } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { type Caller, unknownTicket } from '../ticket/ticket.js';
import { type ConversationPage, lineOf, summaryOf, type TicketDetail } from './ticket-answers.http.js';
import { type EntryPosition, type RelatedTicket, type TicketRow, TicketViews } from './ticket-view.query.js';

const linesAtOnce = 50;

const requesterOf = (viewer: Caller): string | undefined => (viewer.role === 'requester' ? viewer.id : undefined);

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

  /** With what its conversation takes lines from: a change of any of these may change the answer. */
  async of(
    tenantId: string,
    row: TicketRow,
    viewer: Caller,
  ): Promise<{ readonly detail: TicketDetail; readonly related: readonly RelatedTicket[] }> {
    const requesterId = requesterOf(viewer);
    const [conversation, related] = await Promise.all([
      this.stretch(tenantId, row, viewer),
      this.views.related(tenantId, row.ticket_id, requesterId),
    ]);
    const mergedFrom = related
      .filter(({ is_source }) => is_source)
      .map(({ ticket_id, number }) => ({ ticketId: ticket_id, number }));
    const body = row.body === null ? {} : { body: row.body };
    return { detail: { ...summaryOf(row, requesterId), ...body, mergedFrom, conversation }, related };
  }

  /** The newest lines before the cursor; the newest of all without one. */
  async stretch(
    tenantId: string,
    { ticket_id }: TicketRow,
    viewer: Caller,
    { limit = linesAtOnce, cursor }: { limit?: number; cursor?: string } = {},
  ): Promise<ConversationPage> {
    const list = `conversation ${ticket_id}`;
    const before = cursor === undefined ? undefined : this.cursors.decode<EntryPosition>(tenantId, list, cursor);
    const asked = { requesterId: requesterOf(viewer), limit: limit + 1, before };
    const rows = await this.views.conversation(tenantId, ticket_id, asked);
    const shown = rows.slice(-limit);
    const [first] = shown;
    const earlierCursor =
      rows.length > limit && first
        ? this.cursors.encode(tenantId, list, [first.at.toISOString(), first.source, first.version, first.entry_id])
        : null;
    return { items: shown.map(lineOf), earlierCursor };
  }
}
