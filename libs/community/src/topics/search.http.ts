import {
  Ctx,
  Cursors,
  Keyword,
  Line,
  LocaleField,
  preferredLocale,
  QueryFlag,
  QueryInt,
  QueryList,
  RequestContext,
  Roles,
  UuidField,
} from '@guichet/http-host';
import {
  FoundPageOf,
  Freshness,
  MarkedAnswer,
  markedAnswer,
  maxAsked,
  maxQuery,
  mustBeShort,
  QueryResponse,
  queryRefusals,
} from '@guichet/service';
import { Body, Controller, Get, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf, readers } from '../callers.http.js';
import { type FoundTopic, TopicSearches } from './searches.query.js';

class HitAnswer {
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ description: 'The language of the topic.', example: 'fr' }) locale: string;
  @ApiProperty({ description: 'An answer is accepted.' }) solved: boolean;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'That readers see, the first included.' }) posts: number;
  @ApiProperty({ type: MarkedAnswer }) title: MarkedAnswer;
  @ApiProperty({ type: MarkedAnswer, nullable: true, description: 'The passage that answers best.' })
  snippet: MarkedAnswer | null;
}
class SearchPage extends FoundPageOf(HitAnswer) {
  @ApiProperty({ type: 'integer', description: 'Topics that have a word of the query, in the language where most do.' })
  total: number;
}
class SimilarAnswer {
  @ApiProperty({ type: [HitAnswer], description: `The most similar first.` }) items: HitAnswer[];
}
class SearchQuery {
  @Line({ max: maxAsked, description: `What is looked for; ${maxQuery} characters at most.` }) q: string;
  @QueryList(LocaleField, {
    ...{ list: { min: 1, max: 20 }, optional: true },
    description: 'Only in these languages, the reader’s first. If not given: Accept-Language, then all others.',
  })
  locale?: string[];
  @UuidField({ optional: true, description: 'Only what is in this category.' }) category?: string;
  @QueryFlag({ optional: true, description: 'true: only with an accepted answer.' }) solved?: boolean;
  @QueryInt({ min: 1, max: 50, optional: true, description: 'How many at most; 10 if not given.' }) limit: number = 10;
  @Keyword({ max: 2000, optional: true, description: '`nextCursor` of the page before.' }) cursor?: string;
}
class SimilarBody {
  @Line({ max: 300, description: 'The title as far as it is written.', example: 'How do I get a ref' }) title: string;
  @LocaleField({ description: 'The language it is written in.', example: 'en' }) locale: string;
}

/** Similar topics that are shown at most. */
const mostSimilar = 5;

@ApiTags('search')
@Controller('community/v1')
@Roles(...readers)
export class SearchHttp {
  constructor(
    private readonly searches: TopicSearches,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('search')
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' })
  @ApiOperation({
    summary: 'Search the topics that the caller may read',
    description: 'Titles, questions, accepted answers and those that most find helpful.',
  })
  @QueryResponse(SearchPage, queryRefusals)
  async search(
    @Query() { q, locale, category, solved, limit, cursor }: SearchQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<SearchPage> {
    mustBeShort(q);
    const { tenantId } = ctx;
    const list = `search/${JSON.stringify([q, locale, category, solved])}`;
    const offset = cursor === undefined ? 0 : this.cursors.decode<number>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'topics');
    const locales = locale ?? (await this.searches.languages(tenantId, preferredLocale(acceptLanguage)));
    const asked = { text: q, locales, audience: audienceOf(ctx), category, solved };
    const found = await this.searches.search(tenantId, { ...asked, offset, limit: limit + 1 });
    const isLast = found.hits.length <= limit;
    return {
      ...{ corrected: found.corrected ?? null, total: found.total },
      items: found.hits.slice(0, limit).map(hitView),
      nextCursor: isLast ? null : this.cursors.encode(tenantId, list, offset + limit),
    };
  }

  @Post('similar')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Topics that ask something similar, while one is written',
    description: `${mostSimilar} at most. Nothing is stored.`,
  })
  @QueryResponse(SimilarAnswer)
  async similar(@Body() { title, locale }: SimilarBody, @Ctx() ctx: RequestContext): Promise<SimilarAnswer> {
    await this.freshness.of(ctx, 'topics');
    const locales = [...new Set([locale, locale.split('-')[0] ?? locale])];
    const asked = { text: title, locales, audience: audienceOf(ctx), asYouType: true };
    const { hits } = await this.searches.search(ctx.tenantId, { ...asked, limit: mostSimilar });
    return { items: hits.map(hitView) };
  }
}

const hitView = ({ title, snippet, ...found }: FoundTopic): HitAnswer => ({
  ...{ topicId: found.topicId, number: found.number, categoryId: found.categoryId, locale: found.locale },
  ...{ solved: found.solved, posts: found.posts, title: markedAnswer(title) },
  snippet: snippet === undefined ? null : markedAnswer(snippet),
});
