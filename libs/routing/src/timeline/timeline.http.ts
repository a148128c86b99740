import { sources } from '@guichet/contracts';
import { Ctx, Cursors, type Page, PageQuery, RequestContext, Roles, UuidParam, notFound } from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Sights } from '../desk/sight.query.js';
import { type TimelineEvent, type TimelinePosition, Timelines } from './timeline.query.js';

class ActorView {
  @ApiProperty({ enum: ['requester', 'agent', 'bot', 'system', 'import'] }) kind: string;
  @ApiProperty({ required: false }) id?: string;
  @ApiProperty({ required: false, description: 'Of agents who are known.' }) name?: string;
}
class TimelineEntry {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid', description: 'This ticket, or one that was merged into it.' }) ticketId: string;
  @ApiProperty({ enum: sources }) source: string;
  @ApiProperty({ example: 'TicketTransferred' }) type: string;
  @ApiProperty({ format: 'date-time', description: 'When it happened.' }) at: string;
  @ApiProperty({ format: 'date-time', description: 'When its service learned it.' }) recordedAt: string;
  @ApiProperty({ type: ActorView }) actor: ActorView;
  @ApiProperty({ description: 'Brought in from another system’s log.' }) imported: boolean;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the event says: a reply’s body, a transfer’s departments, reason and note, a note’s body …',
  })
  data: Record<string, unknown>;
}
class TimelinePage extends PageOf(TimelineEntry) {}

@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/tickets/:ticketId/timeline')
export class TimelineHttp {
  constructor(
    private readonly timelines: Timelines,
    private readonly sights: Sights,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'All that happened to a ticket, across services, oldest first',
    description:
      'The request as intake tells it, the work on it, and the notes that never leave this service; of this ticket and of those merged into it.',
  })
  @QueryResponse(TimelinePage, { 403: '`not-your-department`', 404: '`unknown-ticket`' })
  async list(
    @UuidParam('ticketId') ticketId: string,
    @Query() { limit, cursor }: PageQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<TimelineEntry>> {
    const { tenantId } = ctx;
    const list = `timeline/${ticketId}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<TimelinePosition>(tenantId, list, cursor);
    await this.freshness.of(ctx);
    await this.sights.mustReach(ctx, ticketId);
    const rows = await this.timelines.page(tenantId, ticketId, limit + 1, after);
    if (rows.length === 0 && after === undefined) throw notFound('unknown-ticket', 'There is no such ticket.');
    return page(rows, limit, ({ place }) => this.cursors.encode(tenantId, list, place), entryOf);
  }
}

function entryOf({ source, event, agentName }: TimelineEvent): TimelineEntry {
  const { actor, imported = false } = event.metadata;
  return {
    id: event.eventId,
    ticketId: event.streamId.slice(event.streamId.indexOf('-') + 1),
    source,
    type: event.type,
    at: event.occurredAt,
    recordedAt: event.recordedAt,
    actor: agentName === undefined ? actor : { ...actor, name: agentName },
    imported,
    data: event.data as Record<string, unknown>,
  };
}
