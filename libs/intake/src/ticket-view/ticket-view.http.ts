import { channels, deviceClasses } from '@guichet/contracts';
import {
  canonicalJson,
  Ctx,
  Cursors,
  EnumField,
  Instant,
  Keyword,
  Line,
  LocaleField,
  type Page,
  PageQuery,
  QueryInt,
  QueryList,
  RequestContext,
  Roles,
  unprocessable,
  UuidParam,
  versioned,
} from '@guichet/http-host';
import { Freshness, LiveViews, page, QueryResponse, StaffSight } from '@guichet/service';
import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { StaffSightGuard } from '../desk/staff-sight.http.js';
import { callerOf, notYourDepartmentWords, ticketRoles, unknownTicketWords } from '../ticket/caller.http.js';
import { ConversationPage, summaryOf, TicketDetail, TicketPage, type TicketSummary } from './ticket-answers.http.js';
import { TicketDetails } from './ticket-detail.http.js';
import { TicketStream } from './ticket-stream.http.js';
import { ticketStatuses, type TicketStatus } from '../ticket/ticket-state.js';
import { type TicketPosition, type TicketRow, TicketViews } from './ticket-view.query.js';

class ConversationQuery {
  @QueryInt({ min: 1, max: 200, optional: true, description: 'How many lines at most; 50 if not given.' })
  limit?: number;

  @Keyword({ max: 2000, optional: true, description: '`earlierCursor` of the stretch after this one.' })
  cursor?: string;
}

class TicketsQuery extends PageQuery {
  @QueryList(({ list, ...options }) => EnumField(ticketStatuses, { list, ...options }), {
    list: { max: ticketStatuses.length },
    optional: true,
    description: 'Any of these, comma-separated.',
  })
  status?: TicketStatus[];

  @Keyword({ max: 200, optional: true, description: 'Only tickets of this requester; requesters see only their own.' })
  requesterId?: string;

  @Line({ max: 300, optional: true, description: 'The readable number, e.g. GU-1042.' })
  number?: string;

  @Keyword({ max: 200, optional: true, description: `One of ${channels.join(', ')}, or an imported one.` })
  channel?: string;

  @EnumField(deviceClasses, { optional: true, description: 'What the requester sat at.' })
  device?: string;

  @LocaleField({ optional: true, description: 'Language of the request.' })
  locale?: string;

  @Keyword({ max: 200, optional: true, description: 'The department asked for at opening.' })
  departmentId?: string;

  @Keyword({ max: 200, optional: true, description: 'The priority at opening.' })
  priority?: string;

  @Keyword({ max: 200, optional: true, description: 'A tag at opening.' })
  tag?: string;

  @Instant({ optional: true, description: 'Opened at this time or later.' })
  openedFrom?: string;

  @Instant({ optional: true, description: 'Opened before this time.' })
  openedTo?: string;
}

@ApiTags('tickets')
@UseGuards(StaffSightGuard)
@Controller('intake/v1/tickets')
@Roles(...ticketRoles)
export class TicketViewHttp {
  constructor(
    private readonly views: TicketViews,
    private readonly sight: StaffSight,
    private readonly freshness: Freshness,
    private readonly details: TicketDetails,
    private readonly stream: TicketStream,
    private readonly liveViews: LiveViews,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List tickets, newest first',
    description:
      'Requesters see their own, staff see all. Where a tenant has closed its departments, agents see those of their departments: ' +
      'a page may then have fewer tickets than asked for.',
  })
  @QueryResponse(TicketPage, { 422: '`reversed-period`: openedTo is not after openedFrom.' })
  async list(@Ctx() ctx: RequestContext, @Query() query: TicketsQuery): Promise<Page<TicketSummary>> {
    const { limit, cursor, ...asked } = query;
    mustBeAPeriod(asked);
    const caller = callerOf(ctx);
    if (caller.role === 'requester' && asked.requesterId !== undefined && asked.requesterId !== caller.id) {
      return { items: [], nextCursor: null };
    }
    const filter = caller.role === 'requester' ? { ...asked, requesterId: caller.id } : asked;
    const list = `tickets ${canonicalJson(filter)}`;
    const position = cursor === undefined ? undefined : this.cursors.decode<TicketPosition>(ctx.tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket-view');
    const rows = await this.views.list(ctx.tenantId, filter, limit + 1, position);
    const cursorOf = ({ opened_at, ticket_id }: TicketRow): string =>
      this.cursors.encode(ctx.tenantId, list, [opened_at.toISOString(), ticket_id]);
    const requesterId = caller.role === 'requester' ? caller.id : undefined;
    const found = page(rows, limit, cursorOf, (row) => summaryOf(row, requesterId));
    // The page ends where it would end without the rule, so that its cursor leads on.
    const visible = await this.sight.among(
      ctx,
      found.items.map(({ ticketId }) => ticketId),
    );
    return { ...found, items: found.items.filter(({ ticketId }) => visible.has(ticketId)) };
  }

  @Get(':ticketId')
  @ApiOperation({
    summary: 'Read a ticket as its requester sees it',
    description: 'With the newest part of its conversation. Internal notes never are in it.',
  })
  @QueryResponse(TicketDetail, { 403: notYourDepartmentWords, 404: unknownTicketWords }, { versioned: true })
  async read(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    await this.freshness.of(ctx, 'ticket-view');
    const viewer = callerOf(ctx);
    const row = await this.details.visible(ctx.tenantId, ticketId, viewer);
    const { detail } = await this.details.of(ctx.tenantId, row, viewer);
    return versioned(row.version, detail);
  }

  @Get(':ticketId/conversation')
  @ApiOperation({ summary: 'Read a stretch of a ticket’s conversation', description: 'The newest without a cursor.' })
  @QueryResponse(ConversationPage, { 403: notYourDepartmentWords, 404: unknownTicketWords })
  async conversation(
    @Ctx() ctx: RequestContext,
    @UuidParam('ticketId') ticketId: string,
    @Query() { limit, cursor }: ConversationQuery,
  ): Promise<ConversationPage> {
    await this.freshness.of(ctx, 'ticket-view');
    const viewer = callerOf(ctx);
    const row = await this.details.visible(ctx.tenantId, ticketId, viewer);
    return this.details.stretch(ctx.tenantId, row, viewer, { limit, cursor });
  }

  @Get(':ticketId/live')
  @ApiOperation({
    summary: 'Follow a ticket',
    description:
      'Server-Sent Events named `ticket`, each the whole ticket as GET answers it: at once, unless Last-Event-ID says that it is known, and after every change.',
  })
  @ApiProduces('text/event-stream')
  @QueryResponse(TicketDetail, { 403: notYourDepartmentWords, 404: unknownTicketWords })
  async live(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    await this.freshness.of(ctx, 'ticket-view');
    return this.liveViews.open(ctx, this.stream.view(ctx.tenantId, ticketId, callerOf(ctx)));
  }
}

function mustBeAPeriod({ openedFrom, openedTo }: Pick<TicketsQuery, 'openedFrom' | 'openedTo'>): void {
  if (openedFrom === undefined || openedTo === undefined || Date.parse(openedFrom) < Date.parse(openedTo)) return;
  throw unprocessable('reversed-period', 'openedTo must be after openedFrom.', [
    { path: 'openedTo', code: 'invalid', message: 'must be after openedFrom' },
  ]);
}
