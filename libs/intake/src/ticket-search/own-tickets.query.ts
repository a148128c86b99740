import { TenantDatabase } from '@guichet/event-sourcing';
import {
  languageOf,
  type Marked,
  MemoryTexts,
  rankTickets,
  searchTickets,
  ticketMarker,
  type TicketText,
} from '@guichet/search';
import { Injectable } from '@nestjs/common';
import { type EntryKind } from '../ticket-view/ticket-patch.js';
import { type TicketFilter, type TicketRow, TicketViews } from '../ticket-view/ticket-view.query.js';

export interface OwnTicketsAsked {
  readonly words: string;
  readonly filter: Pick<TicketFilter, 'status' | 'openedFrom' | 'openedTo'>;
}

export interface FoundTicket {
  readonly ticket: TicketRow;
  readonly subject: Marked;
  /** A passage of what the requester has read or written; `opened` is the request itself. */
  readonly snippet: (Marked & { readonly kind: EntryKind; readonly at: Date }) | null;
}

export interface FoundTickets {
  /** The best first; where there are no words, the newest. */
  readonly tickets: readonly FoundTicket[];
  /** False where the requester has more than is searched. */
  readonly isComplete: boolean;
  readonly corrected?: string;
}

interface Line {
  readonly ticket_id: string;
  readonly kind: EntryKind;
  readonly at: Date;
  readonly body: string;
}

/** The newest tickets of a requester, and the newest of what was said on them: so much is searched. */
export const searchedTickets = 200;
const searchedLines = 2_000;
/** Of all lines together. */
const searchedLength = 2_000_000;

/**
 * Searches a requester's own tickets. They are few: their texts are read and searched as they are, so that nothing is
 * kept for it, and who may see a line is decided where it is for the conversation.
 */
@Injectable()
export class OwnTickets {
  constructor(
    private readonly database: TenantDatabase,
    private readonly views: TicketViews,
  ) {}

  /** @throws WrongQuery for too many words */
  async search(tenantId: string, requesterId: string, { words: text, filter }: OwnTicketsAsked): Promise<FoundTickets> {
    const rows = await this.views.list(tenantId, { ...filter, requesterId }, searchedTickets + 1, undefined);
    const own = rows.slice(0, searchedTickets);
    const isWhole = own.length === rows.length;
    if (text === '') {
      const plain = ({ subject, ...ticket }: TicketRow): FoundTicket => ({
        ...{ ticket: { subject, ...ticket }, snippet: null },
        subject: { text: subject, marks: [] },
      });
      return { tickets: own.map(plain), isComplete: isWhole };
    }
    const said = await this.linesOf(
      tenantId,
      own.map(({ ticket_id }) => ticket_id),
    );
    const lines = said.slice(0, searchedLines);
    const texts = [
      ...lines.map(({ ticket_id, body }): readonly [string, TicketText] => [ticket_id, { body }]),
      ...own.map((ticket): readonly [string, TicketText] => [ticket.ticket_id, openingOf(ticket)]),
    ];
    const languages = [...new Set(own.map(({ locale }) => languageOf(locale)))];
    const { words, tickets } = await searchTickets({ words: text }, languages, new MemoryTexts(texts));
    const byId = new Map(own.map((ticket) => [ticket.ticket_id, ticket]));
    const pairs = tickets.flatMap((candidate) => {
      const ticket = byId.get(candidate.key);
      return ticket
        ? [[{ ticket, locale: ticket.locale, movedAt: ticket.updated_at.getTime() }, candidate] as const]
        : [];
    });
    const { tickets: ranked, corrected } = rankTickets(text, words, pairs);
    const marker = ticketMarker(words);
    const found = ranked.map(({ ticket }): FoundTicket => {
      const opened: Line[] =
        ticket.body === null
          ? []
          : [{ ticket_id: ticket.ticket_id, kind: 'opened', at: ticket.opened_at, body: ticket.body }];
      const passages = [...opened, ...lines.filter(({ ticket_id }) => ticket_id === ticket.ticket_id)];
      const snippet = marker.snippet(passages.map(({ body }) => body));
      const of = snippet && passages[snippet.block];
      return {
        ...{ ticket, subject: marker.mark(ticket.subject) },
        snippet: snippet && of ? { ...snippet, kind: of.kind, at: of.at } : null,
      };
    });
    const isComplete = isWhole && said.length === lines.length;
    return { tickets: found, isComplete, ...(corrected !== undefined && { corrected }) };
  }

  /** What was said on the tickets, the newest first. What another requester sent to them is not in it. */
  private linesOf(tenantId: string, ticketIds: readonly string[]): Promise<Line[]> {
    const columns = 'kind, at, body, source, version';
    return this.database.query<Line>(tenantId, {
      name: 'lines of own tickets',
      text: `select ticket_id, kind, at, body from (
               select said.*, sum(length(body)) over (order by at desc, ticket_id, source, version) as units from (
                 select ticket_id, ${columns} from read_model.ticket_conversation
                  where tenant_id = $1 and ticket_id = any ($2::uuid[]) and moved_to is null and body is not null
                    and (redirected_from is null or redirected_from = any ($2::uuid[]))
                  union all
                 select redirected_from, ${columns} from read_model.ticket_conversation
                  where tenant_id = $1 and redirected_from = any ($2::uuid[]) and ticket_id <> all ($2::uuid[])
                    and moved_to is null and body is not null) said) line
              where units <= $3 order by at desc, ticket_id, source, version limit $4`,
      values: [tenantId, ticketIds, searchedLength, searchedLines + 1],
    });
  }
}

const openingOf = ({ subject, body, number, tags }: TicketRow): TicketText => ({
  ...{ title: subject, number, tags },
  ...(body !== null && { body }),
});
