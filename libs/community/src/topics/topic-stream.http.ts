import { createHash } from 'node:crypto';
import { Ctx, type LiveAnswer, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Changes, Freshness, LiveStream, type LiveView, LiveViews } from '@guichet/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { audienceOf, readers } from '../callers.http.js';
import { unknownTopicWords } from '../topic/words.http.js';
import { Seen } from './seen.query.js';
import { type OneTopicAnswer, oneTopicView } from './topic-answers.http.js';

interface State {
  readonly id: string;
  readonly told: OneTopicAnswer;
}

@ApiTags('live')
@Controller('community/v1/topics/:topicId/live')
@Roles(...readers)
export class TopicStreamHttp {
  constructor(
    private readonly seen: Seen,
    private readonly changes: Changes,
    private readonly liveViews: LiveViews,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'A topic as it changes',
    description:
      'Server-Sent Events named `topic`: what `GET /topics/{topic}` answers. Read its posts again from the last one on. ' +
      'The stream ends where the topic is not the caller’s to read any more.',
  })
  @LiveStream({ 404: unknownTopicWords })
  async watch(@UuidParam('topicId') topicId: string, @Ctx() ctx: RequestContext): Promise<LiveAnswer> {
    await this.freshness.of(ctx, 'topics');
    const { row, memberId, moderates } = await this.seen.topic(ctx, { topicId });
    const isOwn = row.member_id === memberId;
    const sight = `${audienceOf(ctx)}/${moderates}/${isOwn}`;
    return this.liveViews.open(ctx, this.view(ctx, topicId, sight));
  }

  /** Whoever may see the same is told the same. */
  private view(ctx: RequestContext, topicId: string, sight: string): LiveView<State> {
    const { tenantId } = ctx;
    const look = () => this.look(ctx, topicId);
    const eventOf = ({ id, told }: State) => ({ id, event: 'topic', data: told });
    return {
      ...{ tenantId, key: `topic/${topicId}/${sight}` },
      listen: (changed) => this.changes.listen(tenantId, topicId, changed),
      begin: (turn) => turn(look),
      async news({ id }, turn) {
        const state = await turn(look);
        return state.id === id ? undefined : { state, events: [eventOf(state)] };
      },
      welcome: async (state, lastEventId) => (lastEventId === state.id ? [] : [eventOf(state)]),
    };
  }

  /** @throws DomainError `unknown-topic` where the viewer may not read it any more: that ends the stream. */
  private async look(ctx: RequestContext, topicId: string): Promise<State> {
    const { row } = await this.seen.topic(ctx, { topicId });
    const told = oneTopicView(row);
    return { id: createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22), told };
  }
}
