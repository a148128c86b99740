import { EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  Line,
  LocaleField,
  NestedList,
  RequestContext,
  Roles,
  UuidField,
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
import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { editors } from '../callers.http.js';
import { PinAnswer } from './library.handler.js';
import { libraryDecider } from './library.js';
import { settingLimits } from './search-settings.js';

const { groups: maxGroups, phrases, phraseLength, pins: maxPins, articles } = settingLimits;

class SynonymGroupBody {
  @Line({
    max: phraseLength,
    list: { min: 2, max: phrases, unique: true },
    description: 'Words or phrases, each of which stands for the others.',
    example: ['refund', 'money back'],
  })
  phrases: string[];
}
class SynonymsBody {
  @LocaleField({ description: 'The language of the words.' }) locale: string;
  @NestedList(() => SynonymGroupBody, {
    list: { max: maxGroups },
    description: 'All of this language; those that are left out count no more.',
  })
  groups: SynonymGroupBody[];
}
class PinnedBody {
  @Line({ max: 300, description: 'Its words count, in any order and form.', example: 'money back' }) query: string;
  @UuidField({
    list: { max: articles, unique: true },
    description: 'The articles that come first, in this order; none: nothing is pinned any more.',
  })
  articleIds: string[];
}
class PinBody extends PinnedBody {
  @LocaleField({ description: 'The language of the query.' }) locale: string;
}
class SearchSettingsAnswer {
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty({ type: [SynonymGroupBody], description: 'Words and phrases that mean the same.' })
  synonyms: SynonymGroupBody[];
  @ApiProperty({ type: [PinnedBody], description: 'Articles that come first for a query.' }) pins: PinnedBody[];
}
class SettingsQuery {
  @LocaleField({ description: 'The language.' }) locale: string;
}

@ApiTags('library')
@Controller('knowledge/v1/library')
@Roles(...editors)
export class SearchSettingsHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Get('search-settings')
  @ApiOperation({ summary: 'Synonyms and pinned answers of a language' })
  @QueryResponse(SearchSettingsAnswer, {}, { versioned: true })
  async read(@Query() { locale }: SettingsQuery, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx);
    const { state, version } = await this.events.load(libraryDecider, ctx.tenantId, ctx.tenantId);
    const { synonyms, pins } = state.search;
    const answer: SearchSettingsAnswer = {
      locale,
      synonyms: (synonyms.get(locale) ?? []).map((group) => ({ phrases: [...group] })),
      pins: [...pins.values()]
        .filter((pin) => pin.locale === locale)
        .map(({ query, articleIds }) => ({ query, articleIds: [...articleIds] })),
    };
    return versioned(version, answer);
  }

  @Put('synonyms')
  @ApiOperation({
    summary: 'Set the synonyms of a language',
    description: 'A search for one of a group finds what has another one of it, after what has the word itself.',
  })
  @CommandResponse(200, ChangedAnswer, { 422: '`unknown-locale`, or `no-words`: a phrase without letters and digits.' })
  async synonyms(@Body() { locale, groups }: SynonymsBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const data = { locale, groups: groups.map((group) => group.phrases), at: now() };
    const [command, options] = [{ type: 'SetSynonyms', data } as const, commandOptions(ctx, 'knowledge')];
    const set = new Transact(this.events, libraryDecider, ctx.tenantId, command, options);
    return commandAnswer('knowledge', await this.commands.execute(set));
  }

  @Put('pins')
  @ApiOperation({
    summary: 'Pin articles to a query',
    description: `They come first for it, where the reader may read them. At most ${maxPins} queries of a language have pinned articles.`,
  })
  @CommandResponse(200, ChangedAnswer, {
    409: '`article-archived`: reinstate it first. `too-many-pins`: free another query first.',
    422: '`unknown-locale`; `unknown-article`; or `no-words`: a query without letters and digits.',
  })
  async pin(@Body() { locale, query, articleIds }: PinBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const pin = new PinAnswer({ locale, query, articleIds, at: now() }, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(pin));
  }
}
