import { type Audience, audiences, rankOf } from '@guichet/contracts';
import {
  Ctx,
  Cursors,
  Keyword,
  Line,
  LocaleField,
  preferredLocale,
  QueryInt,
  RequestContext,
  Roles,
  UuidField,
} from '@guichet/http-host';
import {
  Freshness,
  MarkedAnswer,
  markedAnswer,
  maxAsked,
  maxQuery,
  mustBeShort,
  QueryResponse,
  queryRefusals,
} from '@guichet/service';
import { Controller, Get, Headers, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { categoryFacet } from '../articles/found.js';
import { audienceOf, readers } from '../callers.http.js';
import { chainOf } from '../library/fallback.js';
import { type FoundArticle, Searches } from './search.query.js';

export class HitAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'The language of what was found.', example: 'fr' }) locale: string;
  @ApiProperty({ description: 'Whether it is another language than the one asked for.' }) fallback: boolean;
  @ApiProperty({ example: 'obtenir-un-remboursement' }) slug: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Of the text that was found.' }) revision: number;
  @ApiProperty({ type: MarkedAnswer }) title: MarkedAnswer;
  @ApiProperty({ type: MarkedAnswer, nullable: true, description: 'The passage that answers best.' })
  snippet: MarkedAnswer | null;
}
class SearchResultAnswer {
  @ApiProperty({ description: 'The language that was asked for.', example: 'fr-CA' }) requestedLocale: string;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The query as it was read, where that is not as it was written.',
  })
  corrected: string | null;
  @ApiProperty({
    type: 'integer',
    description: 'Articles that have a word of the query, in the language where most do.',
  })
  total: number;
  @ApiProperty({ type: [HitAnswer], description: 'The best first.' }) items: HitAnswer[];
  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page; null on the last one.' })
  nextCursor: string | null;
}
class CompletionsAnswer {
  @ApiProperty({ type: [String], description: 'At most five, the likeliest first.' }) items: string[];
}
class CompletionQuery {
  @Line({ max: maxAsked, description: `What is looked for; ${maxQuery} characters at most.` }) q: string;
  @LocaleField({ optional: true, description: 'The reader’s language. If not given: Accept-Language.' })
  locale?: string;
}
class SearchQuery extends CompletionQuery {
  @UuidField({ optional: true, description: 'Only what is in this category, or below it.' }) category?: string;
  @QueryInt({ min: 1, max: 50, optional: true, description: 'How many at most; 10 if not given.' }) limit: number = 10;
  @Keyword({ max: 2000, optional: true, description: '`nextCursor` of the page before.' }) cursor?: string;
}

const language = ApiHeader({
  ...{ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' },
});

@ApiTags('search')
@Controller('knowledge/v1/search')
@Roles(...readers)
export class SearchHttp {
  constructor(
    private readonly searches: Searches,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @language
  @ApiOperation({
    summary: 'Search the published articles that the caller may read',
    description:
      'In the language asked for, and in those that stand in for it. Accents may be missing, and a word that nobody has written is read as one a letter away.',
  })
  @QueryResponse(SearchResultAnswer, queryRefusals)
  async search(
    @Query() { q, locale, category, limit, cursor }: SearchQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<SearchResultAnswer> {
    mustBeShort(q);
    const { tenantId } = ctx;
    const list = `search/${JSON.stringify([q, locale, category])}`;
    const offset = cursor === undefined ? 0 : this.cursors.decode<number>(tenantId, list, cursor);
    const { requestedLocale, locales } = await this.languagesOf(ctx, locale ?? preferredLocale(acceptLanguage));
    const found = await this.searches.search(tenantId, {
      ...{ text: q, locales, audiences: audiencesOf(ctx), offset, limit: limit + 1 },
      ...(category !== undefined && { facets: [categoryFacet(category)] }),
    });
    const isLast = found.hits.length <= limit;
    return {
      ...{ requestedLocale, corrected: found.corrected ?? null, total: found.total },
      items: found.hits.slice(0, limit).map(hitView),
      nextCursor: isLast ? null : this.cursors.encode(tenantId, list, offset + limit),
    };
  }

  @Get('completions')
  @language
  @ApiOperation({ summary: 'What the query could be going to be' })
  @QueryResponse(CompletionsAnswer, queryRefusals)
  async complete(
    @Query() { q, locale }: CompletionQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<CompletionsAnswer> {
    mustBeShort(q);
    const { locales } = await this.languagesOf(ctx, locale ?? preferredLocale(acceptLanguage));
    const [first = ''] = locales;
    return { items: [...(await this.searches.complete(ctx.tenantId, q, first, audiencesOf(ctx)))] };
  }

  private async languagesOf(
    ctx: RequestContext,
    asked: string,
  ): Promise<{ readonly requestedLocale: string; readonly locales: readonly string[] }> {
    await this.freshness.of(ctx, 'articles');
    const languages = await this.searches.languages(ctx.tenantId);
    const requestedLocale = asked === 'und' ? languages.source : asked;
    return { requestedLocale, locales: chainOf(requestedLocale, languages, languages.source) };
  }
}

/** All that the caller may read: postings of other audiences are not looked at. */
const audiencesOf = (ctx: RequestContext): readonly Audience[] => audiences.slice(0, rankOf(audienceOf(ctx)) + 1);

export const hitView = ({ title, snippet, ...found }: FoundArticle): HitAnswer => ({
  ...{ articleId: found.articleId, number: found.number, locale: found.locale, fallback: found.isFallback },
  ...{ slug: found.slug, revision: found.revision },
  title: markedAnswer(title),
  snippet: snippet === undefined ? null : markedAnswer(snippet),
});
