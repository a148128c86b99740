import { rankOf } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import { Ctx, IntField, NestedList, RequestContext, Roles, UuidField } from '@guichet/http-host';
import { Freshness, now, QueryResponse } from '@guichet/service';
import { Body, Controller, Put } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf, writers } from '../callers.http.js';
import { memberDecider } from '../member/member.js';
import { Members } from '../member/members.store.js';
import { mostSeconds } from './credited.js';
import { Reading } from './reading.store.js';

class MarkBody {
  @UuidField() topicId: string;
  @IntField({ min: 0, max: 100_000, description: 'Posts that were read, from the first on.', example: 3 })
  posts: number;
  @IntField({ min: 0, max: mostSeconds, description: 'Spent reading since the last report.', example: 40 })
  seconds: number;
}
class MarksBody {
  @NestedList(() => MarkBody, { list: { min: 1, max: 50 }, description: 'A topic each.' }) marks: MarkBody[];
}
class MarksAnswer {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Marks that came.' }) marks: number;
}

@ApiTags('members')
@Controller('community/v1/read-marks')
@Roles(...writers)
export class ReadingHttp {
  constructor(
    private readonly reading: Reading,
    private readonly members: Members,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Put()
  @ApiOperation({
    summary: 'Say how far the caller has read',
    description:
      'What is not there for the caller is passed over; nobody is believed to have read longer than time has gone by. ' +
      'The level of a member follows from it.',
  })
  @QueryResponse(MarksAnswer, { 409: '`not-a-member`: join first.' })
  async mark(@Body() { marks }: MarksBody, @Ctx() ctx: RequestContext): Promise<MarksAnswer> {
    const { tenantId, subject } = ctx;
    await this.freshness.of(ctx, 'topics');
    const memberId = await this.members.mustBeMember(tenantId, subject);
    const at = now();
    const latest = [...new Map(marks.map((mark) => [mark.topicId, mark])).values()];
    const isDue = await this.reading.mark({ tenantId, memberId, rank: rankOf(audienceOf(ctx)) }, latest, at);
    if (isDue) await this.assess(ctx, memberId, at);
    return { marks: marks.length };
  }

  private async assess(ctx: RequestContext, memberId: string, at: string): Promise<void> {
    const { tenantId } = ctx;
    const figures = await this.reading.figures(tenantId, memberId, at);
    const context = { ...ctx.eventContext(), actor: { kind: 'system', id: 'community' } } as const;
    await this.events.transact(
      memberDecider,
      memberId,
      { type: 'AssessTrust', data: { memberId, figures, at } },
      { context },
    );
  }
}
