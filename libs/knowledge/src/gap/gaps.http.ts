import { Ctx, LocaleField, QueryInt, RequestContext, Roles } from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { reporters } from '../callers.http.js';
import { type GapGroup, grouped, type UnansweredTicket } from './grouped.js';
import { type GapRow, Gaps } from './gaps.query.js';

const dayMs = 86_400_000;
/** Tickets that are looked at: comparing each with each takes their square. */
const maxLookedAt = 1_000;
/** Ticket ids that are named in a group. */
const maxNamed = 50;

class GapsQuery {
  @QueryInt({ min: 1, max: 365, optional: true, description: 'Tickets of how many days; 30 if not given.' })
  days: number = 30;
  @LocaleField({ optional: true, description: 'Only tickets in this language.' }) locale?: string;
  @QueryInt({ min: 1, max: 200, optional: true, description: 'Groups at most; 50 if not given.' }) limit: number = 50;
}
class GapAnswer {
  @ApiProperty({ example: 'en' }) locale: string;
  @ApiProperty({ type: [String], description: 'Stems that the subjects share.', example: ['invoic', 'vat'] })
  stems: string[];
  @ApiProperty({ type: 'integer', description: 'Tickets of the group.' }) tickets: number;
  @ApiProperty({ format: 'date-time', description: 'When the newest of them was opened.' }) newestAt: string;
  @ApiProperty({
    type: [String],
    format: 'uuid',
    maxItems: maxNamed,
    description: `Of them, the newest ${maxNamed}. Named to those only who may see every ticket (supervisor, admin); empty for others.`,
  })
  ticketIds: string[];
}
class GapsAnswer {
  @ApiProperty({ type: [GapAnswer], description: 'The largest first.' }) items: GapAnswer[];
  @ApiProperty({ type: 'integer', description: `Tickets looked at: the newest ${maxLookedAt} at most.` })
  lookedAt: number;
}

@ApiTags('reports')
@Controller('knowledge/v1/gaps')
@Roles(...reporters)
export class GapsHttp {
  constructor(
    private readonly gaps: Gaps,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What tickets ask for that no article answers',
    description:
      'A ticket is here where nothing was found for its subject when it came. Those whose subjects share half of their stems are one group. What was written is not kept.',
  })
  @QueryResponse(GapsAnswer)
  async list(@Query() { days, locale, limit }: GapsQuery, @Ctx() ctx: RequestContext): Promise<GapsAnswer> {
    await this.freshness.of(ctx, 'gaps');
    const since = new Date(Date.now() - days * dayMs).toISOString();
    const rows = await this.gaps.since(ctx.tenantId, locale ?? null, since, maxLookedAt);
    const tickets = rows.map((row) => ({ ...row, ticketId: row.ticket_id }));
    const byLocale = [...Map.groupBy(tickets, ({ locale: of }) => of)];
    const seesTickets = ctx.is('supervisor', 'admin');
    const groups = byLocale.flatMap(([of, ticketsIn]) =>
      grouped(ticketsIn).map((group) => view(of, group, seesTickets)),
    );
    return { items: groups.toSorted((a, b) => b.tickets - a.tickets).slice(0, limit), lookedAt: rows.length };
  }
}

const view = (
  locale: string,
  { stems, tickets }: GapGroup<GapRow & UnansweredTicket>,
  seesTickets: boolean,
): GapAnswer => ({
  ...{ locale, stems: [...stems], tickets: tickets.length },
  newestAt: tickets[0]?.opened_at.toISOString() ?? '',
  ticketIds: seesTickets ? tickets.slice(0, maxNamed).map(({ ticketId }) => ticketId) : [],
});
