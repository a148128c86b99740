import { ratingReasons } from '@guichet/contracts';
import {
  BooleanField,
  type CommandAnswer,
  commandAnswer,
  Ctx,
  Cursors,
  EnumField,
  IntField,
  LocaleField,
  LocaleParam,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  Text,
  UuidParam,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  NoBody,
  now,
  page,
  PageOf,
  QueryResponse,
} from '@guichet/service';
import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { unknownArticleWords } from '../article/article.http.js';
import { ReadableArticles } from '../article/readable-articles.store.js';
import { audienceOf, readers, writers } from '../callers.http.js';
import { fewestRatings } from '../health/tables.js';
import { readerKeyOf } from '../session/reader.http.js';
import { readerHeader } from '../session/session.http.js';
import { maxInTenMinutes, WorkOnRating } from './rating.handler.js';
import { maxChanges, type RatingReason } from './rating.js';
import { type CommentRow, type FigureRow, Ratings } from './ratings.query.js';

class RatingBody {
  @LocaleField({ description: 'The language that was read: of a fallback, the one that was shown.', example: 'en' })
  locale: string;

  @IntField({ min: 1, description: 'The revision that was read.', example: 1 }) revision: number;
  @BooleanField() helpful: boolean;

  @EnumField(ratingReasons, { optional: true, description: 'Needed where it did not help, and refused where it did.' })
  reason?: RatingReason;

  @Text({ max: 2_000, optional: true, description: 'Only staff of this knowledge base read it.' }) comment?: string;
}

class ReasonAnswer {
  @ApiProperty({ enum: ratingReasons }) reason: RatingReason;
  @ApiProperty({ type: 'integer', minimum: 1 }) count: number;
}
class FigureAnswer {
  @ApiProperty({ example: 'en' }) locale: string;
  @ApiProperty({ type: 'integer', minimum: 1 }) revision: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Readers whom it helped.' }) helpful: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Readers whom it did not help.' }) notHelpful: number;
  @ApiProperty({
    type: 'number',
    nullable: true,
    description:
      `The share of readers whom it helps is at least this, with 97.5% confidence (Wilson); ` +
      `null for fewer than ${fewestRatings} ratings.`,
  })
  helpfulAtLeast: number | null;
  @ApiProperty({ type: [ReasonAnswer], description: 'Why it did not help, the most frequent first.' })
  reasons: ReasonAnswer[];
}
class FiguresAnswer {
  @ApiProperty({ type: [FigureAnswer], description: 'Every revision that was rated, by language, newest first.' })
  revisions: FigureAnswer[];
}
class CommentAnswer {
  @ApiProperty({ example: 'en' }) locale: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The revision that was read.' }) revision: number;
  @ApiProperty() helpful: boolean;
  @ApiProperty({ enum: ratingReasons, nullable: true }) reason: RatingReason | null;
  @ApiProperty() comment: string;
  @ApiProperty({ format: 'date-time' }) ratedAt: string;
}
class CommentPage extends PageOf(CommentAnswer) {}

@ApiTags('ratings')
@Controller('knowledge/v1/articles/:articleId/ratings')
@Roles(...writers)
export class RatingHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly ratings: Ratings,
    private readonly readable: ReadableArticles,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @HttpCode(200)
  @Roles(...readers)
  @readerHeader
  @ApiOperation({
    summary: 'Say whether an article helped',
    description:
      'It belongs to the revision that was read: the figures of a rewrite begin at zero. Said again by the same reader, ' +
      'it takes the place of what they said of that revision.',
  })
  @CommandResponse(200, ChangedAnswer, {
    404: unknownArticleWords,
    409: `\`article-archived\`; \`too-many-ratings\`: the reader has changed their mind ${maxChanges} times.`,
    422: '`reason-missing`, `reason-needless`; `unknown-revision`: never published in this language.',
    429: `\`too-many-ratings\`: ${maxInTenMinutes} came within ten minutes.`,
  })
  async rate(
    @UuidParam('articleId') articleId: string,
    @Body() { locale, revision, helpful, reason, comment }: RatingBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const more = { ...(reason !== undefined && { reason }), ...(comment !== undefined && { comment }) };
    const data = { articleId, locale, voterId: readerKeyOf(ctx), revision, helpful, ...more, at: now() };
    return this.work(ctx, { type: 'RateArticle', data });
  }

  @Delete(':locale')
  @Roles(...readers)
  @readerHeader
  @ApiOperation({ summary: 'Take back what the caller said last of an article in a language' })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  async withdraw(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work(ctx, {
      type: 'WithdrawRating',
      data: { articleId, locale, voterId: readerKeyOf(ctx), at: now() },
    });
  }

  @Get()
  @ApiOperation({ summary: 'Whether an article helps, revision by revision' })
  @QueryResponse(FiguresAnswer, { 404: '`unknown-article`' })
  async figures(@UuidParam('articleId') articleId: string, @Ctx() ctx: RequestContext): Promise<FiguresAnswer> {
    await this.freshness.of(ctx, 'health');
    await this.readable.find(ctx.tenantId, articleId, audienceOf(ctx));
    return { revisions: (await this.ratings.figures(ctx.tenantId, articleId)).map(figureView) };
  }

  @Get('comments')
  @ApiOperation({ summary: 'What readers wrote beside their ratings, newest first' })
  @QueryResponse(CommentPage, { 404: '`unknown-article`' })
  async comments(
    @UuidParam('articleId') articleId: string,
    @Query() { limit, cursor }: PageQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<CommentAnswer>> {
    const { tenantId } = ctx;
    const list = `comments/${articleId}`;
    const before = cursor === undefined ? newest : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'health');
    await this.readable.find(tenantId, articleId, audienceOf(ctx));
    const rows = await this.ratings.comments(tenantId, articleId, limit + 1, before);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, last.position), commentView);
  }

  private async work(ctx: RequestContext, command: WorkOnRating['command']): Promise<CommandAnswer> {
    const voter = { audience: audienceOf(ctx), isKnown: audienceOf(ctx) !== 'public' };
    const work = new WorkOnRating(command, voter, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(work));
  }
}

/** The greatest position. */
const newest = String(2n ** 63n - 1n);

const figureView = (row: FigureRow): FigureAnswer => ({
  ...{ locale: row.locale, revision: row.revision, helpful: row.helpful, notHelpful: row.not_helpful },
  helpfulAtLeast: row.helpful_at_least,
  reasons: ratingReasons
    .map((reason) => ({ reason, count: row.reasons?.[reason] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count),
});

const commentView = ({ locale, revision, helpful, reason, comment, rated_at }: CommentRow): CommentAnswer => ({
  ...{ locale, revision, helpful, reason, comment, ratedAt: rated_at.toISOString() },
});
