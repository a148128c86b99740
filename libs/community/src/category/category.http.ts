import { type Audience, audienceAt, audiences, rankOf } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  EnumField,
  IntField,
  Keyword,
  Line,
  LocaleField,
  LocaleParam,
  preferredLocale,
  RequestContext,
  Roles,
  UuidParam,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  newIdOf,
  NoBody,
  now,
  QueryResponse,
  Transact,
} from '@guichet/service';
import { Body, Controller, Get, Headers, HttpCode, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf, moderators, readers } from '../callers.http.js';
import { Categories, type CategoryRow } from '../topics/categories.query.js';
import { CreateCategory } from './category.handler.js';
import { categoryDecider, type CategoryCommand, maxCategories, maxModerators, maxNames } from './category.js';

/** They say which categories there are. */
const leads = ['supervisor', 'admin'] as const;
const maxPlace = 1_000_000;

class CreateCategoryBody {
  @Line({ max: 300, example: 'Payments' }) name: string;
  @LocaleField({ description: 'The language of the name.', example: 'en' }) locale: string;
  @IntField({ max: maxPlace, optional: true, description: 'Its order among the others; 0 if not given.' })
  place?: number;
  @EnumField(audiences, { optional: true, description: 'Who may read what is in it; `public` if not given.' })
  audience?: Audience;
}
class CategoryNameBody {
  @Line({ max: 300, example: 'Payments' }) name: string;
}
class CategoryPlaceBody {
  @IntField({ max: maxPlace, description: 'Its order among the others.' }) place: number;
}
class CategoryAudienceBody {
  @EnumField(audiences, { description: 'Who may read what is in it.' }) audience: Audience;
}
class ModeratorBody {
  @Keyword({ max: 200, description: 'The person, by the `sub` of their token.' }) personId: string;
}
class CategoryCreatedAnswer {
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ type: 'integer', description: 'Also the ETag.' }) version: number;
}
class CategoryAnswer {
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ type: 'integer', description: 'Its order among the others.' }) place: number;
  @ApiProperty() name: string;
  @ApiProperty({ description: 'The language of the name.', example: 'fr' }) locale: string;
  @ApiProperty({ enum: audiences, description: 'Who may read what is in it.' }) audience: Audience;
  @ApiProperty({ description: 'It takes no more topics.' }) archived: boolean;
  @ApiProperty({ type: 'integer' }) version: number;
}
class CategoriesAnswer {
  @ApiProperty({ type: [CategoryAnswer], description: 'By place.' }) categories: CategoryAnswer[];
}
class ModeratorsAnswer {
  @ApiProperty({ type: [String], description: 'By the `sub` of their tokens.' }) moderators: string[];
}
class CategoriesQuery {
  @LocaleField({ optional: true, description: 'The reader’s language. If not given: Accept-Language.' })
  locale?: string;
}

const unknown = { 404: '`unknown-category`' };

