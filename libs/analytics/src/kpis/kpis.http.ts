import { Ctx, Cursors, canonicalJson, type LiveAnswer, RequestContext, Roles } from '@guichet/http-host';
import { Freshness, LiveViews, QueryResponse } from '@guichet/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { definitionOf } from './answers/answer.js';
import { catalogue, cohortsOf } from './definitions/catalogue.js';
import { KpiAnswer, KpiList, KpiRows } from './answers/kpi-answers.http.js';
import { KpiParameters } from './answers/kpi-parameters.http.js';
import { KpiStream } from './kpi-stream.http.js';
import { watchedOf } from './watched.http.js';
import { KpisQuery } from './answers/kpis.query.js';
import { pageSizeOf, type Query as QueryString, parametersOf, questionOf } from './definitions/question.js';
import { knownKpi, refuseUnknown } from './answers/refusals.http.js';
import { type RowPosition, RowsQuery } from './answers/rows.query.js';

const problems = {
  400: '`unknown-parameter`',
  404: '`unknown-kpi`',
  422: 'The question cannot be answered: a wrong parameter, an unknown zone, department or agent, a reversed period, too many buckets. `parameter` names it.',
};

@ApiTags('kpis')
@Roles('agent', 'supervisor', 'admin', 'analyst', 'service')
@Controller('analytics/v1/kpis')
export class KpisHttp {
  constructor(
    private readonly kpis: KpisQuery,
    private readonly rows: RowsQuery,
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
    await this.freshness.of(ctx, 'ticket-facts');
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
    await this.freshness.of(ctx, 'ticket-facts');
    return (await this.kpis.answer(ctx.tenantId, question, Date.now())) as KpiAnswer;
  }

  @Get(':kpi/tickets')
  @ApiOperation({
    summary: 'The rows behind a number',
    description:
      '`count` and `sum` are those of the answer to the same question. Ask for a group or a bucket by its filter or its period.',
  })
  @KpiParameters()
  @ApiQuery({
    name: 'limit',
    type: 'integer',
    required: false,
    description: 'How many at most, up to 200; 50 if not given.',
  })
  @ApiQuery({ name: 'cursor', type: String, required: false, description: '`nextCursor` of the page before.' })
  @QueryResponse(KpiRows, { ...problems, 400: '`unknown-parameter` or `invalid-cursor`' })
  async tickets(@Param('kpi') id: string, @Query() query: QueryString, @Ctx() ctx: RequestContext): Promise<KpiRows> {
    const { tenantId } = ctx;
    const kpi = knownKpi(id);
    refuseUnknown(query, [...parametersOf(kpi), 'after', 'limit', 'cursor']);
    const { limit: _limit, cursor, after: _after, ...asked } = query;
    const question = questionOf(kpi, query, ctx);
    const list = `kpis/${id}/tickets?${canonicalJson({ ...asked, timeZone: question.timeZone })}`;
    const position =
      cursor === undefined
        ? undefined
        : this.cursors.decode<RowPosition>(tenantId, list, typeof cursor === 'string' ? cursor : '');
    await this.freshness.of(ctx, 'ticket-facts');
    const { next, ...rows } = await this.rows.page({
      tenantId,
      question,
      nowMs: Date.now(),
      position,
      limit: pageSizeOf(query),
    });
    return { ...rows, nextCursor: next ? this.cursors.encode(tenantId, list, next) : null };
  }
}
