import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export const searchProblems = ['zero-results', 'never-opened'] as const;
export type SearchProblem = (typeof searchProblems)[number];

export interface SearchedRow {
  readonly locale: string;
  readonly terms: string;
  readonly searches: number;
  readonly zero_results: number;
  readonly opened: number;
}

export interface LanguageRow {
  readonly locale: string;
  readonly searches: number;
  readonly zero_results: number;
  readonly opened: number;
  readonly views: number;
  readonly other_language_views: number;
}

/** Days of UTC, both inclusive. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Where a list goes on: by how many searches the last one had. */
export type SearchedPlace = readonly [searches: number, locale: string, terms: string];

@Injectable()
export class SearchReports {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Queries with the problem, the most frequent first: how often they found nothing, or were searched and never had a
   * result opened. Nothing of queries that hold personal data only.
   */
  queries(
    tenantId: string,
    problem: SearchProblem,
    { from, to }: Period,
    locale: string | null,
    limit: number,
    [searches, ofLocale, terms]: SearchedPlace,
  ): Promise<SearchedRow[]> {
    const [count, having] =
      problem === 'zero-results'
        ? ['sum(zero_results)', 'sum(zero_results) > 0']
        : ['sum(searches)', 'sum(opened) = 0 and sum(zero_results) < sum(searches)'];
    return this.database.query<SearchedRow & Record<string, unknown>>(tenantId, {
      name: `queries with ${problem}`,
      text: `select * from (
               select locale, terms, sum(searches)::int as searches, sum(zero_results)::int as zero_results,
                 sum(opened)::int as opened, ${count}::int as counted
               from read_model.search_daily
               where tenant_id = $1 and day between $2 and $3 and ($4::text is null or locale = $4) and terms <> ''
               group by locale, terms having ${having}) as queries
             where (-counted, locale, terms) > (-$6::int, $7, $8) order by counted desc, locale, terms limit $5`,
      values: [tenantId, from, to, locale, limit, searches, ofLocale, terms],
    });
  }

  /** What was read and searched, by the language that was wanted; alphabetical. */
  languages(tenantId: string, { from, to }: Period): Promise<LanguageRow[]> {
    return this.database.query<LanguageRow & Record<string, unknown>>(tenantId, {
      name: 'reading by language',
      text: `with searched as (
               select locale, sum(searches)::int as searches, sum(zero_results)::int as zero_results,
                 sum(opened)::int as opened
               from read_model.search_daily where tenant_id = $1 and day between $2 and $3 group by locale),
             read as (
               select wanted_locale as locale, sum(views)::int as views,
                 coalesce(sum(views) filter (where reading_daily.locale <> wanted_locale), 0)::int as other
               from read_model.reading_daily where tenant_id = $1 and day between $2 and $3 group by wanted_locale)
             select locale, coalesce(searches, 0) as searches, coalesce(zero_results, 0) as zero_results,
               coalesce(opened, 0) as opened, coalesce(views, 0) as views, coalesce(other, 0) as other_language_views
             from searched full join read using (locale) order by locale`,
      values: [tenantId, from, to],
    });
  }
}
