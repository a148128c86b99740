import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  LocaleField,
  RequestContext,
  Roles,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import { commandOptions, CommandResponse, now } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { unknownArticle } from '../article/article.js';
import { addressOf } from '../articles/page.js';
import { Articles } from '../articles/articles.query.js';
import { staff } from '../callers.http.js';
import { UseArticle } from './use.handler.js';
import { maxUses } from './use.js';

class UseBody {
  @UuidField({ description: 'The ticket that is replied to.' }) ticketId: string;

  @LocaleField({
    optional: true,
    description: 'The language wanted. If not given: the one the ticket was written in, where intake has told of it.',
  })
  locale?: string;
}
class UsedAnswer {
  @ApiProperty({ description: 'The language that the article is shown in: the one wanted, or the next there is.' })
  locale: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'What it says now; recorded with the ticket.' })
  revision: number;
  @ApiProperty() title: string;
  @ApiProperty({ description: 'Its path, to link to.', example: '/en/a/42-get-a-refund' }) address: string;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}

@ApiTags('articles')
@Controller('knowledge/v1/articles')
@Roles(...staff)
export class UseHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly articles: Articles,
  ) {}

  @Post(':articleId/uses')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put an article into a reply on a ticket',
    description: 'Records which revision, in which language. The same again is recorded already.',
  })
  @CommandResponse(200, UsedAnswer, {
    404: '`unknown-article`',
    409: `\`article-archived\`; \`not-published\`; \`too-many-uses\`: ${maxUses} on one ticket.`,
  })
  async use(
    @UuidParam('articleId') articleId: string,
    @Body() { ticketId, locale: wanted }: UseBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const using = { ticketId, articleId, ...(wanted !== undefined && { locale: wanted }), at: now() };
    const { result, locale, revision } = await this.commands.execute(
      new UseArticle(using, commandOptions(ctx, 'knowledge')),
    );
    const text = await this.articles.publishedAs(ctx.tenantId, articleId, locale, revision);
    if (text === undefined) throw unknownArticle();
    const { title, slug, number } = text;
    const answer = { locale, revision, title, address: addressOf(locale, Number(number), slug) };
    return commandAnswer('knowledge', result, { ...answer, version: result.version });
  }
}
