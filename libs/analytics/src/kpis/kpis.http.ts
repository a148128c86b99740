import { Ctx, Cursors, canonicalJson, type LiveAnswer, notFound, RequestContext, Roles } from '@guichet/http-host';
import { Freshness, LiveViews, QueryResponse } from '@guichet/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { definitionOf } from './answers/answer.js';
import { catalogue, cohortsOf } from './definitions/catalogue.js';
import { ItemKpiRows, KpiAnswer, KpiList, KpiRows } from './answers/kpi-answers.http.js';
import { KpiParameters } from './answers/kpi-parameters.http.js';
import { KpiStream } from './kpi-stream.http.js';
import { watchedOf } from './watched.http.js';
import { KpisQuery } from './answers/kpis.query.js';
import { figuresOf } from './definitions/item-forms.js';
import { isOfItems } from './definitions/kpi-definition.js';
import {
  type AnyQuestion,
  asksOfItems,
  pageSizeOf,
  type Query as QueryString,
  parametersOf,
  questionOf,
} from './definitions/question.js';
import { type ItemRowPosition, ItemRowsQuery } from './items/item-rows.query.js';
import { knownKpi, refuseUnknown } from './answers/refusals.http.js';
import { type RowPosition, RowsQuery } from './answers/rows.query.js';
import type { Figures } from './answers/through.query.js';

const problems = {
  400: '`unknown-parameter`',
  404: '`unknown-kpi`',
  422: 'The question cannot be answered: a wrong parameter, an unknown zone, department, agent or category, a reversed period, too many buckets. `parameter` names it.',
};

const pageLimit = ApiQuery({
  ...{ name: 'limit', type: 'integer', required: false, description: 'How many at most, up to 200; 50 if not given.' },
});
const pageCursor = ApiQuery({
  ...{ name: 'cursor', type: String, required: false, description: '`nextCursor` of the page before.' },
});

