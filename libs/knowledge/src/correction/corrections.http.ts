import { correctionOutcomes } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import {
  Ctx,
  Cursors,
  EnumField,
  Instant,
  type Page,
  PageQuery,
  QueryFlag,
  RequestContext,
  Roles,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { articleDecider } from '../article/article.js';
import { type CorrectionOutcome, unknownCorrection } from '../article/corrections.js';
import { writers } from '../callers.http.js';
import { type CorrectionPlace, type CorrectionRow, Corrections } from './corrections.query.js';

const person = (description: string) => ({ type: 'string', nullable: true, description }) as const;
const moment = (description: string) => ({ type: 'string', format: 'date-time', nullable: true, description }) as const;
const id = (description: string) => ({ type: 'string', format: 'uuid', nullable: true, description }) as const;
const integer = (description: string) => ({ type: 'integer', nullable: true, description }) as const;
const count = { type: 'integer', minimum: 0 } as const;

class CorrectionAnswer {
  @ApiProperty({ format: 'uuid' }) reportId: string;
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'Of the article, as it is published or was last.' }) title: string;
  @ApiProperty(person('Who looks after the article, by the `sub` of their token; null: nobody.')) ownerId:
    string | null;
  @ApiProperty({ example: 'en' }) locale: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The revision that was read.' }) revision: number;
  @ApiProperty(integer('What people read now; null: nothing.')) publishedRevision: number | null;
  @ApiProperty(id('The ticket that shows it.')) ticketId: string | null;
  @ApiProperty({ description: 'What is wrong.' }) note: string;
  @ApiProperty(person('By the `sub` of their token.')) reportedBy: string | null;
  @ApiProperty({ format: 'date-time' }) reportedAt: string;
  @ApiProperty({ enum: correctionOutcomes, nullable: true, description: 'null: it is open.' })
  outcome: CorrectionOutcome | null;
  @ApiProperty(person('By the `sub` of their token.')) closedBy: string | null;
  @ApiProperty(moment('null: it is open.')) closedAt: string | null;
  @ApiProperty(integer('From the report to the close; null: it is open.')) secondsToClose: number | null;
  @ApiProperty(integer('The first revision that is right; null: it is not fixed, or nothing is published.'))
  fixedIn: number | null;
  @ApiProperty(id('Of a duplicate: the other report.')) ofReportId: string | null;
  @ApiProperty(moment('When somebody last had those told who were given what was wrong; null: never.'))
  recalledAt: string | null;
}
class CorrectionPage extends PageOf(CorrectionAnswer) {}

class RecalledAnswer {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty(person('By the `sub` of their token; null: intake has not told of the ticket.')) requesterId:
    string | null;
  @ApiProperty(integer('The newest wrong revision in its replies; null: the ticket only shows the mistake.'))
  revision: number | null;
  @ApiProperty({ description: 'Whether an order names the ticket already.' }) ordered: boolean;
}
class RecalledPage extends PageOf(RecalledAnswer) {}

class RecalledReaderAnswer {
  @ApiProperty({ description: 'By the `sub` of their token.' }) requesterId: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The newest wrong revision that they read.' })
  revision: number;
  @ApiProperty({ description: 'Whether an order names them already.' }) ordered: boolean;
}
class RecalledReaderPage extends PageOf(RecalledReaderAnswer) {}

class CorrectionFiguresAnswer {
  @ApiProperty({ ...count, description: 'In the period.' }) reported: number;
  @ApiProperty({ ...count, description: 'Of these.' }) open: number;
  @ApiProperty(count) fixed: number;
  @ApiProperty(count) notWrong: number;
  @ApiProperty(count) duplicate: number;
  @ApiProperty(integer('From the report to the close, of those that were fixed; null: none was.'))
  secondsToFixMedian: number | null;
  @ApiProperty(integer('Nine of ten took at most so long; null: none was fixed.')) secondsToFixP90: number | null;
}

const states = ['open', 'closed'] as const;
class CorrectionQuery extends PageQuery {
  @EnumField(states, { optional: true, description: '`open` if not given.' }) state?: (typeof states)[number];
  @QueryFlag({ optional: true, description: 'Only of articles that the caller looks after.' }) mine?: boolean;
  @UuidField({ optional: true, description: 'Only of this article.' }) articleId?: string;
}
class FiguresQuery {
  @Instant({ description: 'Reported then or later.', example: '2026-01-01T00:00:00Z' }) from: string;
  @Instant({ description: 'Reported before.', example: '2027-01-01T00:00:00Z' }) to: string;
}

const nil = '00000000-0000-0000-0000-000000000000';
const beginning: CorrectionPlace = ['-infinity', nil];
const end: CorrectionPlace = ['infinity', nil];

