import { commandAnswer, type CommandAnswer, Ctx, RequestContext, Roles } from '@guichet/http-host';
import { commandOptions, CommandResponse, Freshness, now } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf } from '../callers.http.js';
import { HitAnswer, hitView } from '../search/search.http.js';
import { readerOf, visitors } from './reader.http.js';
import { SuggestionsBody } from './session-bodies.http.js';
import { ShowSuggestions } from './session.handler.js';
import { readerHeader } from './session.http.js';
import { maxSuggestions, Suggestions } from './suggestions.query.js';

class SuggestionsAnswer {
  @ApiProperty({ format: 'uuid', description: 'To be told with the ticket that comes of the form.' })
  attemptId: string;
  @ApiProperty({ type: [HitAnswer], maxItems: maxSuggestions, description: 'The best first; none where none answers.' })
  items: HitAnswer[];
}

@ApiTags('reading')
@Controller('knowledge/v1/suggestions')
@Roles(...visitors)
export class SuggestionsHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly suggestions: Suggestions,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  @HttpCode(200)
  @readerHeader
  @ApiOperation({
    summary: 'Suggest answers to who is writing a ticket',
    description:
      'Begins the attempt, which has one outcome within 24 hours: `ticket`, `confirmed`, `read` or `abandoned`. Ask again while the form is written: what is new is added to the attempt.',
  })
  @CommandResponse(200, SuggestionsAnswer, {
    404: '`unknown-session`: the visit is another reader’s.',
    409: '`session-over`: it is settled, or began 24 hours ago; `session-full`: it has as much as a visit may have.',
    422: '`attempt-of-another-visit`: make a new id for each ticket form.',
  })
  async suggest(
    @Body() { sessionId, attemptId, subject, body, locale, ...said }: SuggestionsBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    await this.freshness.of(ctx, 'articles');
    const asked = { subject, ...(body !== undefined && { body }), locale, audience: audienceOf(ctx) };
    const found = await this.suggestions.of(ctx.tenantId, asked);
    const articles = found.map(({ articleId, locale: ofText, revision }) => ({ articleId, locale: ofText, revision }));
    const reader = readerOf(ctx, { ...said, locale });
    const showing = { sessionId, reader, attemptId, locale, articles, at: now() };
    const result = await this.commands.execute(new ShowSuggestions(showing, commandOptions(ctx, 'knowledge')));
    return commandAnswer('knowledge', result, { attemptId, items: found.map(hitView) });
  }
}
