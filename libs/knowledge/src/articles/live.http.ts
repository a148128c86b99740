import { Ctx, type LiveAnswer, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Freshness, LiveStream, LiveViews } from '@guichet/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { unknownArticleWords } from '../article/article.http.js';
import { readers, writers } from '../callers.http.js';
import { ArticleStream } from './article-stream.http.js';
import { WorkStream } from './work-stream.http.js';

@ApiTags('live')
@Controller('knowledge/v1')
@Roles(...readers)
export class LiveHttp {
  constructor(
    private readonly article: ArticleStream,
    private readonly work: WorkStream,
    private readonly liveViews: LiveViews,
    private readonly freshness: Freshness,
  ) {}

  @Get('articles/:articleId/live')
  @ApiOperation({
    summary: 'An article as it changes',
    description:
      'Server-Sent Events named `article`: {articleId, number, archived, audience, published: [{locale, revision, title, slug, ' +
      'publishedAt, stale}]}, with `texts` for those who write: where the draft of each language stands. Read the article again ' +
      'where its revision is another one. The stream ends where it is not the caller’s to read any more.',
  })
  @LiveStream({ 404: unknownArticleWords })
  async watchArticle(@UuidParam('articleId') articleId: string, @Ctx() ctx: RequestContext): Promise<LiveAnswer> {
    await this.freshness.of(ctx, 'articles');
    return this.liveViews.open(ctx, this.article.view(ctx, articleId));
  }

  @Get('work/live')
  @Roles(...writers)
  @ApiTags('work')
  @ApiOperation({
    summary: 'How much there is to do, as it changes',
    description:
      'Server-Sent Events named `work`: {translations: [{locale, texts, words}]}, with `reviews` for editors: [{locale, texts}]. ' +
      'Read the lists again.',
  })
  @LiveStream({})
  async watchWork(@Ctx() ctx: RequestContext): Promise<LiveAnswer> {
    await this.freshness.of(ctx, 'articles');
    return this.liveViews.open(ctx, this.work.view(ctx));
  }
}