@ApiTags('corrections')
@Controller('knowledge/v1')
@Roles(...writers)
export class CorrectionListsHttp {
  constructor(
    private readonly corrections: Corrections,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('work/corrections')
  @ApiTags('work')
  @ApiOperation({
    summary: 'What people say is wrong',
    description: 'Open ones longest waiting first, or closed ones newest first.',
  })
  @QueryResponse(CorrectionPage)
  async list(
    @Query() { limit, cursor, state = 'open', mine = false, articleId }: CorrectionQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<CorrectionAnswer>> {
    const { tenantId } = ctx;
    const isOpen = state === 'open';
    const filter = { isOpen, ownerId: mine ? ctx.subject : null, articleId: articleId ?? null };
    const list = `corrections/${JSON.stringify(filter)}`;
    const first = isOpen ? beginning : end;
    const after = cursor === undefined ? first : this.cursors.decode<CorrectionPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'health');
    const rows = await this.corrections.list(tenantId, filter, limit + 1, after);
    const placeOf = ({ report_id, reported_at, closed_at }: CorrectionRow): CorrectionPlace => [
      (isOpen ? reported_at : (closed_at ?? reported_at)).toISOString(),
      report_id,
    ];
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, placeOf(last)), correctionView);
  }

  @Get('work/corrections/figures')
  @ApiTags('work')
  @ApiOperation({ summary: 'How long it takes from reports to corrections' })
  @QueryResponse(CorrectionFiguresAnswer)
  async figures(@Query() { from, to }: FiguresQuery, @Ctx() ctx: RequestContext): Promise<CorrectionFiguresAnswer> {
    await this.freshness.of(ctx, 'health');
    const found = await this.corrections.figures(ctx.tenantId, new Date(from), new Date(to));
    const { reported, open, fixed, not_wrong: notWrong, duplicate } = found;
    const { seconds_to_fix_median: median, seconds_to_fix_p90: p90 } = found;
    const seconds = { secondsToFixMedian: rounded(median), secondsToFixP90: rounded(p90) };
    return { reported, open, fixed, notWrong, duplicate, ...seconds };
  }

  @Get('corrections/:reportId')
  @ApiOperation({ summary: 'What somebody says is wrong, and what came of it' })
  @QueryResponse(CorrectionAnswer, { 404: '`unknown-correction`' })
  async one(@UuidParam('reportId') reportId: string, @Ctx() ctx: RequestContext): Promise<CorrectionAnswer> {
    return correctionView(await this.find(ctx, reportId));
  }

  @Get('corrections/:reportId/recall')
  @ApiOperation({
    summary: 'Who was given what was wrong',
    description:
      'Tickets whose replies carried the revision that was read, or a later one before it was right; and tickets that ' +
      'show the mistake, those of duplicates too. By id.',
  })
  @QueryResponse(RecalledPage, { 404: '`unknown-correction`' })
  async recalled(
    @UuidParam('reportId') reportId: string,
    @Query() { limit, cursor }: PageQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<RecalledAnswer>> {
    const { tenantId } = ctx;
    const list = `recall/${reportId}`;
    const after = cursor === undefined ? null : this.cursors.decode<string>(tenantId, list, cursor);
    const { article_id: articleId } = await this.find(ctx, reportId);
    const rows = await this.corrections.recalled(tenantId, reportId, { limit: limit + 1, after });
    const { state } = await this.events.load(articleDecider, tenantId, articleId);
    const ordered = state.corrections.get(reportId)?.ticketIds ?? new Set();
    return page(
      rows,
      limit,
      (last) => this.cursors.encode(tenantId, list, last.ticket_id),
      ({ ticket_id, requester_id, revision }): RecalledAnswer => ({
        ...{ ticketId: ticket_id, requesterId: requester_id, revision, ordered: ordered.has(ticket_id) },
      }),
    );
  }

  @Get('corrections/:reportId/recall/readers')
  @ApiOperation({
    summary: 'Who read what was wrong',
    description: 'People who were signed in, whether or not they wrote a ticket. By id.',
  })
  @QueryResponse(RecalledReaderPage, { 404: '`unknown-correction`' })
  async readers(
    @UuidParam('reportId') reportId: string,
    @Query() { limit, cursor }: PageQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<RecalledReaderAnswer>> {
    const { tenantId } = ctx;
    const list = `recall-readers/${reportId}`;
    const after = cursor === undefined ? null : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'reading');
    const { article_id: articleId } = await this.find(ctx, reportId);
    const rows = await this.corrections.readers(tenantId, reportId, { limit: limit + 1, after });
    const { state } = await this.events.load(articleDecider, tenantId, articleId);
    const ordered = state.corrections.get(reportId)?.requesterIds ?? new Set();
    return page(
      rows,
      limit,
      (last) => this.cursors.encode(tenantId, list, last.requester_id),
      ({ requester_id, revision }): RecalledReaderAnswer => ({
        ...{ requesterId: requester_id, revision, ordered: ordered.has(requester_id) },
      }),
    );
  }

  private async find(ctx: RequestContext, reportId: string): Promise<CorrectionRow> {
    await this.freshness.of(ctx, 'health');
    const row = await this.corrections.find(ctx.tenantId, reportId);
    if (row === undefined) throw unknownCorrection();
    return row;
  }
}

const rounded = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds));

const correctionView = (row: CorrectionRow): CorrectionAnswer => ({
  ...{ reportId: row.report_id, articleId: row.article_id, number: Number(row.number), title: row.title },
  ...{ ownerId: row.owner_id, locale: row.locale, revision: row.revision, publishedRevision: row.shown_revision },
  ...{ ticketId: row.ticket_id, note: row.note, reportedBy: row.reported_by, outcome: row.outcome },
  ...{ closedBy: row.closed_by, fixedIn: row.fixed_in, ofReportId: row.of_report_id },
  reportedAt: row.reported_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  secondsToClose: row.closed_at && Math.round((row.closed_at.getTime() - row.reported_at.getTime()) / 1000),
  recalledAt: row.recalled_at?.toISOString() ?? null,
});
