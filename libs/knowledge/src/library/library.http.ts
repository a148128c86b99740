import { EventStore } from '@guichet/event-sourcing';
import {
  BooleanField,
  type CommandAnswer,
  commandAnswer,
  Ctx,
  Keyword,
  LocaleField,
  NestedList,
  RequestContext,
  Roles,
  type Versioned,
  versioned,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  now,
  QueryResponse,
  Transact,
} from '@guichet/service';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { editors, writers } from '../callers.http.js';
import { type LibraryCommand, libraryDecider } from './library.js';

class FallbackBody {
  @LocaleField({ description: 'Where there is no text in this language' }) locale: string;
  @LocaleField({
    list: { min: 1, max: 10, unique: true },
    description: 'the first of these that there is one in is shown.',
  })
  then: string[];
}
class LanguagesBody {
  @LocaleField({ description: 'In which articles are written unless they say otherwise.' }) source: string;
  @LocaleField({ list: { min: 1, max: 100, unique: true }, description: 'That texts can be in, the source too.' })
  locales: string[];
  @NestedList(() => FallbackBody, {
    list: { max: 100 },
    description: 'What comes before the wider language (fr-CA → fr) and the source, which always stand in.',
  })
  fallbacks: FallbackBody[];
}
class ReviewBody {
  @BooleanField({ description: 'false: authors publish too.' }) editorsOnly: boolean;
  @BooleanField({ description: 'true: nobody publishes the revision that they wrote.' }) fourEyes: boolean;
}
class TranslatorBody {
  @Keyword({ max: 200, description: 'The person, by the `sub` of their token.' }) personId: string;
  @LocaleField({ list: { max: 100, unique: true }, description: 'That they translate into; none: into none any more.' })
  locales: string[];
}
class TranslatorAnswer {
  @ApiProperty({ description: 'By the `sub` of their token.' }) personId: string;
  @ApiProperty({ type: [String], example: ['fr'] }) locales: string[];
}
class LibraryAnswer {
  @ApiProperty({ type: LanguagesBody }) languages: LanguagesBody;
  @ApiProperty({ type: ReviewBody }) review: ReviewBody;
  @ApiProperty({ type: [TranslatorAnswer], description: 'Who translates into what.' }) translators: TranslatorAnswer[];
}

@ApiTags('library')
@Controller('knowledge/v1/library')
@Roles(...editors)
export class LibraryHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @Roles(...writers)
  @ApiOperation({ summary: 'Languages, translators, and who publishes' })
  @QueryResponse(LibraryAnswer, {}, { versioned: true })
  async read(@Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx);
    const { state, version } = await this.events.load(libraryDecider, ctx.tenantId, ctx.tenantId);
    const { languages, review, translators } = state;
    const listed = [...translators].map(([personId, locales]) => ({ personId, locales }));
    return versioned(version, { languages, review, translators: listed });
  }

  @Put('languages')
  @ApiOperation({
    summary: 'Set the languages',
    description: 'Texts in a language that is left out stay as they are, and take no more drafts.',
  })
  @CommandResponse(200, ChangedAnswer, { 422: '`unknown-locale`: a language that is not among `locales`.' })
  async languages(@Body() body: LanguagesBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const fallbacks = body.fallbacks.map(({ locale, then }) => ({ locale, then }));
    const { source, locales } = body;
    return this.change(ctx, { type: 'SetLanguages', data: { source, locales, fallbacks, at: now() } });
  }

  @Put('review')
  @ApiOperation({ summary: 'Set who publishes' })
  @CommandResponse(200, ChangedAnswer)
  async review(@Body() { editorsOnly, fourEyes }: ReviewBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'SetReviewRule', data: { editorsOnly, fourEyes, at: now() } });
  }

  @Put('translators')
  @ApiOperation({
    summary: 'Say into which languages a person translates',
    description: 'Whoever has the role `translator` writes in these languages only.',
  })
  @CommandResponse(200, ChangedAnswer, { 422: '`unknown-locale`' })
  async translator(@Body() { personId, locales }: TranslatorBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'SetTranslatorLanguages', data: { personId, locales, at: now() } });
  }

  private async change(ctx: RequestContext, command: LibraryCommand): Promise<CommandAnswer> {
    const transact = new Transact(this.events, libraryDecider, ctx.tenantId, command, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(transact));
  }
}
