import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  newIdOf,
  NoBody,
  now,
  Transact,
} from '@guichet/service';
import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { editors } from '../callers.http.js';
import {
  ArchiveArticleBody,
  AudienceBody,
  DraftArticleBody,
  DraftedArticleAnswer,
  MergeArticleBody,
  MoveArticleBody,
  OldAddressBody,
  OwnerBody,
} from './article-bodies.http.js';
import { addressForm } from './old-address.js';
import { DraftArticle, KeepAddress, MoveArticle, RetireArticle } from './article.handler.js';
import { type ArticleCommand, articleDecider, type Drafting, maxAddresses } from './article.js';

export const unknownArticleWords = '`unknown-article`: there is none, or it is not for the caller.';

@ApiTags('articles')
@Controller('knowledge/v1/articles')
@Roles(...editors)
export class ArticleHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  @Roles('author', ...editors)
  @ApiOperation({
    summary: 'Begin an article',
    description:
      'It gets its number. Nothing is shown of it until a text is published. Its first draft may come along; ' +
      'otherwise save it next.',
  })
  @CommandResponse(201, DraftedArticleAnswer, {
    403: '`not-your-department`: of the ticket.',
    422:
      '`unknown-locale`, `unknown-category` or `category-archived`. `unknown-ticket`: there is none, or it is not the ' +
      'caller’s to see. `personal-data-found`: with what was found in the text and where, unless it is `acknowledged`. ' +
      '`text-too-long`, `too-many-blocks`, `nested-too-deep`, `render-too-slow`: the text takes too much to show.',
  })
  async draft(@Body() body: DraftArticleBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { sourceLocale, categoryId = null, audience = 'public', ticketId, text } = body;
    await this.freshness.of(ctx);
    const articleId = newIdOf(ctx, 'knowledge');
    const of = { articleId, sourceLocale, categoryId, audience, ...(ticketId !== undefined && { ticketId }) };
    const drafting = { ...of, origin: 'person', at: now() } as const;
    const first = text && { summary: '', keywords: [], acknowledged: [], ...text };
    const draft = new DraftArticle(drafting, first, ctx, commandOptions(ctx, 'knowledge'));
    const { article, text: saved } = await this.commands.execute(draft);
    const [drafted] = article.events as readonly RecordedEvent<Drafting>[];
    const { number, sourceLocale: locale } = drafted!.data;
    const { version } = article;
    const answer = { articleId, number, sourceLocale: locale, version, textVersion: saved?.version ?? null };
    const position = Math.max(article.position, saved?.position ?? 0);
    return commandAnswer('knowledge', { version, position }, answer, 201);
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
    const data = { articleId, ...(successorId !== undefined && { successorId }), at: now() };
    const retire = new RetireArticle({ type: 'ArchiveArticle', data }, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(retire));
  }

  @Post(':articleId/merge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Merge an article into another one that says it too',
    description: 'It is shown no more. Its addresses, the old ones too, lead to the other article.',
  })
  @CommandResponse(200, ChangedAnswer, {
    404: unknownArticleWords,
    409: '`successor-archived` or `successor-cycle`.',
    422: '`unknown-article`: the other one.',
  })
  async merge(
    @UuidParam('articleId') articleId: string,
    @Body() { intoArticleId }: MergeArticleBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { articleId, intoArticleId, at: now() };
    const retire = new RetireArticle({ type: 'MergeArticle', data }, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(retire));
  }

  @Post(':articleId/reinstate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Show an archived article again' })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  reinstate(
    @UuidParam('articleId') articleId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, articleId, { type: 'ReinstateArticle', data: { articleId, at: now() } });
  }

  @Put(':articleId/category')
  @ApiOperation({ summary: 'Put an article into a category' })
  @CommandResponse(200, ChangedAnswer, {
    404: unknownArticleWords,
    422: '`unknown-category` or `category-archived`.',
  })
  async move(
    @UuidParam('articleId') articleId: string,
    @Body() { categoryId }: MoveArticleBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const move = new MoveArticle({ articleId, categoryId, at: now() }, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(move));
  }

  @Put(':articleId/audience')
  @ApiOperation({
    summary: 'Say who may read an article',
    description: 'A stricter audience of a category above it counts instead.',
  })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  audience(
    @UuidParam('articleId') articleId: string,
    @Body() { audience }: AudienceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, articleId, { type: 'ChangeArticleAudience', data: { articleId, audience, at: now() } });
  }

  @Put(':articleId/owner')
  @ApiOperation({ summary: 'Say who looks after an article, and how often' })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  owner(
    @UuidParam('articleId') articleId: string,
    @Body() { ownerId, verifyEveryDays }: OwnerBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { articleId, ownerId, verifyEveryDays, at: now() };
    return this.change(ctx, articleId, { type: 'SetArticleOwner', data });
  }

  @Post(':articleId/verifications')
  @HttpCode(200)
  @Roles('author', ...editors)
  @ApiOperation({ summary: 'Say that an article is still right', description: 'Its next verification is due anew.' })
  @CommandResponse(200, ChangedAnswer, { 404: unknownArticleWords })
  verify(
    @UuidParam('articleId') articleId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, articleId, { type: 'VerifyArticle', data: { articleId, at: now() } });
  }

  @Post(':articleId/addresses')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keep an address that an article had elsewhere',
    description: `It leads to the article from now on; ${maxAddresses} an article at most.`,
  })
  @CommandResponse(200, ChangedAnswer, {
    404: unknownArticleWords,
    409: '`address-taken`: it leads to another article; `too-many-addresses`.',
  })
  async keepAddress(
    @UuidParam('articleId') articleId: string,
    @Body() { path, locale }: OldAddressBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const address = { articleId, path: addressForm(path), ...(locale !== undefined && { locale }), at: now() };
    const keep = new KeepAddress(address, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(keep));
  }

  private async change(ctx: RequestContext, articleId: string, command: ArticleCommand): Promise<CommandAnswer> {
    const options = commandOptions(ctx, 'knowledge');
    const transact = new Transact(this.events, articleDecider, articleId, command, options);
    return commandAnswer('knowledge', await this.commands.execute(transact));
  }
}
