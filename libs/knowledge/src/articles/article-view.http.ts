import { audienceAt, rankOf } from '@guichet/contracts';
import {
  Ctx,
  forbidden,
  Instant,
  LocaleField,
  LocaleParam,
  notFound,
  preferredLocale,
  Problem,
  RequestContext,
  Roles,
  UuidParam,
  type Versioned,
  versioned,
} from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { unknownArticle } from '../article/article.js';
import { unknownArticleWords } from '../article/article.http.js';
import { audienceOf, readers, writers } from '../callers.http.js';
import { renderMarkdown } from '../content/render-markdown.js';
import { ArticleAnswer, DraftAnswer, TextsAnswer } from './article-answers.http.js';
import {
  type ArticleRef,
  Articles,
  languagesOf,
  type PublishedArticle,
  type StaleRow,
  type TextRow,
} from './articles.query.js';
import { LinkedPages } from './linked-pages.query.js';
import { PastArticles } from './past-articles.query.js';
import { type Shown, shownOf } from './shown.js';

class ArticleQuery {
  @LocaleField({ optional: true, description: 'The reader’s language. If not given: Accept-Language.' })
  locale?: string;

  @Instant({ optional: true, description: 'As it was at that instant; for staff. If not given: as it is now.' })
  asOf?: string;
}

const projection = 'articles';
export const articleParam = ApiParam({
  name: 'article',
  description: 'Its id or its number.',
  schema: { type: 'string' },
});

@ApiTags('articles')
@Controller('knowledge/v1/articles')
@Roles(...writers)
export class ArticleViewHttp {
  constructor(
    private readonly articles: Articles,
    private readonly past: PastArticles,
    private readonly pages: LinkedPages,
    private readonly freshness: Freshness,
  ) {}

  @Get(':article')
  @Roles(...readers)
  @articleParam
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the query names none.' })
  @ApiOperation({
    summary: 'Read an article',
    description:
      'In the language asked for, or the next that there is: `locale` says which, `alternates` which others there are.',
  })
  @QueryResponse(ArticleAnswer, {
    403: '`staff-only`: who names an instant belongs to the staff.',
    404:
      `${unknownArticleWords} \`not-published\`: told to staff only. \`not-published-then\`: nothing was at that ` +
      'instant, with `firstPublishedAt`.',
    422: '`as-of-in-future`',
    410: '`article-archived`, with its `successor` where it has one.',
  })
  async read(
    @Param('article') article: string,
    @Query() { locale, asOf }: ArticleQuery,
    @Ctx() ctx: RequestContext,
    @Headers('accept-language') acceptLanguage?: string,
  ): Promise<ArticleAnswer> {
    await this.freshness.of(ctx, projection);
    if (asOf !== undefined) return this.readPast(ctx, article, asOf, locale ?? preferredLocale(acceptLanguage));
    const row = await this.articles.findPublished(ctx.tenantId, refOf(article));
    if (row === undefined || row.effective_audience > rankOf(audienceOf(ctx))) throw unknownArticle();
    const asked = locale ?? preferredLocale(acceptLanguage);
    const found = shownOf(asked, languagesOf(row), row.source_locale, row.publications);
    if (found === undefined) {
      if (ctx.is(...writers)) throw notFound('not-published', 'Nothing of the article is published.');
      throw unknownArticle();
    }
    if (row.archived) throw await this.gone(ctx, row);
    return this.answer(ctx, row, found);
  }

  /** Links lead to what other articles are called now: who reads follows them now. */
  private async readPast(
    ctx: RequestContext,
    ref: string,
    asOf: string,
    asked: string | undefined,
  ): Promise<ArticleAnswer> {
    if (audienceOf(ctx) !== 'agents') throw forbidden('staff-only', 'Only staff reads articles as they were.');
    const row = await this.articles.findPublished(ctx.tenantId, refOf(ref));
    if (row === undefined) throw unknownArticle();
    const { article, audience, shown } = await this.past.read(ctx.tenantId, row.article_id, asOf, asked);
    if (article.isArchived) throw await this.gone(ctx, { successor_id: article.successorId });
    const { locale, revision, title, slug, publishedAt, written, lack } = shown.shown;
    const { summary, keywords, body, blocks } = written;
    const { html, headings } = renderMarkdown(
      body,
      blocks.map(({ id }) => id),
    );
    return {
      ...{ articleId: row.article_id, number: Number(row.number), requestedLocale: shown.requestedLocale, locale },
      ...{ fallback: shown.isFallback, title, slug, summary, keywords: [...keywords], body, revision, publishedAt },
      html: await this.pages.html(ctx.tenantId, html, shown.requestedLocale, languagesOf(row), rankOf('agents')),
      contents: [...headings],
      sourceLocale: article.sourceLocale,
      stale: lack && { ...lack, significance: lack.significance === 'major' ? 'major' : 'update' },
      ...{ categoryId: article.categoryId, audience },
      alternates: shown.alternates.map((one) => ({ locale: one.locale, title: one.title, slug: one.slug })),
    };
  }

