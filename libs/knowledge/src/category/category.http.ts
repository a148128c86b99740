import { type Audience, audienceAt, audiences, rankOf } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  EnumField,
  IntField,
  Line,
  LocaleField,
  LocaleParam,
  preferredLocale,
  RequestContext,
  Roles,
  UuidField,
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
import { audienceOf, editors, readers } from '../callers.http.js';
import { chainOf } from '../library/fallback.js';
import { ArchiveCategory } from './category.handler.js';
import { type CategoryRow, CategoryTree } from './category.query.js';
import { categoriesDecider, type CategoryCommand, maxCategories, maxDepth } from './categories.js';

const maxPlace = 1_000_000;

class PlaceBody {
  @UuidField({ nullable: true, description: 'The category above it; null: at the top.' }) parentId: string | null;
  @IntField({ max: maxPlace, optional: true, description: 'Its order among its neighbours; 0 if not given.' })
  place?: number;
}
class CategoryNameBody {
  @Line({ max: 300, example: 'Payments' }) name: string;
}
class CategoryAudienceBody {
  @EnumField(audiences, { description: 'Who may read what is in it, at most.' }) audience: Audience;
}
class CreateCategoryBody {
  @Line({ max: 300, example: 'Payments' }) name: string;
  @LocaleField({ description: 'The language of the name.' }) locale: string;
  @UuidField({ optional: true, nullable: true, description: 'The category above it; at the top if not given.' })
  parentId?: string | null;
  @IntField({ max: maxPlace, optional: true, description: 'Its order among its neighbours; 0 if not given.' })
  place?: number;
  @EnumField(audiences, { optional: true, description: 'Who may read what is in it, at most; `public` if not given.' })
  audience?: Audience;
}
class CategoryCreatedAnswer {
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ type: 'integer', description: 'Of the tree; also the ETag.' }) version: number;
}
class CategoryAnswer {
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'null: at the top.' })
  parentId: string | null;
  @ApiProperty({ type: 'integer', description: 'Its order among its neighbours.' }) place: number;
  @ApiProperty() name: string;
  @ApiProperty({ description: 'The language of the name.', example: 'fr' }) locale: string;
  @ApiProperty({ enum: audiences, description: 'The strictest of its own and those above it.' }) audience: Audience;
}
class CategoriesAnswer {
  @ApiProperty({ description: 'The language that was asked for.', example: 'fr-CA' }) requestedLocale: string;
  @ApiProperty({ type: [CategoryAnswer], description: 'By place; a tree by `parentId`.' }) categories: CategoryAnswer[];
}
class CategoriesQuery {
  @LocaleField({ optional: true, description: 'The reader’s language. If not given: Accept-Language.' })
  locale?: string;
}

const refused = { 404: '`unknown-category`', 409: '`category-archived`.' };

@ApiTags('categories')
@Controller('knowledge/v1/categories')
@Roles(...editors)
export class CategoryHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly tree: CategoryTree,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @Roles(...readers)
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' })
  @ApiOperation({ summary: 'The categories that the caller may read in', description: 'Archived ones are left out.' })
  @QueryResponse(CategoriesAnswer)
  async list(
    @Query() { locale }: CategoriesQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<CategoriesAnswer> {
    await this.freshness.of(ctx, 'articles');
    const { rows, languages } = await this.tree.read(ctx.tenantId, rankOf(audienceOf(ctx)));
    const asked = locale ?? preferredLocale(acceptLanguage);
    const requestedLocale = asked === 'und' ? languages.source : asked;
    const chain = chainOf(requestedLocale, languages, languages.source);
    return { requestedLocale, categories: rows.map((row) => categoryView(row, chain)) };
  }

  @Post()
  @ApiOperation({
    summary: 'Create a category',
    description: `The tree has ${maxDepth} levels at most, and ${maxCategories} categories.`,
  })
  @CommandResponse(201, CategoryCreatedAnswer, {
    409: '`category-too-deep` or `too-many-categories`.',
    422: '`unknown-category` or `category-archived`: the one above it.',
  })
  async create(@Body() body: CreateCategoryBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { name, locale, parentId = null, place = 0, audience = 'public' } = body;
    const categoryId = newIdOf(ctx, 'knowledge');
    const data = { categoryId, parentId, place, audience, locale, name, at: now() };
    const result = await this.transact(ctx, { type: 'CreateCategory', data });
    return commandAnswer('knowledge', result, { categoryId, version: result.version }, 201);
  }

  @Put(':categoryId/names/:locale')
  @ApiOperation({ summary: 'Name a category in a language' })
  @CommandResponse(200, ChangedAnswer, refused)
  async name(
    @UuidParam('categoryId') categoryId: string,
    @LocaleParam('locale') locale: string,
    @Body() { name }: CategoryNameBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'NameCategory', data: { categoryId, locale, name, at: now() } });
  }

  @Put(':categoryId/place')
  @ApiOperation({ summary: 'Put a category, with all below it, at another place' })
  @CommandResponse(200, ChangedAnswer, {
    ...{ 404: refused[404], 409: '`category-archived`, `category-cycle` or `category-too-deep`.' },
    422: '`unknown-category` or `category-archived`: the one above it.',
  })
  async place(
    @UuidParam('categoryId') categoryId: string,
    @Body() { parentId, place = 0 }: PlaceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'PlaceCategory', data: { categoryId, parentId, place, at: now() } });
  }

  @Put(':categoryId/audience')
  @ApiOperation({
    summary: 'Say who may read what is in a category',
    description: 'The strictest of an article and all categories above it counts.',
  })
  @CommandResponse(200, ChangedAnswer, refused)
  async audience(
    @UuidParam('categoryId') categoryId: string,
    @Body() { audience }: CategoryAudienceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.change(ctx, { type: 'ChangeCategoryAudience', data: { categoryId, audience, at: now() } });
  }

  @Post(':categoryId/archive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Show a category no more', description: 'It must be empty.' })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-category`', 409: '`category-not-empty`.' })
  async archive(
    @UuidParam('categoryId') categoryId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    const archive = new ArchiveCategory({ categoryId, at: now() }, commandOptions(ctx, 'knowledge'));
    return commandAnswer('knowledge', await this.commands.execute(archive));
  }

  private transact(ctx: RequestContext, command: CategoryCommand) {
    const options = commandOptions(ctx, 'knowledge');
    return this.commands.execute(new Transact(this.events, categoriesDecider, ctx.tenantId, command, options));
  }

  private async change(ctx: RequestContext, command: CategoryCommand): Promise<CommandAnswer> {
    return commandAnswer('knowledge', await this.transact(ctx, command));
  }
}

/** Each name in the first language of the chain that it has one in. */
function categoryView(row: CategoryRow, chain: readonly string[]): CategoryAnswer {
  const locale = chain.find((one) => Object.hasOwn(row.names, one)) ?? Object.keys(row.names).sort()[0] ?? '';
  return {
    categoryId: row.category_id,
    parentId: row.parent_id,
    place: row.place,
    name: row.names[locale] ?? '',
    locale,
    audience: audienceAt(row.effective_audience),
  };
}
