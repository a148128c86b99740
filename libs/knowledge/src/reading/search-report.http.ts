import {
  Ctx,
  Cursors,
  EnumField,
  Keyword,
  LocaleField,
  PageQuery,
  RequestContext,
  Roles,
  unprocessable,
} from '@guichet/http-host';
import { Freshness, page, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { reporters } from '../callers.http.js';
import {
  type LanguageRow,
  type Period,
  type SearchedPlace,
  type SearchedRow,
  type SearchProblem,
  searchProblems,
  SearchReports,
} from './search-report.query.js';

const dayMs = 86_400_000;
const defaultDays = 30;
const day = /^\d{4}-\d{2}-\d{2}$/;
/** Before every place: counts are below it. */
const most: SearchedPlace = [2 ** 31 - 1, '', ''];

class SearchReportQuery extends PageQuery {
  @EnumField(searchProblems, {
    optional: true,
    description:
      '`zero-results` (if not given): queries that found nothing. `never-opened`: queries that found something, of which nothing was opened.',
  })
  problem?: SearchProblem;
  @Keyword({ max: 10, pattern: day, optional: true, description: 'First day, of UTC; 30 days ago if not given.' })
  from?: string;
  @Keyword({ max: 10, pattern: day, optional: true, description: 'Last day, of UTC; today if not given.' })
  to?: string;
  @LocaleField({ optional: true, description: 'Only queries in this language.' }) locale?: string;
}
class SearchedAnswer {
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty({ description: 'The words without accents; without what looks like personal data.' }) terms: string;
  @ApiProperty({ type: 'integer' }) searches: number;
  @ApiProperty({ type: 'integer', description: 'Of them, those that found nothing.' }) zeroResultSearches: number;
  @ApiProperty({ type: 'integer', description: 'Of them, those of which a result was opened.' }) openedSearches: number;
}
class LanguageAnswer {
  @ApiProperty({ description: 'The language that was wanted.', example: 'fr' }) locale: string;
  @ApiProperty({ type: 'integer' }) searches: number;
  @ApiProperty({ type: 'integer' }) zeroResultSearches: number;
  @ApiProperty({ type: 'integer' }) openedSearches: number;
  @ApiProperty({ type: 'integer', description: 'Articles shown.' }) views: number;
  @ApiProperty({ type: 'integer', description: 'Of them, those shown in another language.' })
  otherLanguageViews: number;
}
class SearchReportAnswer {
  @ApiProperty({ type: [SearchedAnswer], description: 'The most frequent first.' }) items: SearchedAnswer[];
  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page; null on the last one.' })
  nextCursor: string | null;
  @ApiProperty({ type: [LanguageAnswer], description: 'All that was read and searched in the period, by language.' })
  languages: LanguageAnswer[];
}

@ApiTags('reports')
@Controller('knowledge/v1/search-report')
@Roles(...reporters)
export class SearchReportHttp {
  constructor(
    private readonly reports: SearchReports,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What readers looked for and did not find' })
  @QueryResponse(SearchReportAnswer, { 422: '`invalid-period`: a day that there is not, or `to` before `from`.' })
  async report(
    @Query() { limit, cursor, problem = 'zero-results', from, to, locale }: SearchReportQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<SearchReportAnswer> {
    const { tenantId } = ctx;
    const period = periodOf(from, to);
    const list = `search-report/${JSON.stringify([problem, from, to, locale])}`;
    const after = cursor === undefined ? most : this.cursors.decode<SearchedPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'reading');
    const [rows, languages] = await Promise.all([
      this.reports.queries(tenantId, problem, period, locale ?? null, limit + 1, after),
      this.reports.languages(tenantId, period),
    ]);
    const placeOf = ({ locale: of, terms, searches, zero_results }: SearchedRow): SearchedPlace => [
      ...([problem === 'zero-results' ? zero_results : searches, of, terms] as const),
    ];
    const { items, nextCursor } = page(
      rows,
      limit,
      (last) => this.cursors.encode(tenantId, list, placeOf(last)),
      searchedView,
    );
    return { items: [...items], nextCursor, languages: languages.map(languageView) };
  }
}

/** @throws Problem 422 `invalid-period` */
function periodOf(from: string | undefined, to: string | undefined): Period {
  const today = Date.now();
  const period = {
    from: from ?? new Date(today - defaultDays * dayMs).toISOString().slice(0, 10),
    to: to ?? new Date(today).toISOString().slice(0, 10),
  };
  const wrong = Object.entries(period).filter(([, one]) => !isDay(one));
  if (wrong.length > 0 || period.to < period.from) {
    throw unprocessable('invalid-period', 'Give days like 2026-03-02, the first one not after the last one.', [
      {
        path: wrong[0]?.[0] ?? 'to',
        code: 'invalid',
        message: 'must be a day of the calendar, `to` not before `from`',
      },
    ]);
  }
  return period;
}

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`);
  return text > '1970' && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

const searchedView = ({ locale, terms, searches, zero_results, opened }: SearchedRow): SearchedAnswer => ({
  ...{ locale, terms, searches, zeroResultSearches: zero_results, openedSearches: opened },
});

const languageView = ({ zero_results, opened, other_language_views, ...row }: LanguageRow): LanguageAnswer => ({
  ...{ locale: row.locale, searches: row.searches, zeroResultSearches: zero_results, openedSearches: opened },
  ...{ views: row.views, otherLanguageViews: other_language_views },
});
