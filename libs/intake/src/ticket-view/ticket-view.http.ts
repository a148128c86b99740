import { channels, deviceClasses } from '@guichet/contracts';
import {
  canonicalJson,
  Ctx,
  Cursors,
  EnumField,
  Instant,
  Keyword,
  type LiveClient,
  LocaleField,
  PageQuery,
  QueryInt,
  QueryList,
  RequestContext,
  Roles,
  sse,
  unprocessable,
  UuidParam,
  versioned,
} from '@guichet/http-host';
import { Controller, Get, Logger, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { notCaughtUpDescription, Refuses, unknownTicketDescription } from '../problems.http.js';
import { callerOf, ticketRoles } from '../ticket/caller.http.js';
import { unknownTicket } from '../ticket/ticket.js';
import { ConversationPage, lineOf, summaryOf, TicketDetail, TicketPage } from './ticket-answers.http.js';
import { TicketChanges } from './ticket-changes.js';
import { TicketViewFreshness } from './ticket-view-freshness.query.js';
import { ticketStatuses, type TicketStatus } from '../ticket/ticket-state.js';
import { type EntryPosition, type TicketPosition, type TicketRow, TicketViews } from './ticket-view.query.js';

const linesAtOnce = 50;

class ConversationQuery {
  @QueryInt({ min: 1, max: 200, optional: true, description: 'How many lines at most; 50 if not given.' })
  limit: number = linesAtOnce;

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

  @Keyword({ max: 300, optional: true, description: 'The readable number, e.g. GU-1042.' })
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
@Controller('intake/v1/tickets')
@Roles(...ticketRoles)
export class TicketViewHttp {
  private readonly log = new Logger(TicketViewHttp.name);

  constructor(
    private readonly views: TicketViews,
    private readonly freshness: TicketViewFreshness,
    private readonly changes: TicketChanges,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List tickets, newest first', description: 'Requesters see their own, staff see all.' })
  @ApiOkResponse({ type: TicketPage, description: 'A page of tickets.' })
  @Refuses({ 422: 'reversed-period: openedTo is not after openedFrom.', 503: notCaughtUpDescription })
  async list(@Ctx() ctx: RequestContext, @Query() query: TicketsQuery): Promise<TicketPage> {
    const { limit, cursor, ...asked } = query;
    mustBeAPeriod(asked);
    const caller = callerOf(ctx);
    if (caller.role === 'requester' && asked.requesterId !== undefined && asked.requesterId !== caller.id) {
      return { items: [], nextCursor: null };
    }
    const filter = caller.role === 'requester' ? { ...asked, requesterId: caller.id } : asked;
    const list = `tickets ${canonicalJson(filter)}`;
    const position = cursor === undefined ? undefined : this.cursors.decode<TicketPosition>(ctx.tenantId, list, cursor);
    await this.freshness.awaitPositions(ctx);
    const rows = await this.views.list(ctx.tenantId, filter, limit + 1, position);
    const items = rows.slice(0, limit).map(summaryOf);
    const last = items.at(-1);
    const nextCursor =
      rows.length > limit && last ? this.cursors.encode(ctx.tenantId, list, [last.openedAt, last.ticketId]) : null;
    return { items, nextCursor };
  }

  @Get(':ticketId')
  @ApiOperation({
    summary: 'Read a ticket as its requester sees it',
    description: 'With the newest part of its conversation. Internal notes never are in it.',
  })
  @ApiOkResponse({ type: TicketDetail, description: 'The ticket; its version is in ETag.' })
  @Refuses({ 404: unknownTicketDescription, 503: notCaughtUpDescription })
  async read(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    await this.freshness.awaitPositions(ctx);
    const row = await this.visible(ctx, ticketId);
    return versioned(row.version, await this.detailOf(ctx, row));
  }

  @Get(':ticketId/conversation')
  @ApiOperation({ summary: 'Read a stretch of a ticket’s conversation', description: 'The newest without a cursor.' })
  @ApiOkResponse({ type: ConversationPage, description: 'A stretch of the conversation.' })
  @Refuses({ 404: unknownTicketDescription, 503: notCaughtUpDescription })
  async conversation(
    @Ctx() ctx: RequestContext,
    @UuidParam('ticketId') ticketId: string,
    @Query() { limit, cursor }: ConversationQuery,
  ): Promise<ConversationPage> {
    await this.freshness.awaitPositions(ctx);
    const row = await this.visible(ctx, ticketId);
    return this.stretchOf(ctx, row, limit, cursor);
  }

  @Get(':ticketId/live')
  @ApiOperation({
    summary: 'Follow a ticket',
    description:
      'Server-Sent Events named `ticket`, each the whole ticket as GET answers it: at once, unless Last-Event-ID says that it is known, and after every change.',
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ type: TicketDetail, description: 'The data of each event.' })
  @Refuses({ 404: unknownTicketDescription, 503: notCaughtUpDescription })
  async live(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    await this.freshness.awaitPositions(ctx);
    await this.visible(ctx, ticketId);
    return sse((client) => this.follow(ctx, ticketId, client));
  }

  private follow(ctx: RequestContext, ticketId: string, client: LiveClient): () => void {
    let seen = client.lastEventId;
    let looking: Promise<void> = Promise.resolve();
    const giveUp = (error: unknown): void => {
      this.log.warn('A live stream ends; its client will come back.', error);
      client.close();
    };
    const look = async (): Promise<void> => {
      const row = await this.visible(ctx, ticketId);
      const detail = await this.detailOf(ctx, row);
      // The last line too: a reply that was redirected elsewhere changes this conversation, but not this ticket.
      const lastLine = detail.conversation.items.at(-1)?.id ?? '';
      const revision = `${row.version}.${row.handling_version ?? 0}.${lastLine}`;
      if (revision === seen || client.signal.aborted) return;
      client.send({ id: revision, event: 'ticket', data: detail });
      seen = revision;
    };
    // One look after the other, so that the stream never goes back in time.
    const lookAgain = (): void => void (looking = looking.then(look).catch(giveUp));
    const stop = this.changes.listen(ctx.tenantId, ticketId, lookAgain);
    lookAgain();
    return stop;
  }

  /** @throws DomainError `unknown-ticket` also for a ticket that is not the caller's to see. */
  private async visible(ctx: RequestContext, ticketId: string): Promise<TicketRow> {
    const row = await this.views.find(ctx.tenantId, ticketId);
    const caller = callerOf(ctx);
    if (!row || (caller.role === 'requester' && caller.id !== row.requester_id)) throw unknownTicket();
    return row;
  }

  private async detailOf(ctx: RequestContext, row: TicketRow): Promise<TicketDetail> {
    const conversation = await this.stretchOf(ctx, row, linesAtOnce);
    return { ...summaryOf(row), ...(row.body !== null && { body: row.body }), conversation };
  }

  private async stretchOf(
    { tenantId }: RequestContext,
    { ticket_id }: TicketRow,
    limit: number,
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

function mustBeAPeriod({ openedFrom, openedTo }: Pick<TicketsQuery, 'openedFrom' | 'openedTo'>): void {
  if (openedFrom === undefined || openedTo === undefined || Date.parse(openedFrom) < Date.parse(openedTo)) return;
  throw unprocessable('reversed-period', 'openedTo must be after openedFrom.', [
    { path: 'openedTo', code: 'invalid', message: 'must be after openedFrom' },
  ]);
}
