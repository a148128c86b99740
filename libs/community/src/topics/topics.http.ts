import { rankOf, topicKinds } from '@guichet/contracts';
import {
  Ctx,
  Cursors,
  EnumField,
  LocaleField,
  type Page,
  PageQuery,
  QueryFlag,
  QueryInt,
  QueryList,
  RequestContext,
  Roles,
  UuidField,
  UuidParam,
  type Versioned,
  versioned,
} from '@guichet/http-host';
import { Freshness, page, QueryResponse } from '@guichet/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { audienceOf, readers } from '../callers.http.js';
import { unknownPostWords, unknownTopicWords } from '../topic/words.http.js';
import type { TopicKind } from '../topic/topic-events.js';
import { Seen } from './seen.query.js';
import {
  EditionsAnswer,
  editionView,
  OneTopicAnswer,
  oneTopicView,
  type PostAnswer,
  PostPage,
  postView,
  type TopicAnswer,
  TopicPage,
  topicView,
} from './topic-answers.http.js';
import { placeOf, type Sort, sorts, type TopicPlace, Topics } from './topics.query.js';

class TopicsQuery extends PageQuery {
  @UuidField({ optional: true, description: 'Only of this category; pinned topics come first.' }) category?: string;
  @QueryList(LocaleField, { list: { min: 1, max: 20 }, optional: true, description: 'Only in these languages.' })
  locale?: string[];
  @QueryFlag({ optional: true, description: 'Only with an accepted answer, or without one.' }) solved?: boolean;
  @QueryFlag({ optional: true, description: 'true: only those that nobody has answered.' }) unanswered?: boolean;
  @EnumField(topicKinds, { optional: true, description: 'Only of this kind.' }) kind?: TopicKind;
  @EnumField(sorts, {
    optional: true,
    description: 'What comes first; `active` if not given. `wanted`: the ideas with most votes.',
  })
  sort?: Sort;
}
const mostPosts = 50;
class PostsQuery extends PageQuery {
  @QueryInt({ min: 1, max: mostPosts, optional: true, description: `How many at most; ${mostPosts} if not given.` })
  declare limit: number;
}

const projection = 'topics';
type PostPlace = readonly [at: string, postId: string];

@ApiTags('topics')
@Controller('community/v1')
@Roles(...readers)
export class TopicsHttp {
  constructor(
    private readonly topics: Topics,
    private readonly seen: Seen,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('topics')
  @ApiOperation({
    summary: 'Topics',
    description: 'Those that readers see, in the categories that the caller may read in.',
  })
  @QueryResponse(TopicPage)
  async list(@Query() query: TopicsQuery, @Ctx() ctx: RequestContext): Promise<Page<TopicAnswer>> {
    const { tenantId } = ctx;
    const { limit, cursor, category, locale: locales, solved, unanswered, kind, sort = 'active' } = query;
    const asked = { category, locales, solved, unanswered, kind };
    const filter = { rank: rankOf(audienceOf(ctx)), sort, ...given(asked) };
    const list = `topics/${JSON.stringify([sort, asked])}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<TopicPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, projection);
    const rows = await this.topics.list(tenantId, filter, limit + 1, after);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, placeOf(last, filter)), topicView);
  }

  @Get('topics/:topic')
  @ApiParam({ name: 'topic', description: 'Its id or its number.', schema: { type: 'string' } })
  @ApiOperation({
    summary: 'A topic',
    description: 'Its posts are listed apart. Of a topic that was merged, `mergedInto` says where they are shown.',
  })
  @QueryResponse(OneTopicAnswer, { 404: unknownTopicWords }, { versioned: true })
  async read(@Param('topic') topic: string, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx, projection);
    const { row } = await this.seen.topic(ctx, refOf(topic));
    return versioned(row.version, oneTopicView(row));
  }

  @Get('topics/:topicId/posts')
  @ApiTags('posts')
  @ApiOperation({
    summary: 'The posts of a topic, in the order in which they were written',
    description: 'With those of topics that were merged into it.',
  })
  @QueryResponse(PostPage, { 404: unknownTopicWords })
  async posts(
    @UuidParam('topicId') topicId: string,
    @Query() { limit = mostPosts, cursor }: PostsQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<PostAnswer>> {
    const { tenantId } = ctx;
    const list = `posts/${topicId}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<PostPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, projection);
    const { memberId, moderates } = await this.seen.topic(ctx, { topicId });
    const viewer = { memberId, sees: moderates ? 'all' : 'own' } as const;
    const rows = await this.topics.posts(tenantId, topicId, viewer, limit + 1, after);
    const place = (last: (typeof rows)[number]): PostPlace => [last.posted_at.toISOString(), last.post_id];
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, place(last)), postView);
  }

  @Get('posts/:postId/editions')
  @ApiTags('posts')
  @ApiOperation({ summary: 'What a post has said, newest first' })
  @QueryResponse(EditionsAnswer, { 404: unknownPostWords })
  async editions(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext): Promise<EditionsAnswer> {
    await this.freshness.of(ctx, projection);
    await this.seen.post(ctx, postId);
    return { editions: (await this.topics.editions(ctx.tenantId, postId)).map(editionView) };
  }
}

/** Without what is not given. */
const given = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A number of more digits than any topic has is none's. */
const refOf = (topic: string): { readonly topicId: string } | { readonly number: string } => {
  if (uuid.test(topic)) return { topicId: topic.toLowerCase() };
  return { number: /^[1-9]\d{0,8}$/.test(topic) ? topic : '0' };
};
