import { Ctx, Instant, LocaleField, preferredLocale, RequestContext, Roles } from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { unknownArticle } from '../article/article.js';
import { staff } from '../callers.http.js';
import { blockOperations, wordOperations } from '../content/differences.js';
import { blocksOf } from '../text/stored-blocks.js';
import { articleParam, refOf } from './article-view.http.js';
import { Articles } from './articles.query.js';
import { BlockAnswer, blockView, WordsAnswer } from './comparisons.http.js';
import { PastArticles } from './past-articles.query.js';

class RedlinesQuery {
  @Instant({ description: 'The instant to compare with now.', example: '2026-01-05T08:00:00Z' }) asOf: string;
  @LocaleField({ optional: true, description: 'The reader’s language. If not given: Accept-Language.' })
  locale?: string;
}
class ReadRevisionAnswer {
  @ApiProperty({ type: 'integer', minimum: 1 }) revision: number;
  @ApiProperty({ format: 'date-time', description: 'Since when people read it.' }) publishedAt: string;
}
class RedlinesAnswer {
  @ApiProperty({ description: 'The language that was shown then; both are in it.', example: 'fr' }) locale: string;
  @ApiProperty({ type: ReadRevisionAnswer }) then: ReadRevisionAnswer;
  @ApiProperty({ type: ReadRevisionAnswer, nullable: true, description: 'null: nothing is published in it any more.' })
  now: ReadRevisionAnswer | null;
  @ApiProperty({ type: [WordsAnswer], description: 'Of the title.' }) title: WordsAnswer[];
  @ApiProperty({ type: [BlockAnswer], description: 'In the order of now; what is gone stands where it was.' })
  blocks: BlockAnswer[];
}

@ApiTags('articles')
@Controller('knowledge/v1/articles')
@Roles(...staff)
export class RedlinesHttp {
  constructor(
    private readonly articles: Articles,
    private readonly past: PastArticles,
    private readonly freshness: Freshness,
  ) {}

  @Get(':article/redlines')
  @articleParam
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' })
  @ApiOperation({
    summary: 'What has changed in an article since an instant',
    description: 'In the language that a reader was shown then.',
  })
  @QueryResponse(RedlinesAnswer, {
    404: '`unknown-article`; `not-published-then`, with `firstPublishedAt`.',
    422: '`as-of-in-future`',
  })
  async redlines(
    @Param('article') article: string,
    @Query() { asOf, locale }: RedlinesQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<RedlinesAnswer> {
    await this.freshness.of(ctx, 'articles');
    const { tenantId } = ctx;
    const row = await this.articles.findPublished(tenantId, refOf(article));
    if (row === undefined) throw unknownArticle();
    const asked = locale ?? preferredLocale(acceptLanguage);
    const { shown: then } = (await this.past.read(tenantId, row.article_id, asOf, asked)).shown;
    const shown = row.archived ? undefined : row.publications.find((one) => one.locale === then.locale);
    const now = shown && (await this.articles.revision(tenantId, row.article_id, then.locale, shown.revision));
    return {
      locale: then.locale,
      then: { revision: then.revision, publishedAt: then.publishedAt },
      now: shown ? { revision: shown.revision, publishedAt: new Date(shown.published_from).toISOString() } : null,
      title: [...wordOperations(then.title, now?.title ?? '')],
      blocks: blockOperations(blocksOf(then.written), now === undefined ? [] : blocksOf(now)).map(blockView),
    };
  }
}
