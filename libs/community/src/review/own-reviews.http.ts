import { Ctx, Cursors, type Page, PageQuery, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { Members } from '../member/members.store.js';
import { type FlagReason, flagReasons } from './flags.js';
import { unknownReview } from './review.js';
import { type Action, actions, type Outcome, outcomes } from './review-events.js';
import { type ListedState, type OwnFlagRow, Reviews, reviewStates } from './reviews.query.js';

const moment = (description: string) => ({ type: 'string', format: 'date-time', nullable: true, description }) as const;
const outcome = { enum: outcomes, nullable: true, description: 'null: nobody has decided.' } as const;

class OwnFlagAnswer {
  @ApiProperty({ format: 'uuid' }) postId: string;
  @ApiProperty({ enum: flagReasons }) reason: FlagReason;
  @ApiProperty({ format: 'date-time' }) flaggedAt: string;
  @ApiProperty(outcome) outcome: Outcome | null;
  @ApiProperty(moment('null: nobody has decided.')) decidedAt: string | null;
}
class OwnFlagPage extends PageOf(OwnFlagAnswer) {}

class OwnReviewAnswer {
  @ApiProperty({ enum: reviewStates }) state: ListedState;
  @ApiProperty({ description: 'Nobody has seen the post yet.' }) held: boolean;
  @ApiProperty({ description: 'By flags, or by a moderator.' }) hidden: boolean;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Members who flagged it, and whose flag waits.' })
  flags: number;
  @ApiProperty(outcome) outcome: Outcome | null;
  @ApiProperty({ enum: actions, nullable: true }) action: Action | null;
  @ApiProperty({ enum: flagReasons, nullable: true, description: 'What is wrong with the post.' })
  reason: FlagReason | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'What the moderator wrote.' }) note: string | null;
  @ApiProperty(moment('null: nobody has decided.')) decidedAt: string | null;
  @ApiProperty(moment('When the author appealed; null: they have not.')) appealedAt: string | null;
}

/** What comes of it: for those who flagged, and those who were flagged. Neither learns of the other. */
@ApiTags('reviews')
@Controller('community/v1')
@Roles(...writers)
export class OwnReviewsHttp {
  constructor(
    private readonly reviews: Reviews,
    private readonly members: Members,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('me/flags')
  @ApiOperation({ summary: 'What came of the caller’s flags, newest first' })
  @QueryResponse(OwnFlagPage, { 409: '`not-a-member`: join first.' })
  async flags(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<Page<OwnFlagAnswer>> {
    const { tenantId, subject } = ctx;
    const memberId = await this.members.mustBeMember(tenantId, subject);
    const list = `flags/${memberId}`;
    const before = cursor === undefined ? newest : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'reviews');
    const rows = await this.reviews.flagsOf(tenantId, memberId, limit + 1, before);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, last.position), flagView);
  }

  @Get('posts/:postId/review')
  @ApiOperation({
    summary: 'What is said against a post of the caller’s, and what was decided',
    description: 'Who flagged it is not told.',
  })
  @QueryResponse(OwnReviewAnswer, {
    404: '`unknown-review`: nothing is said against it, or it is not the caller’s.',
    409: '`not-a-member`: join first.',
  })
  async review(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext): Promise<OwnReviewAnswer> {
    const { tenantId, subject } = ctx;
    const memberId = await this.members.mustBeMember(tenantId, subject);
    await this.freshness.of(ctx, 'reviews');
    const row = await this.reviews.ofAuthor(tenantId, postId, memberId);
    if (row === undefined) throw unknownReview();
    return {
      ...{ state: row.state, held: row.held, hidden: row.hidden, flags: row.flags, outcome: row.outcome },
      ...{ action: row.action, reason: row.reason, note: row.note },
      ...{ decidedAt: row.decided_at?.toISOString() ?? null, appealedAt: row.appealed_at?.toISOString() ?? null },
    };
  }
}

/** The greatest position. */
const newest = String(2n ** 63n - 1n);

const flagView = (row: OwnFlagRow): OwnFlagAnswer => ({
  ...{ postId: row.post_id, reason: row.reason, flaggedAt: row.flagged_at.toISOString(), outcome: row.outcome },
  decidedAt: row.decided_at?.toISOString() ?? null,
});
