import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { ChangedAnswer, commandOptions, CommandResponse, newIdOf, NoBody, now, Transact } from '@guichet/service';
import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { editors } from '../callers.http.js';
import { ArchiveArticleBody, DraftArticleBody, DraftedArticleAnswer } from './article-bodies.http.js';
import { ArchiveArticle, DraftArticle } from './article.handler.js';
import { articleDecider, type Drafting } from './article.js';

export const unknownArticleWords = '`unknown-article`: there is none, or it is not for the caller.';

@ApiTags('articles')
@Controller('knowledge/v1/articles')
@Roles(...editors)
export class ArticleHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
  ) {}

  @Post()
  @Roles('author', ...editors)
  @ApiOperation({
    summary: 'Begin an article',
    description: 'It gets its number. Nothing is shown of it until a text is published: save its first draft next.',
  })
  @CommandResponse(201, DraftedArticleAnswer, {
    422: '`unknown-locale`, `unknown-category` or `category-archived`.',
  })
  async draft(@Body() body: DraftArticleBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { sourceLocale, categoryId = null, audience = 'public' } = body;
    const articleId = newIdOf(ctx, 'knowledge');
    const drafting = { articleId, sourceLocale, categoryId, audience, origin: 'person', at: now() } as const;
    const result = await this.commands.execute(new DraftArticle(drafting, commandOptions(ctx, 'knowledge')));
    const [drafted] = result.events as readonly RecordedEvent<Drafting>[];
    const { number, sourceLocale: locale } = drafted!.data;
    const answer = { articleId, number, sourceLocale: locale, version: result.version };
    return commandAnswer('knowledge', result, answer, 201);
  }

  @Post(':articleId/archive')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Show an article no more',
    description: 'Its address answers 410, with the successor. Repeating the call with another successor changes it.',
  })
  @CommandResponse(200, ChangedAnswer, {
    404: unknownArticleWords,
    409: '`successor-archived` or `successor-cycle`.',
    422: '`unknown-article`: the successor.',
  })
  async archive(
    @UuidParam('articleId') articleId: string,
    @Body() { successorId }: ArchiveArticleBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const archiving = { articleId, ...(successorId !== undefined && { successorId }), at: now() };
    const result = await this.commands.execute(new ArchiveArticle(archiving, commandOptions(ctx, 'knowledge')));
    return commandAnswer('knowledge', result);
  }

  @Post(':articleId/reinstate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Show an archived article again' })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  async reinstate(
    @UuidParam('articleId') articleId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    const command = { type: 'ReinstateArticle', data: { articleId, at: now() } } as const;
    const options = commandOptions(ctx, 'knowledge');
    const transact = new Transact(this.events, articleDecider, articleId, command, options);
    return commandAnswer('knowledge', await this.commands.execute(transact));
  }
}
