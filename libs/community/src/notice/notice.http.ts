import { rankOf } from '@guichet/contracts';
import {
  Ctx,
  Cursors,
  EnumField,
  notFound,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import { Freshness, now, page, PageOf, QueryResponse } from '@guichet/service';
import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf, writers } from '../callers.http.js';
import { Members } from '../member/members.store.js';
import { Categories } from '../topics/categories.query.js';
import { Seen } from '../topics/seen.query.js';
import { type Level, levels, type NoticeKind, noticeKinds, type NoticeRow, Notices } from './notices.store.js';

class LevelBody {
  @EnumField(levels, {
    description:
      '`watching`: of everything that happens there. `normal`: of where the caller writes. `muted`: of nothing.',
  })
  level: Level;
}
class LevelAnswer {
  @ApiProperty({ enum: levels }) level: Level;
}
class NoticeAnswer {
  @ApiProperty({ format: 'uuid' }) noticeId: string;
  @ApiProperty({
    enum: noticeKinds,
    description: 'A new topic, new posts in one, or that the caller’s answer is accepted.',
  })
  kind: NoticeKind;
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'Of the topic.' }) title: string;
  @ApiProperty({ format: 'uuid', description: 'The first post that it is about.' }) postId: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'How often it happened since the caller looked.' })
  count: number;
  @ApiProperty({ format: 'date-time' }) toldAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) readAt: string | null;
}
class NoticePage extends PageOf(NoticeAnswer) {}
class ReadBody {
  @UuidField({ optional: true, description: 'Only those of this topic.' }) topicId?: string;
}
class ReadAnswer {
  @ApiProperty({ format: 'date-time' }) readAt: string;
}

const notAMember = { 409: '`not-a-member`: join first.' };
const most = '9223372036854775807';

@ApiTags('notices')
@Controller('community/v1')
@Roles(...writers)
export class NoticeHttp {
  constructor(
    private readonly notices: Notices,
    private readonly members: Members,
    private readonly seen: Seen,
    private readonly categories: Categories,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Put('subscriptions/topics/:topicId')
  @ApiOperation({ summary: 'Say of what in a topic the caller is told' })
  @QueryResponse(LevelAnswer, { 404: '`unknown-topic`', ...notAMember })
  async followTopic(
    @UuidParam('topicId') topicId: string,
    @Body() { level }: LevelBody,
    @Ctx() ctx: RequestContext,
  ): Promise<LevelAnswer> {
    await this.freshness.of(ctx, 'topics');
    await this.seen.topic(ctx, { topicId });
    return this.follow(ctx, topicId, level);
  }

  @Put('subscriptions/categories/:categoryId')
  @ApiOperation({ summary: 'Say of what in a category the caller is told', description: '`watching`: of new topics.' })
  @QueryResponse(LevelAnswer, { 404: '`unknown-category`', ...notAMember })
  async followCategory(
    @UuidParam('categoryId') categoryId: string,
    @Body() { level }: LevelBody,
    @Ctx() ctx: RequestContext,
  ): Promise<LevelAnswer> {
    await this.freshness.of(ctx, 'topics');
    const readable = await this.categories.read(ctx.tenantId, rankOf(audienceOf(ctx)));
    if (!readable.some(({ category_id: id }) => id === categoryId))
      throw notFound('unknown-category', 'There is no such category.');
    return this.follow(ctx, categoryId, level);
  }

  @Get('notices')
  @ApiOperation({ summary: 'What the caller is told, newest first', description: 'Of what they may read now.' })
  @QueryResponse(NoticePage, notAMember)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<Page<NoticeAnswer>> {
    const { tenantId } = ctx;
    const before = cursor === undefined ? most : this.cursors.decode<string>(tenantId, 'notices', cursor);
    await this.freshness.of(ctx, 'topics');
    const memberId = await this.members.mustBeMember(tenantId, ctx.subject);
    const rows = await this.notices.read(tenantId, memberId, rankOf(audienceOf(ctx)), limit + 1, before);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, 'notices', last.last_position), noticeView);
  }

  @Post('notices/read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that the caller has read what they were told', description: 'Twice is as once.' })
  @QueryResponse(ReadAnswer, notAMember)
  async read(@Body() { topicId }: ReadBody, @Ctx() ctx: RequestContext): Promise<ReadAnswer> {
    const memberId = await this.members.mustBeMember(ctx.tenantId, ctx.subject);
    const readAt = now();
    await this.notices.markRead(ctx.tenantId, memberId, readAt, topicId);
    return { readAt };
  }

  private async follow(ctx: RequestContext, targetId: string, level: Level): Promise<LevelAnswer> {
    const memberId = await this.members.mustBeMember(ctx.tenantId, ctx.subject);
    await this.notices.follow(ctx.tenantId, memberId, targetId, level);
    return { level };
  }
}

const noticeView = (row: NoticeRow): NoticeAnswer => ({
  ...{ noticeId: row.notice_id, kind: row.kind, topicId: row.topic_id, number: Number(row.number), title: row.title },
  ...{ postId: row.post_id, count: row.events, toldAt: row.told_at.toISOString() },
  readAt: row.read_at?.toISOString() ?? null,
});
