import { rankOf } from '@guichet/contracts';
import {
  Ctx,
  Cursors,
  EnumField,
  Keyword,
  LocaleField,
  LocaleParam,
  notFound,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  UuidParam,
} from '@guichet/http-host';
import { Freshness, page, PageOf, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { addressForm, addressPattern } from '../article/old-address.js';
import { audienceOf, editors, readers, writers } from '../callers.http.js';
import { Articles, languagesOf } from './articles.query.js';
import {
  ArticleLists,
  type RevisionListRow,
  type ReviewRow,
  type SitemapRow,
  type TranslationPlace,
  type TranslationRow,
} from './lists.query.js';
import { shownOf } from './shown.js';

const revision = (description: string) => ({ type: 'integer', minimum: 1, description }) as const;
const moment = (description: string) => ({ type: 'string', format: 'date-time', nullable: true, description }) as const;

class RevisionAnswer {
  @ApiProperty(revision('Counts from 1 in each language.')) revision: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The revision it was made of; 0 for the first.' })
  basedOn: number;
  @ApiProperty({ ...revision('The earlier revision that it says again.'), nullable: true }) restoredFrom: number | null;
  @ApiProperty({ ...revision('Of a translation: the revision of the source that it renders.'), nullable: true })
  follows: number | null;
  @ApiProperty() title: string;
  @ApiProperty({ description: 'By the `sub` of their token.' }) writtenBy: string;
  @ApiProperty({ format: 'date-time' }) writtenAt: string;
  @ApiProperty(moment('Since when people read it, the last time; null: never.')) publishedFrom: string | null;
  @ApiProperty(moment('Until when; null: never, or still.')) publishedTo: string | null;
}
class RevisionPage extends PageOf(RevisionAnswer) {}

class ReviewAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty(revision('What to read, and to name when it is published.')) revision: number;
  @ApiProperty() title: string;
  @ApiProperty({ description: 'By the `sub` of their token.' }) writtenBy: string;
  @ApiProperty({ format: 'date-time' }) submittedAt: string;
}
class ReviewPage extends PageOf(ReviewAnswer) {}

class TranslationAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'The language to translate into.', example: 'fr' }) locale: string;
  @ApiProperty({ description: 'Of the source.' }) title: string;
  @ApiProperty({ description: 'The language it is written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty(revision('The released one, to follow.')) sourceRevision: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'null: the translation is missing.' })
  changedBlocks: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the source; null: the translation is missing.' })
  changedWords: number | null;
  @ApiProperty({ enum: ['update', 'major'], nullable: true, description: 'null: the translation is missing.' })
  significance: 'update' | 'major' | null;
  @ApiProperty({ ...revision('Somebody has begun; null: nobody.'), nullable: true }) draft: number | null;
}
class TranslationPage extends PageOf(TranslationAnswer) {}

class SitemapLanguageAnswer {
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty({ example: 'obtenir-un-remboursement' }) slug: string;
  @ApiProperty({ format: 'date-time', description: 'Since when people read this revision.' }) publishedAt: string;
}
class SitemapAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'The language it was written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty({ type: [SitemapLanguageAnswer], description: 'Those that are published.' })
  languages: SitemapLanguageAnswer[];
}
class SitemapPage extends PageOf(SitemapAnswer) {}

class AddressAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'The language to show: the address’s own, or the next that there is.', example: 'fr' })
  locale: string;
  @ApiProperty({ example: 'obtenir-un-remboursement' }) slug: string;
}

class ReviewQuery extends PageQuery {
  @LocaleField({ optional: true, description: 'Of one language only.' }) locale?: string;
}
const states = ['outdated', 'missing'] as const;
class TranslationQuery extends PageQuery {
  @LocaleField({ description: 'The language to translate into.' }) locale: string;
  @EnumField(states, { optional: true, description: '`outdated` if not given.' }) state?: (typeof states)[number];
}
class AddressQuery {
  @Keyword({
    max: 1000,
    pattern: addressPattern,
    description: 'As people ask for it; slashes at its end do not count.',
  })
  path: string;
}

const projection = 'articles';
type ReviewPlace = readonly [at: string, articleId: string, locale: string];
const beginning: ReviewPlace = ['-infinity', '00000000-0000-0000-0000-000000000000', ''];
const end = 2 ** 31 - 1;
const mostWords: TranslationPlace = [end, '0'];

@ApiTags('articles')
@Controller('knowledge/v1')
@Roles(...readers)
export class ArticleListsHttp {
  constructor(
    private readonly lists: ArticleLists,
    private readonly articles: Articles,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get('articles/:articleId/texts/:locale/revisions')
  @Roles(...writers)
  @ApiTags('texts')
  @ApiOperation({ summary: 'The revisions of a text, newest first' })
  @QueryResponse(RevisionPage, { 404: '`unknown-text`: there is none in this language.' })
  async revisions(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Query() { limit, cursor }: PageQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<RevisionAnswer>> {
    const { tenantId } = ctx;
    const list = `revisions/${articleId}/${locale}`;
    const before = cursor === undefined ? end : this.cursors.decode<number>(tenantId, list, cursor);
    await this.freshness.of(ctx, projection);
    const rows = await this.lists.revisions(tenantId, articleId, locale, limit + 1, before);
    if (rows.length === 0 && cursor === undefined)
      throw notFound('unknown-text', 'The article has no text in this language.');
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, last.revision), revisionView);
  }

