import { Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { staff } from '../callers.http.js';
import { SeenTexts } from '../reading/seen-texts.query.js';
import { maxUses } from './use.js';
import { type TitleRow, Uses } from './uses.query.js';

class TicketArticle {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty({ type: 'integer', minimum: 1 }) revision: number;
  @ApiProperty({ description: 'Of that revision.' }) title: string;
}
class SeenArticle extends TicketArticle {
  @ApiProperty({ format: 'date-time', description: 'When they saw it first.' }) firstSeenAt: string;
  @ApiProperty({ format: 'date-time', description: 'When they saw it last before the ticket.' }) lastSeenAt: string;
}
class UsedArticleAnswer extends TicketArticle {
  @ApiProperty({ format: 'date-time' }) usedAt: string;
}
class TicketArticlesAnswer {
  @ApiProperty({
    type: [SeenArticle],
    description: 'What its requester saw before writing it, the last one first; 200 of the 30 days before at most.',
  })
  seen: SeenArticle[];
  @ApiProperty({
    type: [UsedArticleAnswer],
    description: `What was put into replies on it, in that order; ${maxUses} at most.`,
  })
  used: UsedArticleAnswer[];
}

type Revision = Pick<TitleRow, 'article_id' | 'locale' | 'revision'>;
const keyOf = ({ article_id, locale, revision }: Revision): string => `${article_id} ${locale} ${revision}`;

@ApiTags('tickets')
@Controller('knowledge/v1/tickets')
@Roles(...staff)
export class TicketArticlesHttp {
  constructor(
    private readonly uses: Uses,
    private readonly seen: SeenTexts,
    private readonly freshness: Freshness,
  ) {}

  @Get(':ticketId/articles')
  @ApiOperation({
    summary: 'Which articles, as they were, a ticket has to do with',
    description:
      'What its requester read before writing it, and what was put into replies. Nothing for an unknown ticket.',
  })
  @QueryResponse(TicketArticlesAnswer)
  async articles(@UuidParam('ticketId') ticketId: string, @Ctx() ctx: RequestContext): Promise<TicketArticlesAnswer> {
    await this.freshness.of(ctx, 'health', 'reading', 'articles');
    const { tenantId } = ctx;
    const [seen, used] = await Promise.all([
      this.seen.beforeTicket(tenantId, ticketId),
      this.uses.onTicket(tenantId, ticketId),
    ]);
    const titles = await this.uses.titles(tenantId, [...seen, ...used]);
    const byKey = new Map(titles.map((row) => [keyOf(row), row]));
    const named = (row: Revision): TicketArticle[] => {
      const title = byKey.get(keyOf(row));
      return title === undefined ? [] : [titleView(title)];
    };
    return {
      seen: seen.flatMap((row) =>
        named(row).map((article) => ({
          ...{ ...article, firstSeenAt: row.first_at.toISOString(), lastSeenAt: row.last_at.toISOString() },
        })),
      ),
      used: used.flatMap((row) => named(row).map((article) => ({ ...article, usedAt: row.used_at.toISOString() }))),
    };
  }
}

const titleView = ({ article_id, number, locale, revision, title }: TitleRow): TicketArticle => ({
  ...{ articleId: article_id, number: Number(number), locale, revision, title },
});