  @Get(':article/texts')
  @articleParam
  @ApiOperation({ summary: 'Where an article and its texts stand', description: 'Archived articles and drafts too.' })
  @QueryResponse(TextsAnswer, { 404: '`unknown-article`' }, { versioned: true })
  async texts(@Param('article') article: string, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx, projection);
    const row = await this.articles.find(ctx.tenantId, refOf(article));
    if (row === undefined) throw unknownArticle();
    const texts = await this.articles.texts(ctx.tenantId, row.article_id);
    const answer: TextsAnswer = {
      articleId: row.article_id,
      number: Number(row.number),
      sourceLocale: row.source_locale,
      categoryId: row.category_id,
      audience: audienceAt(row.audience),
      effectiveAudience: audienceAt(row.effective_audience),
      archived: row.archived,
      successorId: row.successor_id,
      draftedAt: row.drafted_at.toISOString(),
      ownerId: row.owner_id,
      verifyEveryDays: row.verify_every_days,
      verifiedAt: row.verified_at?.toISOString() ?? null,
      ticketId: row.ticket_id,
      texts: texts.map(textView),
    };
    return versioned(row.version, answer);
  }

  @Get(':articleId/texts/:locale/draft')
  @ApiOperation({
    summary: 'The newest revision of a text, to go on from',
    description: 'Its ETag is what the next save takes as `If-Match`.',
  })
  @QueryResponse(DraftAnswer, { 404: '`unknown-text`: there is none in this language.' }, { versioned: true })
  async draft(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
  ): Promise<Versioned> {
    await this.freshness.of(ctx, projection);
    const row = await this.articles.newest(ctx.tenantId, articleId, locale);
    if (row === undefined) throw notFound('unknown-text', 'The article has no text in this language.');
    const { revision, follows, title, summary, keywords, body } = row;
    const answer: DraftAnswer = {
      ...textView(row),
      ...{ revision, basedOn: row.based_on, follows, title, summary, keywords, body },
      writtenBy: row.person_id,
      writtenAt: row.drafted_at.toISOString(),
    };
    return versioned(row.version, answer);
  }

  private async answer(
    ctx: RequestContext,
    row: PublishedArticle,
    { requestedLocale, shown, isFallback, alternates }: Shown<PublishedArticle['publications'][number]>,
  ): Promise<ArticleAnswer> {
    const { locale, revision, title, slug } = shown;
    const written = await this.articles.revision(ctx.tenantId, row.article_id, locale, revision);
    // Withdrawn texts keep their revisions, so that it is there; a rebuild may have swapped the tables in between.
    if (written === undefined) throw unknownArticle();
    const { summary, keywords, body, headings } = written;
    const rank = rankOf(audienceOf(ctx));
    const html = await this.pages.html(ctx.tenantId, written.html, requestedLocale, languagesOf(row), rank);
    return {
      articleId: row.article_id,
      number: Number(row.number),
      ...{ requestedLocale, locale, fallback: isFallback, title, slug, summary, keywords, body, html, revision },
      contents: [...headings],
      sourceLocale: row.source_locale,
      publishedAt: new Date(shown.published_from).toISOString(),
      stale: staleView(shown.stale),
      categoryId: row.category_id,
      audience: audienceAt(row.effective_audience),
      alternates: alternates.map((one) => ({ locale: one.locale, title: one.title, slug: one.slug })),
    };
  }

  /** A successor that is not for the caller is not named. */
  private async gone(
    ctx: RequestContext,
    { successor_id: articleId }: Pick<PublishedArticle, 'successor_id'>,
  ): Promise<Problem> {
    const successor = articleId === null ? undefined : await this.articles.find(ctx.tenantId, { articleId });
    const isForCaller = successor !== undefined && successor.effective_audience <= rankOf(audienceOf(ctx));
    return new Problem(410, 'article-archived', {
      detail: 'The article is archived.',
      extensions: { successor: isForCaller ? { articleId, number: Number(successor.number) } : null },
    });
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @throws DomainError `unknown-article` for what is neither an id nor a number */
export function refOf(article: string): ArticleRef {
  if (/^[1-9]\d{0,14}$/.test(article)) return { number: Number(article) };
  const articleId = article.toLowerCase();
  if (!uuid.test(articleId)) throw unknownArticle();
  return { articleId };
}

export const textView = (row: TextRow): TextsAnswer['texts'][number] => ({
  locale: row.locale,
  version: row.version,
  draft: row.draft_revision,
  submittedAt: row.submitted_at?.toISOString() ?? null,
  returnReason: row.return_reason,
  published: row.published_revision,
  released: row.released_revision,
  publishedFollows: row.published_follows,
});

const staleView = (stale: StaleRow | null): ArticleAnswer['stale'] =>
  stale && {
    ...{ sourceRevision: stale.source_revision, changedBlocks: stale.changed_blocks },
    ...{ changedWords: stale.changed_words, significance: stale.significance },
  };