  @Get('work/reviews')
  @Roles(...editors)
  @ApiTags('work')
  @ApiOperation({ summary: 'Drafts that wait for review, longest waiting first' })
  @QueryResponse(ReviewPage)
  async reviews(
    @Query() { limit, cursor, locale }: ReviewQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<ReviewAnswer>> {
    const { tenantId } = ctx;
    const list = `reviews/${locale ?? ''}`;
    const after = cursor === undefined ? beginning : this.cursors.decode<ReviewPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, projection);
    const rows = await this.lists.reviews(tenantId, locale ?? null, limit + 1, after);
    const placeOf = (last: ReviewRow): ReviewPlace => [last.submitted_at.toISOString(), last.article_id, last.locale];
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, placeOf(last)), reviewView);
  }

  @Get('work/translations')
  @Roles(...writers)
  @ApiTags('work')
  @ApiOperation({
    summary: 'What there is to translate into a language',
    description: 'Outdated translations, the one that lacks most words first; or articles that have none, by number.',
  })
  @QueryResponse(TranslationPage)
  async translations(
    @Query() { limit, cursor, locale, state = 'outdated' }: TranslationQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<Page<TranslationAnswer>> {
    const { tenantId } = ctx;
    const list = `translations/${state}/${locale}`;
    const after = cursor === undefined ? mostWords : this.cursors.decode<TranslationPlace>(tenantId, list, cursor);
    await this.freshness.of(ctx, projection);
    const rows = await this.lists.translations(tenantId, locale, state, limit + 1, after);
    const placeOf = (last: TranslationRow): TranslationPlace => [last.changed_words ?? 0, last.number];
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, placeOf(last)), translationView);
  }

  @Get('sitemap')
  @ApiOperation({
    summary: 'Every article that the public may read, with its published languages',
    description: 'By number. What a sitemap and links between languages (hreflang) are made of.',
  })
  @QueryResponse(SitemapPage)
  async sitemap(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<Page<SitemapAnswer>> {
    const { tenantId } = ctx;
    const after = cursor === undefined ? '0' : this.cursors.decode<string>(tenantId, 'sitemap', cursor);
    await this.freshness.of(ctx, projection);
    const rows = await this.lists.sitemap(tenantId, limit + 1, after);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, 'sitemap', last.number), sitemapView);
  }

  @Get('addresses')
  @ApiOperation({
    summary: 'The article that an old address leads to',
    description: 'Of an archived article: the one that answers instead.',
  })
  @QueryResponse(AddressAnswer, { 404: '`unknown-address`: it leads to nothing that the caller may read.' })
  async address(@Query() { path }: AddressQuery, @Ctx() ctx: RequestContext): Promise<AddressAnswer> {
    await this.freshness.of(ctx, projection);
    const found = await this.lists.address(ctx.tenantId, addressForm(path));
    const row = found && (await this.articles.findPublished(ctx.tenantId, { articleId: found.article_id }));
    if (row === undefined || row.archived || row.effective_audience > rankOf(audienceOf(ctx))) throw unknownAddress();
    const shown = shownOf(found?.locale ?? undefined, languagesOf(row), row.source_locale, row.publications)?.shown;
    if (shown === undefined) throw unknownAddress();
    return { articleId: row.article_id, number: Number(row.number), locale: shown.locale, slug: shown.slug };
  }
}

const unknownAddress = (): Error => notFound('unknown-address', 'The address leads to no article.');

const revisionView = (row: RevisionListRow): RevisionAnswer => ({
  ...{ revision: row.revision, basedOn: row.based_on, restoredFrom: row.restored_from, follows: row.follows },
  ...{ title: row.title, writtenBy: row.person_id, writtenAt: row.drafted_at.toISOString() },
  publishedFrom: row.published_from?.toISOString() ?? null,
  publishedTo: row.published_to?.toISOString() ?? null,
});

const reviewView = (row: ReviewRow): ReviewAnswer => ({
  ...{ articleId: row.article_id, number: Number(row.number), locale: row.locale, revision: row.revision },
  ...{ title: row.title, writtenBy: row.person_id, submittedAt: row.submitted_at.toISOString() },
});

const translationView = (row: TranslationRow): TranslationAnswer => ({
  ...{ articleId: row.article_id, number: Number(row.number), locale: row.locale, title: row.title },
  ...{ sourceLocale: row.source_locale, sourceRevision: row.source_revision, changedBlocks: row.changed_blocks },
  ...{ changedWords: row.changed_words, significance: row.significance, draft: row.draft_revision },
});

const sitemapView = ({ article_id, number, source_locale, languages }: SitemapRow): SitemapAnswer => ({
  ...{ articleId: article_id, number: Number(number), sourceLocale: source_locale },
  languages: languages.map(({ locale, slug, published_from }) => ({
    ...{ locale, slug, publishedAt: new Date(published_from).toISOString() },
  })),
});
