import { rankOf } from '@guichet/contracts';
import { commandAnswer, type CommandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { commandOptions, CommandResponse, Freshness, now } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { audienceOf } from '../callers.http.js';
import { readerOf, visitors } from './reader.http.js';
import { entriesIn, RecordedAnswer, SessionEventsBody } from './session-bodies.http.js';
import { RecordEntries } from './session.handler.js';

export const readerHeader = ApiHeader({
  ...{ name: 'guichet-reader', required: false },
  description:
    'With a token that a portal has for its readers: the reader, as the portal knows a browser (8 to 200 visible ASCII characters). A visit is its reader’s alone.',
});

@ApiTags('reading')
@Controller('knowledge/v1/sessions')
@Roles(...visitors)
export class SessionHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly freshness: Freshness,
  ) {}

  @Post(':sessionId/events')
  @HttpCode(200)
  @readerHeader
  @ApiOperation({
    summary: 'Tell what a reader did in a visit',
    description:
      'All events are recorded, or none. A visit begins with its first event, under an id that who sends it makes, and takes 2,000 events within 24 hours.',
  })
  @CommandResponse(200, RecordedAnswer, {
    404: '`unknown-session`: the visit is another reader’s.',
    409: '`session-over`: it is settled, or began 24 hours ago; `session-full`: it has as much as a visit may have; `attempt-settled`: what is confirmed has its outcome (with eventId).',
    422: '`incomplete-event`: a field of its type is missing; `unknown-text`: a revision was never published for this reader (with eventIds); `unknown-search`, `unknown-attempt`, `not-suggested`: the visit has no such search, ticket form or suggestion (with eventId).',
  })
  async record(
    @UuidParam('sessionId') sessionId: string,
    @Body() { events, ...said }: SessionEventsBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const at = now();
    const entries = entriesIn(events, Date.parse(at));
    await this.freshness.of(ctx, 'articles');
    const recording = { sessionId, reader: readerOf(ctx, said), entries, rank: rankOf(audienceOf(ctx)), at };
    const result = await this.commands.execute(new RecordEntries(recording, commandOptions(ctx, 'knowledge')));
    const recorded = result.events.filter(({ type }) => type !== 'SessionBegun').length;
    return commandAnswer('knowledge', result, { version: result.version, recorded });
  }
}
