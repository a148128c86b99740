import {
  Ctx,
  Cursors,
  Keyword,
  Line,
  notFound,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  UuidParam,
} from '@guichet/http-host';
import { Freshness, page, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type EventView, FoundTickets, TicketEvents, TicketFacts } from './ticket-answers.http.js';
import { ticketView } from './ticket-view.js';
import { type StoredEvent, TicketsQuery } from './tickets.query.js';
import { withoutPersonalData } from './without-personal-data.js';

class AfterQuery {
  @Keyword({ max: 1000, optional: true, description: 'The same as the header `Guichet-After`.' })
  after?: string;
}
class NumberQuery extends AfterQuery {
  @Line({ max: 300, description: 'The readable number, exactly.', example: 'GU-1001' })
  number: string;
}
class EventsQuery extends PageQuery {
  @Keyword({ max: 1000, optional: true, description: 'The same as the header `Guichet-After`.' })
  after?: string;
}

@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin', 'analyst', 'service')
@Controller('analytics/v1/tickets')
export class TicketsHttp {
  constructor(
    private readonly tickets: TicketsQuery,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Tickets by their readable number' })
  @QueryResponse(FoundTickets, { 400: 'No number.' })
  async find(@Query() { number }: NumberQuery, @Ctx() ctx: RequestContext): Promise<FoundTickets> {
    await this.freshness.of(ctx, 'ticket-facts');
    return { items: await this.tickets.byNumber(ctx.tenantId, number) };
  }

  @Get(':ticketId')
  @ApiOperation({ summary: 'What the figures know of a ticket' })
  @QueryResponse(TicketFacts, { 404: '`unknown-ticket`' })
  async facts(
    @UuidParam('ticketId') ticketId: string,
    @Query() _query: AfterQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<TicketFacts> {
    await this.freshness.of(ctx, 'ticket-facts');
    const fact = await this.tickets.fact(ctx.tenantId, ticketId);
    if (!fact) throw notFound('unknown-ticket', 'There is no such ticket.');
    return ticketView(fact);
  }

  @Get(':ticketId/events')
  @ApiOperation({ summary: 'The events behind a ticket, as they arrived' })
  @QueryResponse(TicketEvents, { 400: '`invalid-cursor`', 404: '`unknown-ticket`' })
  async events(
    @UuidParam('ticketId') ticketId: string,
    @Query() { limit, cursor }: EventsQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<EventView>> {
    const { tenantId } = ctx;
    const list = `tickets/${ticketId}/events`;
    const after = cursor === undefined ? 0 : this.cursors.decode<number>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket-facts');
    const events = await this.tickets.events(tenantId, ticketId, after, limit + 1);
    if (events.length === 0 && after === 0) throw notFound('unknown-ticket', 'There is no such ticket.');
    const worksOnTickets = ctx.is('agent', 'supervisor', 'admin');
    const cursorOf = ({ position }: Pick<EventView, 'position'>): string =>
      this.cursors.encode(tenantId, list, position);
    return page(events, limit, cursorOf, (event) => (worksOnTickets ? event : forFigures(event)));
  }
}

/** An event for those who look at figures, not at requests. */
const forFigures = ({ correlationId: _correlationId, ...event }: StoredEvent): Omit<StoredEvent, 'correlationId'> => ({
  ...event,
  data: withoutPersonalData(event.type, event.data),
});
