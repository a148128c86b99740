import { type CommandOptions, EventStore, type RecordedEvent, StaleVersion } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  LocaleParam,
  Problem,
  RequestContext,
  Roles,
  UuidParam,
} from '@guichet/http-host';
import { ChangedAnswer, commandOptions, CommandResponse, NoBody, now } from '@guichet/service';
import { Body, Controller, Delete, HttpCode, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { editors, rightsOf, writers } from '../callers.http.js';
import {
  ConfirmBody,
  DraftBody,
  DraftSavedAnswer,
  PublishBody,
  ReleaseBody,
  RestoreBody,
  ReturnBody,
} from './text-bodies.http.js';
import { WorkOnText } from './text.handler.js';
import { textDecider, textStreamId } from './text.js';
import { WorkingCopies } from '../working-copy/working-copies.store.js';

const notYours = '`not-your-language`: a translator works on texts in the languages that an editor has given them.';
const archived = '`article-archived`: reinstate it first.';
const unknown = '`unknown-article`, or `unknown-text`: it has none in this language.';

@ApiTags('texts')
@Controller('knowledge/v1/articles/:articleId/texts/:locale')
@Roles(...writers)
export class TextHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly copies: WorkingCopies,
  ) {}

  @Put('draft')
  @ApiHeader({
    name: 'if-match',
    required: false,
    description: 'The ETag of the text that was read. Without it the text must not be there yet.',
  })
  @ApiOperation({
    summary: 'Save a draft of the text in a language',
    description:
      'Each save is a revision. What is published stays as it is. Where somebody else has saved since, nothing is lost: the answer is 412 with the version of now, and the text is in the caller’s working copy.',
  })
  @CommandResponse(200, DraftSavedAnswer, {
    403: notYours,
    404: '`unknown-article`',
    409: archived,
    412: '`stale-version`: somebody else has saved since. `workingCopy` is the version of the copy that the text is kept in; null: it could not be kept, as there are too many.',
    422:
      '`unknown-locale`: the knowledge base has no texts in this language. `text-too-long`, `too-many-blocks`, ' +
      '`nested-too-deep`, `render-too-slow`: the text takes too much to show. `personal-data-found`: with what was ' +
      'found and where, unless it is `acknowledged`.',
  })
  async save(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { title, summary = '', keywords = [], body, follows, acknowledged = [] }: DraftBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const content = { title, summary, keywords, body, origin: 'person', acknowledged } as const;
    const command = {
      type: 'SaveDraft',
      data: { articleId, locale, at: now(), ...content, ...(follows !== undefined && { follows }) },
    } as const;
    const expectedVersion = ctx.ifMatch ?? 0;
    const [tenantId, copy] = [ctx.tenantId, { personId: ctx.subject, articleId, locale }];
    try {
      const saved = await this.write(ctx, command, { ...commandOptions(ctx, 'knowledge'), expectedVersion });
      await this.copies.remove(tenantId, copy);
      return saved;
    } catch (error) {
      if (!(error instanceof StaleVersion)) throw error;
      const unsaved = { basedOn: expectedVersion, follows: follows ?? null, title, summary, keywords, body };
      const workingCopy = await this.copies.keepIfThereIsRoom(tenantId, copy, unsaved);
      throw staleDraft(error, workingCopy);
    }
  }

  @Post('submissions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask for the review of the draft' })
  @CommandResponse(200, ChangedAnswer, { 403: notYours, 404: unknown, 409: `\`nothing-to-submit\`, or ${archived}` })
  submit(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'SubmitText', data: { articleId, locale, at: now() } });
  }

  @Post('returns')
  @HttpCode(200)
  @Roles(...editors)
  @ApiOperation({ summary: 'Return a submitted draft to who wrote it' })
  @CommandResponse(200, ChangedAnswer, { 404: unknown, 409: `\`not-submitted\`, or ${archived}` })
  return(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { reason }: ReturnBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ReturnText', data: { articleId, locale, reason, at: now() } });
  }

  @Post('publications')
  @HttpCode(200)
  @Roles('author', ...editors)
  @ApiOperation({
    summary: 'Publish a revision of the text',
    description: 'The draft, or what was withdrawn. People read it from now on.',
  })
  @CommandResponse(200, ChangedAnswer, {
    403: '`editors-publish`: authors publish only where the library’s rule lets them.',
    404: unknown,
    409:
      '`nothing-to-publish`; `not-the-draft`: another revision is; `own-draft`: somebody else has to; ' +
      '`links-to-narrower-audience`, with the articles: acknowledge them, or take the links out; ' +
      `\`source-not-published\` or \`follows-unreleased\`, of a translation; or ${archived}`,
    422: '`significance-missing`, of the source.',
  })
  publish(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { revision, significance, release = true, acknowledgedLinks = [] }: PublishBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const more = significance !== undefined && { significance };
    return this.change(ctx, {
      type: 'PublishText',
      data: { articleId, locale, revision, ...more, release, acknowledgedLinks, at: now() },
    });
  }

  @Post('releases')
  @HttpCode(200)
  @Roles(...editors)
  @ApiOperation({
    summary: 'Let translations follow a published revision of the source',
    description: 'An older revision than the one released last is released already.',
  })
  @CommandResponse(200, ChangedAnswer, { 404: unknown, 409: `\`not-the-source\`; \`not-published\`; or ${archived}` })
  release(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { revision }: ReleaseBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ReleaseText', data: { articleId, locale, revision, at: now() } });
  }

  @Post('confirmations')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say that a translation is right for a newer revision of the source as it is',
    description: 'An older revision than it follows is confirmed already.',
  })
  @CommandResponse(200, ChangedAnswer, {
    ...{ 403: notYours, 404: unknown },
    409: `\`not-a-translation\`; \`not-published\`; \`source-not-published\` or \`follows-unreleased\`; or ${archived}`,
  })
  confirm(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { sourceRevision }: ConfirmBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ConfirmText', data: { articleId, locale, sourceRevision, at: now() } });
  }

  @Post('restorations')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make a draft of an earlier revision',
    description: 'What is published stays as it is, and every revision is kept.',
  })
  @CommandResponse(200, DraftSavedAnswer, {
    ...{ 403: notYours, 404: `${unknown} \`unknown-revision\`: the text never had it.`, 409: archived },
  })
  restore(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { revision: from }: RestoreBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { articleId, locale, from, origin: 'person', at: now() } as const;
    return this.write(ctx, { type: 'RestoreRevision', data }, commandOptions(ctx, 'knowledge'));
  }

  @Delete('publication')
  @Roles(...editors)
  @ApiOperation({
    summary: 'Withdraw what is published of the text',
    description: 'It may be published again. Whoever asks for the article in this language gets the next one.',
  })
  @CommandResponse(200, ChangedAnswer, { 404: unknown, 409: '`not-published`: nothing ever was.' })
  withdraw(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'WithdrawText', data: { articleId, locale, at: now() } });
  }

  /** A command that leads to a revision, or finds that the draft says so already. */
  private async write(
    ctx: RequestContext,
    command: WorkOnText['command'],
    options: CommandOptions,
  ): Promise<CommandAnswer> {
    const result = await this.commands.execute(new WorkOnText(command, rightsOf(ctx), options));
    const [saved] = result.events as readonly RecordedEvent<{ readonly revision: number }>[];
    const { articleId, locale } = command.data;
    const newest = () => this.events.load(textDecider, ctx.tenantId, textStreamId(articleId, locale));
    const revision = saved?.data.revision ?? (await newest()).state.revision;
    return commandAnswer('knowledge', result, { revision, version: result.version });
  }

  private async change(ctx: RequestContext, command: WorkOnText['command']): Promise<CommandAnswer> {
    const work = new WorkOnText(command, rightsOf(ctx), commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(work));
  }
}

/** As any stale version, and where the text is. */
function staleDraft({ expected, actual }: StaleVersion, workingCopy: number | null): Problem {
  const kept =
    workingCopy === null
      ? 'Your text could not be kept, as you have too many working copies.'
      : 'Your text is in your working copy.';
  return new Problem(412, 'stale-version', {
    detail: `Somebody else has changed it: it is at version ${actual} now. ${kept}`,
    extensions: { expectedVersion: expected, actualVersion: actual, workingCopy },
    headers: { etag: `"${actual}"` },
  });
}
