import {
  Ctx,
  Cursors,
  EnumField,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  UuidParam,
  type Versioned,
  notFound,
  versioned,
} from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Sights } from '../desk/sight.query.js';
import { TicketView, ticketDetailView, TicketDetailView, ticketView } from './ticket-view.http.js';
import { type AgentPosition, Tickets } from './ticket.query.js';

class AgentTicketsQuery extends PageQuery {
  @EnumField(['open', 'done', 'all'], { optional: true, description: 'open if not given.' })
  state: 'open' | 'done' | 'all' = 'open';
}
class TicketPage extends PageOf(TicketView) {}

@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1')
export class TicketHttp {
  constructor(
    private readonly tickets: Tickets,
    private readonly sights: Sights,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('tickets/:ticketId')
  @ApiOperation({ summary: 'A ticket as it stands' })
  @QueryResponse(TicketDetailView, { 403: '`not-your-department`', 404: '`unknown-ticket`' }, { versioned: true })
  async find(@UuidParam('ticketId') ticketId: string, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx, 'ticket');
    const row = await this.tickets.find(ctx.tenantId, ticketId);
    if (row === undefined) throw notFound('unknown-ticket', 'There is no such ticket.');
    await this.sights.mustSee(ctx, { departmentId: row.department_id, agentId: row.agent_id });
    return versioned(row.version, ticketDetailView(row, await this.tickets.mergedInto(ctx.tenantId, ticketId)));
  }

  @Get('agents/:agentId/tickets')
  @ApiOperation({
    summary: 'An agent’s tickets, newest first',
    description: '`me` stands for the caller. Of a colleague those that the caller may see.',
  })
  @QueryResponse(TicketPage)
  async ofAgent(
    @Param('agentId') agent: string,
    @Query() { limit, cursor, state }: AgentTicketsQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<TicketView>> {
    const { tenantId } = ctx;
    const agentId = agent === 'me' ? ctx.subject : agent;
    const list = `agent-tickets/${state}/${agentId}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<AgentPosition>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket');
    const rows = await this.tickets.ofAgent(tenantId, agentId, state, limit + 1, after, await this.sights.of(ctx));
    return page(
      rows,
      limit,
      ({ queued_exactly, ticket_id }) => this.cursors.encode(tenantId, list, [queued_exactly, ticket_id]),
      ticketView,
    );
  }
}
