import { Ctx, Cursors, type Page, PageQuery, RequestContext, Roles } from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Sights } from '../desk/sight.query.js';
import { type QueueRow, Queues } from './queues.query.js';

class QueueView {
  @ApiProperty({ type: 'string', nullable: true, description: 'null: tickets without a department.' })
  departmentId: string | null;
  @ApiProperty({ type: 'string', nullable: true }) departmentName: string | null;
  @ApiProperty({ type: 'integer' }) waiting: number;
  @ApiProperty({ type: 'integer' }) assigned: number;
  @ApiProperty({ type: 'integer' }) paused: number;
  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'Since when the ticket waits that has waited longest; null where none waits.',
  })
  oldestQueuedAt: string | null;
}
class QueuesPage extends PageOf(QueueView) {}

const list = 'queues';

@ApiTags('queues')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/queues')
export class QueuesHttp {
  constructor(
    private readonly queues: Queues,
    private readonly sights: Sights,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The queues, and how much is in each',
    description:
      'First the tickets without a department, which everybody sees (its page is `departments/none/queue`); then the departments, ' +
      'in the order they were created, of which agents see those that they may.',
  })
  @QueryResponse(QueuesPage)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<Page<QueueView>> {
    const { tenantId } = ctx;
    const after = cursor === undefined ? '-1' : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'ticket', 'department');
    const rows = await this.queues.list(tenantId, limit + 1, after, await this.sights.of(ctx));
    return page(rows, limit, ({ created_position }) => this.cursors.encode(tenantId, list, created_position), view);
  }
}

const view = ({ department_id, name, waiting, assigned, paused, oldest_queued_at }: QueueRow): QueueView => ({
  departmentId: department_id,
  departmentName: name,
  waiting,
  assigned,
  paused,
  oldestQueuedAt: oldest_queued_at?.toISOString() ?? null,
});
