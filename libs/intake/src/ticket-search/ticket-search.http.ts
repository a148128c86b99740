import { Ctx, Cursors, type Page, RequestContext, Roles } from '@guichet/http-host';
import { type Operator, parseQuery, WrongQuery } from '@guichet/search';
import {
  FoundPageOf,
  Freshness,
  markedAnswer,
  MarkedAnswer,
  maxQuery,
  mustBeShort,
  OperatorQuery,
  page,
  QueryResponse,
  refusing,
} from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ticketStatuses } from '../ticket/ticket-state.js';
import { summaryOf, TicketSummary } from '../ticket-view/ticket-answers.http.js';
import { entryKinds, type EntryKind } from '../ticket-view/ticket-patch.js';
import { type FoundTicket, OwnTickets, type OwnTicketsAsked, searchedTickets } from './own-tickets.query.js';

const operators = {
  is: { takes: ticketStatuses, isMany: true, help: `one of ${ticketStatuses.join(', ')}` },
  before: { takes: 'date', isMany: false, help: 'opened before that day in UTC, such as before:2026-03-01' },
  after: { takes: 'date', isMany: false, help: 'opened on that day in UTC or later, such as after:2026-01-01' },
} as const satisfies Readonly<Record<string, Operator>>;

class OwnTicketsQuery extends OperatorQuery(operators) {}

class PassageAnswer extends MarkedAnswer {
  @ApiProperty({ enum: entryKinds, description: 'The line it is from; `opened` is the request itself.' })
  kind: EntryKind;

  @ApiProperty({ format: 'date-time', description: 'When it was said.' })
  at: string;
}

class FoundTicketAnswer {
  @ApiProperty({ type: TicketSummary, description: 'As its requester sees it.' })
  ticket: TicketSummary;

  @ApiProperty({ type: MarkedAnswer, description: 'What of the subject was asked for.' })
  subject: MarkedAnswer;

  @ApiProperty({ type: PassageAnswer, nullable: true, description: 'The passage that answers best.' })
  snippet: PassageAnswer | null;
}

class OwnTicketsAnswer extends FoundPageOf(FoundTicketAnswer) {
  @ApiProperty({ type: 'integer', description: 'Tickets that were found.' })
  total: number;

  @ApiProperty({ description: `False for who has more than is searched: ${searchedTickets} tickets, the newest.` })
  complete: boolean;
}

@ApiTags('tickets')
@Roles('requester')
@Controller('intake/v1/search')
export class TicketSearchHttp {
  constructor(
    private readonly ownTickets: OwnTickets,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Search one’s own tickets',
    description:
      'Over number, subject and conversation. A ticket is found that has all the words, in any of its forms, with or without accents; a word ' +
      'that none has is read as those a letter away, numbers never are. The best first, then the one that moved last. Agents search in routing.',
  })
  @QueryResponse(OwnTicketsAnswer, {
    422: `\`query-too-long\`: more than ${maxQuery} characters. \`too-many-words\`. \`unknown-operator\` and \`wrong-operator\` say what is allowed.`,
  })
  async search(
    @Query() { q, limit, cursor }: OwnTicketsQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<FoundTicketAnswer> & Omit<OwnTicketsAnswer, 'items' | 'nextCursor'>> {
    mustBeShort(q);
    const { tenantId, subject: requesterId } = ctx;
    const list = `own-tickets/${q}`;
    const offset = cursor === undefined ? 0 : this.cursors.decode<number>(tenantId, list, cursor);
    const asked = await refusing(WrongQuery, () => askedFor(q));
    await this.freshness.of(ctx, 'ticket-view');
    const { tickets, isComplete, corrected } = await refusing(WrongQuery, () =>
      this.ownTickets.search(tenantId, requesterId, asked),
    );
    const found = page(
      tickets.slice(offset),
      limit,
      () => this.cursors.encode(tenantId, list, offset + limit),
      (ticket) => answerOf(ticket, requesterId),
    );
    return { ...found, corrected: corrected ?? null, total: tickets.length, complete: isComplete };
  }
}

function askedFor(q: string): OwnTicketsAsked {
  const { words, values } = parseQuery(q, operators);
  const { is = [], before, after } = values;
  const dayOf = (day: string) => `${day}T00:00:00.000Z`;
  return {
    words,
    filter: {
      ...(is.length > 0 && { status: ticketStatuses.filter((status) => is.includes(status)) }),
      ...(after?.[0] !== undefined && { openedFrom: dayOf(after[0]) }),
      ...(before?.[0] !== undefined && { openedTo: dayOf(before[0]) }),
    },
  };
}

const answerOf = ({ ticket, subject, snippet }: FoundTicket, requesterId: string): FoundTicketAnswer => ({
  ticket: summaryOf(ticket, requesterId),
  subject: markedAnswer(subject),
  snippet: snippet && { ...markedAnswer(snippet), kind: snippet.kind, at: snippet.at.toISOString() },
});
