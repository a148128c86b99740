import {
  Ctx,
  Cursors,
  EnumField,
  LocaleField,
  type Page,
  PageQuery,
  QueryFlag,
  RequestContext,
  Roles,
} from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { reporters } from '../callers.http.js';
import { HealthLists, type HealthPlace, type HealthRow, lowRating, type Problem, problems } from './health.query.js';
import { fewestRatings } from './tables.js';

const count = { type: 'integer', minimum: 0 } as const;

class HealthAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ example: 'en' }) locale: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'What people read now; all figures are of it.' })
  revision: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Who looks after the article; null: nobody.' })
  ownerId: string | null;
  @ApiProperty({ enum: problems, isArray: true, description: 'What is wrong with the text; at least one.' })
  problems: Problem[];
  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'When somebody has to look again, on the text in the source language; null: never.',
  })
  verifyDueAt: string | null;
  @ApiProperty({ ...count, nullable: true, description: 'Of the source, which a translation lacks; null: none.' })
  changedWords: number | null;
  @ApiProperty({ ...count, description: 'Readers whom it helped.' }) helpful: number;
  @ApiProperty({ ...count, description: 'Readers whom it did not help.' }) notHelpful: number;
  @ApiProperty({
    ...{ type: 'number', nullable: true },
    description:
      'The share of readers whom it helps is at least this, with 97.5% confidence (Wilson); null for fewer than ' +
      `${fewestRatings} ratings. Low below ${lowRating}.`,
  })
  helpfulAtLeast: number | null;
  @ApiProperty({ ...count, description: 'Articles that it links to and that nobody can read.' }) brokenLinks: number;
  @ApiProperty({ ...count, description: 'What people say is wrong, and nobody has looked at.' })
  openCorrections: number;
  @ApiProperty({ ...count, description: 'How often it was read in the last 30 days, in this language.' }) views: number;
}
class HealthPage extends PageOf(HealthAnswer) {}

class HealthQuery extends PageQuery {
  @EnumField(problems, { optional: true, description: 'Only texts with this problem.' }) problem?: Problem;
  @LocaleField({ optional: true, description: 'Only texts in this language.' }) locale?: string;
  @QueryFlag({ optional: true, description: 'Only of articles that the caller looks after.' }) mine?: boolean;
}

@ApiTags('reports')
@Controller('knowledge/v1/health')
@Roles(...reporters)
export class HealthHttp {
  constructor(
    private readonly lists: HealthLists,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Published texts that somebody should look at',
    description:
      'Of one problem the gravest first: longest overdue, most outdated words × views, lowest rating, most broken links, most ' +
      'open corrections. Of all problems: the texts that have most of them first.',
  })
  @QueryResponse(HealthPage)
  async texts(
    @Query() { limit, cursor, problem, locale, mine = false }: HealthQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<HealthAnswer>> {
    const { tenantId } = ctx;
    const filter = { problem: problem ?? null, locale: locale ?? null, ownerId: mine ? ctx.subject : null };
    const list = `health/${JSON.stringify(filter)}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<HealthPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'health', 'reading');
    const now = new Date();
    const rows = await this.lists.texts(tenantId, filter, limit + 1, now, after);
    const placeOf = ({ gravity, number, locale: of }: HealthRow): HealthPlace => [gravity, number, of];
    return page(
      rows,
      limit,
      (last) => this.cursors.encode(tenantId, list, placeOf(last)),
      (row) => healthView(row, now),
    );
  }
}

function healthView(row: HealthRow, now: Date): HealthAnswer {
  const has: Readonly<Record<Problem, boolean>> = {
    'verification-due': row.verify_due_at !== null && row.verify_due_at <= now,
    outdated: row.changed_words !== null,
    'low-rating': row.helpful_at_least !== null && row.helpful_at_least < lowRating,
    'broken-links': row.broken_links > 0,
    'open-corrections': row.open_corrections > 0,
  };
  return {
    ...{ articleId: row.article_id, number: Number(row.number), locale: row.locale, title: row.title },
    ...{ revision: row.revision, ownerId: row.owner_id, problems: problems.filter((problem) => has[problem]) },
    ...{ verifyDueAt: row.verify_due_at?.toISOString() ?? null, changedWords: row.changed_words },
    ...{ helpful: row.helpful, notHelpful: row.not_helpful, helpfulAtLeast: row.helpful_at_least },
    ...{ brokenLinks: row.broken_links, openCorrections: row.open_corrections, views: row.views },
  };
}