@ApiTags('categories')
@Controller('community/v1/categories')
@Roles(...leads)
export class CategoryHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly categories: Categories,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @Roles(...readers)
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' })
  @ApiOperation({ summary: 'The categories that the caller may read in' })
  @QueryResponse(CategoriesAnswer)
  async list(
    @Query() { locale }: CategoriesQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<CategoriesAnswer> {
    await this.freshness.of(ctx, 'topics');
    const rows = await this.categories.read(ctx.tenantId, rankOf(audienceOf(ctx)));
    const asked = locale ?? preferredLocale(acceptLanguage);
    return { categories: rows.map((row) => categoryView(row, asked)) };
  }

  @Post()
  @ApiOperation({ summary: 'Create a category', description: `There are ${maxCategories} at most.` })
  @CommandResponse(201, CategoryCreatedAnswer, { 409: '`too-many-categories`.' })
  async create(@Body() body: CreateCategoryBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { name, locale, place = 0, audience = 'public' } = body;
    const categoryId = newIdOf(ctx, 'community');
    const creation = { categoryId, place, audience, locale, name, at: now() };
    const result = await this.commands.execute(new CreateCategory(creation, commandOptions(ctx, 'community')));
    return commandAnswer('community', result, { categoryId, version: result.version }, 201);
  }

  @Put(':categoryId/names/:locale')
  @ApiOperation({ summary: 'Name a category in a language', description: `In ${maxNames} languages at most.` })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: '`too-many-names`.' })
  name(
    @UuidParam('categoryId') categoryId: string,
    @LocaleParam('locale') locale: string,
    @Body() { name }: CategoryNameBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'NameForumCategory', data: { categoryId, locale, name, at: now() } });
  }

  @Put(':categoryId/place')
  @ApiOperation({ summary: 'Put a category at another place among the others' })
  @CommandResponse(200, ChangedAnswer, unknown)
  place(
    @UuidParam('categoryId') categoryId: string,
    @Body() { place }: CategoryPlaceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'PlaceForumCategory', data: { categoryId, place, at: now() } });
  }

  @Put(':categoryId/audience')
  @ApiOperation({ summary: 'Say who may read what is in a category' })
  @CommandResponse(200, ChangedAnswer, unknown)
  audience(
    @UuidParam('categoryId') categoryId: string,
    @Body() { audience }: CategoryAudienceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ChangeForumCategoryAudience', data: { categoryId, audience, at: now() } });
  }

  @Post(':categoryId/archive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take no more topics in a category', description: 'Those that are there stay.' })
  @CommandResponse(200, ChangedAnswer, unknown)
  archive(
    @UuidParam('categoryId') categoryId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ArchiveForumCategory', data: { categoryId, at: now() } });
  }

  @Post(':categoryId/reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take topics in a category again' })
  @CommandResponse(200, ChangedAnswer, unknown)
  reopen(
    @UuidParam('categoryId') categoryId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ReopenForumCategory', data: { categoryId, at: now() } });
  }

  @Get(':categoryId/moderators')
  @Roles(...moderators)
  @ApiOperation({
    summary: 'Who keeps order in this category',
    description: 'Beside those who do so in all: the roles `moderator`, `supervisor` and `admin`.',
  })
  @QueryResponse(ModeratorsAnswer)
  async moderators(@UuidParam('categoryId') categoryId: string, @Ctx() ctx: RequestContext): Promise<ModeratorsAnswer> {
    await this.freshness.of(ctx, 'topics');
    return { moderators: await this.categories.moderators(ctx.tenantId, categoryId) };
  }

  @Post(':categoryId/moderators')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Let a person keep order in this category',
    description: `A member or an agent; ${maxModerators} at most.`,
  })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: '`too-many-moderators`.' })
  appoint(
    @UuidParam('categoryId') categoryId: string,
    @Body() { personId }: ModeratorBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'SetModerator', data: { categoryId, personId, moderates: true, at: now() } });
  }

  @Post(':categoryId/moderators/removals')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a person keep order in this category no more' })
  @CommandResponse(200, ChangedAnswer, unknown)
  dismiss(
    @UuidParam('categoryId') categoryId: string,
    @Body() { personId }: ModeratorBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'SetModerator', data: { categoryId, personId, moderates: false, at: now() } });
  }

  private async change(ctx: RequestContext, command: CategoryCommand): Promise<CommandAnswer> {
    const options = commandOptions(ctx, 'community');
    const { categoryId } = command.data;
    const transact = new Transact(this.events, categoryDecider, categoryId, command, options);
    return commandAnswer('community', await this.commands.execute(transact));
  }
}

/** The name in the reader's language, or in one as near to it as there is, or in the first of all. */
function categoryView(row: CategoryRow, asked: string): CategoryAnswer {
  const locales = Object.keys(row.names).sort();
  const [language = ''] = asked.split('-');
  const near = [asked, language, ...locales.filter((one) => one.startsWith(`${language}-`)), ...locales];
  const locale = near.find((one) => Object.hasOwn(row.names, one)) ?? '';
  return {
    ...{ categoryId: row.category_id, place: row.place, name: row.names[locale] ?? '', locale },
    ...{ audience: audienceAt(row.audience), archived: row.archived, version: row.version },
  };
}
