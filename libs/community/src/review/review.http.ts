import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  Cursors,
  EnumField,
  Line,
  type LiveAnswer,
  RequestContext,
  Roles,
  Text,
  UuidParam,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  CommandResponse,
  Freshness,
  LiveViews,
  NoBody,
  now,
  page,
  QueryResponse,
  Refuses,
} from '@guichet/service';
import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { moderators, writers } from '../callers.http.js';
import { callerOf, optionsFor } from '../topic/actors.store.js';
import { notAMemberWords, unknownPostWords } from '../topic/words.http.js';
import { type FlagReason, flagReasons } from './flags.js';
import { appealDays, maxFlagsOnPost } from './review.js';
import { FlagAnswer, type ReviewAnswers, ReviewPage, ReviewsQuery, reviewView } from './review-answers.http.js';
import { type Action, actions, type Outcome, outcomes } from './review-events.js';
import { WorkOnReview } from './review.handler.js';
import { type ReviewPlace, Reviews } from './reviews.query.js';
import { ReviewStream } from './review-stream.http.js';

class FlagBody {
  @EnumField(flagReasons, { description: 'What is wrong with the post.', example: 'spam' }) reason: FlagReason;
  @Line({ max: 300, optional: true, description: 'Moderators read it.' }) note?: string;
}
class DecisionBody {
  @EnumField(outcomes, { description: 'Whether the flags or the hold were right.' }) outcome: Outcome;
  @EnumField(actions, { description: 'What becomes of the post.' }) action: Action;
  @EnumField(flagReasons, {
    optional: true,
    description: 'Needed where something is wrong, and refused where nothing is.',
  })
  reason?: FlagReason;
  @Line({ max: 300, optional: true, description: 'The author reads it.' }) note?: string;
  @Text({ max: 100_000, optional: true, description: 'What the post is to say from then on; as it is if not given.' })
  body?: string;
}
class AppealBody {
  @Text({ max: 5_000, description: 'Why the post should be visible. Moderators read it.' }) text: string;
}

const unknownWords = `\`unknown-review\`: nothing was said against the post. ${unknownPostWords}`;

@ApiTags('reviews')
@Controller('community/v1')
@Roles(...writers)
export class ReviewHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly reviews: Reviews,
    private readonly stream: ReviewStream,
    private readonly liveViews: LiveViews,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Post('posts/:postId/flags')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say that something is wrong with a post',
    description:
      'A moderator looks at it. It is hidden at once where personal data stands in it, and where several members say so.',
  })
  @CommandResponse(200, FlagAnswer, {
    403: '`level-too-low`: newcomers read a while first.',
    404: unknownPostWords,
    409:
      '`already-reviewed`: a moderator has decided on the text as it stands. `own-post`. `flag-limit`: of the day, or ' +
      `${maxFlagsOnPost} times on this post. ${notAMemberWords}`,
  })
  async flag(
    @UuidParam('postId') postId: string,
    @Body() { reason, note }: FlagBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { postId, reason, ...(note !== undefined && { note }), at: now() };
    return this.work(ctx, { type: 'FlagPost', data }, { flagged: true });
  }

  @Delete('posts/:postId/flags')
  @ApiOperation({ summary: 'Take one’s flag back', description: 'Until a moderator has decided.' })
  @CommandResponse(200, FlagAnswer, { 404: unknownPostWords, 409: notAMemberWords })
  async withdraw(
    @UuidParam('postId') postId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work(ctx, { type: 'WithdrawFlag', data: { postId, at: now() } }, { flagged: false });
  }

  @Get('reviews')
  @ApiOperation({
    summary: 'What moderators have to look at, the most pressing first',
    description: 'Of all categories for moderators, of their own for those whom a category names; of none for others.',
  })
  @QueryResponse(ReviewPage)
  async list(@Query() { state, limit, cursor }: ReviewsQuery, @Ctx() ctx: RequestContext): Promise<ReviewAnswers> {
    const { tenantId, subject: personId } = ctx;
    const list = `reviews/${state}`;
    const after = cursor === undefined ? null : this.cursors.decode<ReviewPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'reviews', 'topics');
    const looking = { personId, moderatesAll: ctx.is(...moderators) };
    const rows = await this.reviews.list(tenantId, state, looking, limit + 1, after);
    const placeOf = ({ priority, opened_at, post_id }: (typeof rows)[number]): ReviewPlace => [
      ...([priority, opened_at.toISOString(), post_id] as const),
    ];
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, placeOf(last)), reviewView);
  }

  @Get('reviews/live')
  @Roles(...moderators)
  @ApiOperation({
    summary: 'How many reviews wait, as it changes',
    description: 'Server-Sent Events named `reviews`: {open, appealed}. Read the list again.',
  })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last id seen, as EventSource sends it.' })
  @ApiResponse({ status: 200, content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Refuses({ 503: '`not-caught-up`, or the host is stopping.' })
  async watch(@Ctx() ctx: RequestContext): Promise<LiveAnswer> {
    await this.freshness.of(ctx, 'reviews');
    return this.liveViews.open(ctx, this.stream.view(ctx.tenantId));
  }

  @Post('reviews/:postId/decision')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decide on a post',
    description:
      'One decision clears its flags and its hold together, or answers an appeal. Of two moderators at once, one decides.',
  })
  @CommandResponse(200, ChangedAnswer, {
    403: '`not-allowed`: the caller does not moderate the category.',
    404: unknownWords,
    409: `\`not-open\`: it is decided, with the decision. \`own-post\`. ${notAMemberWords}`,
    412: '`stale-version`: somebody else has changed the post meanwhile.',
    422: '`reason-missing`, `reason-needless`; `nothing-to-hide-for`: where nothing is wrong the post is shown.',
  })
  async decide(
    @UuidParam('postId') postId: string,
    @Body() { outcome, action, reason, note, body }: DecisionBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const more = { ...(reason !== undefined && { reason }), ...(note !== undefined && { note }) };
    const data = { postId, outcome, action, ...more, ...(body !== undefined && { body }), at: now() };
    return this.work(ctx, { type: 'DecideReview', data });
  }

  @Post('reviews/:postId/appeal')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask for a second look at one’s own hidden post',
    description: `Once for each decision, within ${appealDays} days. Who is silenced may do so too.`,
  })
  @CommandResponse(200, ChangedAnswer, {
    403: '`not-allowed`: somebody else wrote the post.',
    404: unknownWords,
    409: '`appeal-used`, `appeal-too-late`, `not-decided`, `not-hidden`, `not-a-member`.',
  })
  async appeal(
    @UuidParam('postId') postId: string,
    @Body() { text }: AppealBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work(ctx, { type: 'MakeAppeal', data: { postId, text, at: now() } });
  }

  private async work(ctx: RequestContext, work: WorkOnReview['work'], answer?: object): Promise<CommandAnswer> {
    await this.freshness.of(ctx);
    return commandAnswer(
      'community',
      await this.commands.execute(new WorkOnReview(work, callerOf(ctx), optionsFor(ctx))),
      answer,
    );
  }
}
