import { EventStore } from '@guichet/event-sourcing';
import { Ctx, forbidden, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { topicDecider } from '../topic/decide.js';
import { ledgerOf, type StepKind, stepKinds } from '../topic/ledger.js';
import { unknownPostWords } from '../topic/words.http.js';
import { Seen } from './seen.query.js';

class StepAnswer {
  @ApiProperty({ enum: stepKinds }) kind: StepKind;
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'What was said of it.' }) why: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The review that led to it.' })
  reviewId: string | null;
}
class LedgerAnswer {
  @ApiProperty({ type: [StepAnswer], description: 'In the order in which it happened.' }) steps: StepAnswer[];
}

@ApiTags('posts')
@Controller('community/v1/posts/:postId/ledger')
@Roles(...writers)
export class LedgerHttp {
  constructor(
    private readonly events: EventStore,
    private readonly seen: Seen,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What happened to a post', description: 'For who wrote it, and for moderators.' })
  @QueryResponse(LedgerAnswer, { 403: '`not-allowed`: it is somebody else’s.', 404: unknownPostWords })
  async read(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext): Promise<LedgerAnswer> {
    await this.freshness.of(ctx, 'topics');
    const { post, memberId, moderates } = await this.seen.post(ctx, postId);
    if (!moderates && post.member_id !== memberId)
      throw forbidden('not-allowed', 'Only who wrote the post and moderators see what happened to it.');
    const events = await this.events.readStream(ctx.tenantId, `${topicDecider.category}-${post.topic_id}`);
    return { steps: ledgerOf(postId, events) };
  }
}