@ApiTags('kpis')
@Roles('agent', 'supervisor', 'admin', 'analyst', 'service')
@Controller('analytics/v1/kpis')
export class KpisHttp {
  constructor(
    private readonly kpis: KpisQuery,
    private readonly rows: RowsQuery,
    private readonly items: ItemRowsQuery,
    private readonly stream: KpiStream,
    private readonly liveViews: LiveViews,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every KPI with its definition' })
  @QueryResponse(KpiList)
  list(): KpiList {
    return {
      items: catalogue.map((kpi) => ({
        id: kpi.id,
        unit: kpi.unit,
        statistic: kpi.statistic,
        ...definitionOf(kpi),
        cohorts: cohortsOf(kpi),
        parameters: parametersOf(kpi),
      })),
    };
  }

  @Get('live')
  @ApiOperation({
    summary: 'Chosen KPIs as they change, as Server-Sent Events',
    description:
      'One event `kpi` per KPI with its answer at once, then one whenever the answer has changed; changes that follow quickly come as one. Who comes back with a Last-Event-ID after which nothing has changed is told nothing again. The other parameters are those of a KPI and go to every KPI that understands them.',
  })
  @ApiQuery({
    name: 'kpis',
    type: String,
    required: true,
    example: 'backlog,tickets-opened',
    description: 'Up to 30 ids.',
  })
  @KpiParameters()
  @ApiProduces('text/event-stream')
  @QueryResponse(KpiAnswer, problems)
  async live(@Query() query: QueryString, @Ctx() ctx: RequestContext): Promise<LiveAnswer> {
    const watched = watchedOf(query, ctx);
    for (const figures of new Set(watched.map(figuresBehind))) await this.freshness.of(ctx, figures);
    return this.liveViews.open(ctx, this.stream.view(ctx.tenantId, watched));
  }

  @Get(':kpi')
  @ApiOperation({ summary: 'The answer of one KPI' })
  @KpiParameters()
  @QueryResponse(KpiAnswer, problems)
  async answer(@Param('kpi') id: string, @Query() query: QueryString, @Ctx() ctx: RequestContext): Promise<KpiAnswer> {
    const kpi = knownKpi(id);
    refuseUnknown(query, [...parametersOf(kpi), 'after']);
    const question = questionOf(kpi, query, ctx);
    await this.freshness.of(ctx, figuresBehind(question));
    return (await this.kpis.answer(ctx.tenantId, question, Date.now())) as KpiAnswer;
  }

  @Get(':kpi/tickets')
  @ApiOperation({
    summary: 'The rows behind a number',
    description:
      '`count` and `sum` are those of the answer to the same question. Ask for a group or a bucket by its filter or its period.',
  })
  @KpiParameters()
  @pageLimit
  @pageCursor
  @QueryResponse(KpiRows, { ...problems, 400: '`unknown-parameter` or `invalid-cursor`' })
  async tickets(@Param('kpi') id: string, @Query() query: QueryString, @Ctx() ctx: RequestContext): Promise<KpiRows> {
    const kpi = knownKpi(id);
    if (isOfItems(kpi)) throw notFound('unknown-kpi', `${id} counts no tickets: its rows are at …/kpis/${id}/rows.`);
    const question = questionOf(kpi, query, ctx);
    const { list, position, limit } = this.paging<RowPosition>(question, 'tickets', query, ctx);
    await this.freshness.of(ctx, 'ticket-facts');
    const { next, ...rows } = await this.rows.page({
      ...{ tenantId: ctx.tenantId, question, nowMs: Date.now(), position, limit },
    });
    return { ...rows, nextCursor: next ? this.cursors.encode(ctx.tenantId, list, next) : null };
  }

  @Get(':kpi/rows')
  @ApiOperation({
    summary: 'The rows behind a number of the knowledge base or of the community',
    description:
      '`count` and `sum` are those of the answer to the same question. Ask for a group by its filter, for a bucket by its last instant or its period.',
  })
  @KpiParameters()
  @pageLimit
  @pageCursor
  @QueryResponse(ItemKpiRows, { ...problems, 400: '`unknown-parameter` or `invalid-cursor`' })
  async itemRows(
    @Param('kpi') id: string,
    @Query() query: QueryString,
    @Ctx() ctx: RequestContext,
  ): Promise<ItemKpiRows> {
    const kpi = knownKpi(id);
    if (!isOfItems(kpi)) throw notFound('unknown-kpi', `${id} counts tickets: its rows are at …/kpis/${id}/tickets.`);
    const question = questionOf(kpi, query, ctx);
    const { list, position, limit } = this.paging<ItemRowPosition>(question, 'rows', query, ctx);
    await this.freshness.of(ctx, figuresBehind(question));
    const { next, ...rows } = await this.items.page({
      ...{ tenantId: ctx.tenantId, question, nowMs: Date.now(), position, limit },
    });
    return { ...rows, nextCursor: next ? this.cursors.encode(ctx.tenantId, list, next) : null };
  }

  /** @throws Problem for a parameter that is not known, and for a cursor of another list */
  private paging<Position>(
    { kpi, timeZone }: AnyQuestion,
    name: string,
    query: QueryString,
    { tenantId }: RequestContext,
  ): { readonly list: string; readonly position: Position | undefined; readonly limit: number } {
    refuseUnknown(query, [...parametersOf(kpi), 'after', 'limit', 'cursor']);
    const { limit: _limit, cursor, after: _after, ...asked } = query;
    const list = `kpis/${kpi.id}/${name}?${canonicalJson({ ...asked, timeZone })}`;
    const given = typeof cursor === 'string' ? cursor : '';
    const position = cursor === undefined ? undefined : this.cursors.decode<Position>(tenantId, list, given);
    return { list, position, limit: pageSizeOf(query) };
  }
}

const figuresBehind = (question: AnyQuestion): Figures =>
  asksOfItems(question) ? figuresOf[question.kpi.form.of] : 'ticket-facts';
