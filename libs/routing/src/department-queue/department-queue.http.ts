import {
  Ctx,
  Cursors,
  EnumField,
  Keyword,
  type LiveAnswer,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  badRequest,
  notFound,
} from '@guichet/http-host';
import { Freshness, LiveViews, page, PageOf, QueryResponse, Refuses } from '@guichet/service';
import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { noDepartment } from '../department/department.http.js';
import { DepartmentStates } from '../department/department-states.query.js';
import { Sights } from '../desk/sight.query.js';
import { queueOf } from '../ticket/ticket-row.js';
import { TicketView, ticketView } from '../ticket/ticket-view.http.js';
import { type QueueState, queueStates } from '../ticket/ticket-state.js';
import { DepartmentQueues, type QueuePosition } from './department-queue.query.js';
import { QueueStream, idOf, momentOf } from './queue-stream.http.js';

class QueueQuery extends PageQuery {
  @EnumField(queueStates, { optional: true, description: 'Only these; all if not given.' })
  state?: QueueState;
}
class LiveQuery {
  @Keyword({ optional: true, max: 40, description: 'Where to begin: `live` of the queue, for a first connection.' })
  from?: string;
}
class QueuedTicketView extends TicketView {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Place among those asked for; 1: the next one.' })
  position: number;
}
class CountsView {
  @ApiProperty({ type: 'integer' }) waiting: number;
  @ApiProperty({ type: 'integer' }) assigned: number;
  @ApiProperty({ type: 'integer' }) paused: number;
}
class QueuePage extends PageOf(QueuedTicketView) {
  @ApiProperty({ type: CountsView, description: 'Of the whole queue.' }) counts: CountsView;
  @ApiProperty({ description: 'Changes after this page: give it to `queue/live?from=`.' }) live: string;
}

/** Where a page ended, and how many tickets came up to there. */
interface PlaceInQueue {
  readonly before: number;
  readonly after?: QueuePosition;
}
const beginning: PlaceInQueue = { before: 0 };

@ApiTags('queues')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/departments/:departmentId/queue')
export class DepartmentQueueHttp {
  constructor(
    private readonly queues: DepartmentQueues,
    private readonly departments: DepartmentStates,
    private readonly sights: Sights,
    private readonly stream: QueueStream,
    private readonly liveViews: LiveViews,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What waits and is worked on in a department',
    description:
      'Most urgent first, then longest waiting first. `none` stands for the tickets without a department: they wait until a ' +
      'department is created, or somebody transfers them.',
  })
  @QueryResponse(QueuePage, { 403: '`not-your-department`', 404: '`unknown-department`' })
  async list(
    @Param('departmentId') departmentId: string,
    @Query() { limit, cursor, state }: QueueQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<QueuedTicketView> & Pick<QueuePage, 'counts' | 'live'>> {
    const { tenantId } = ctx;
    const list = `queue-places/${state ?? ''}/${departmentId}`;
    const { before, after } =
      cursor === undefined ? beginning : this.cursors.decode<PlaceInQueue>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket', 'department');
    const queue = await this.queueOf(ctx, departmentId);
    const { moment, tickets, counts } = await this.queues.page(tenantId, queue, limit + 1, state, after);
    const { items, nextCursor } = page(tickets, limit, ({ urgency, queued_exactly, ticket_id }) => {
      const place: PlaceInQueue = { before: before + limit, after: [urgency, queued_exactly, ticket_id] };
      return this.cursors.encode(tenantId, list, place);
    });
    const placed = items.map((ticket, i) => ({ ...ticketView(ticket), position: before + i + 1 }));
    return { items: placed, nextCursor, counts, live: idOf(moment) };
  }

  @Get('live')
  @ApiOperation({
    summary: 'The queue’s changes as they happen',
    description:
      'Server-Sent Events: `ticket` (a ticket of the queue as it is now), `left` ({ticketId}), `counts` (after these changes), ' +
      '`reset` (too much has changed: read the queue again). Resumes after `Last-Event-ID`; a change may come twice, none is missing.',
  })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last id seen, as EventSource sends it.' })
  @ApiResponse({ status: 200, content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Refuses({
    403: '`not-your-department`',
    404: '`unknown-department`',
    503: '`not-caught-up`, or the host is stopping.',
  })
  async live(
    @Param('departmentId') departmentId: string,
    @Query() { from }: LiveQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Ctx() ctx: RequestContext,
  ): Promise<LiveAnswer> {
    const { tenantId } = ctx;
    const id = lastEventId || from;
    if (id !== undefined && momentOf(id) === undefined) {
      const problem = {
        path: lastEventId ? 'Last-Event-ID' : 'from',
        code: 'invalid',
        message: 'is no id of this stream',
      };
      throw badRequest('invalid-request', 'There is no place in this stream to begin at.', [problem]);
    }
    await this.freshness.of(ctx, 'ticket', 'department');
    const queue = await this.queueOf(ctx, departmentId);
    return this.liveViews.open(ctx, this.stream.view(tenantId, queue), id);
  }

  private async queueOf(ctx: RequestContext, departmentId: string): Promise<string> {
    if (departmentId === noDepartment) return queueOf(null);
    if ((await this.departments.find(ctx.tenantId, departmentId)) === undefined)
      throw notFound('unknown-department', 'There is no such department.');
    await this.sights.mustSee(ctx, { departmentId, agentId: null });
    return queueOf(departmentId);
  }
}
