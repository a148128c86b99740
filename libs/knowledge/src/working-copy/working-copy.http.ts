import {
  Ctx,
  IntField,
  Keyword,
  Line,
  LocaleParam,
  notFound,
  RequestContext,
  Roles,
  Text,
  UuidParam,
  type Versioned,
  versioned,
} from '@guichet/http-host';
import { NoBody, QueryResponse, Refuses } from '@guichet/service';
import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { rightsOf, writers } from '../callers.http.js';
import { maxBody } from '../text/text-bodies.http.js';
import { TextRules } from '../text/text-rules.query.js';
import {
  type CopyKey,
  type CopyRow,
  type ListedCopy,
  maxWorkingCopies,
  WorkingCopies,
  workingCopyDays,
} from './working-copies.store.js';

class CopyBody {
  @IntField({
    max: 2 ** 31 - 1,
    description: 'Version (ETag) of the text that the writing began from; 0: there was none.',
  })
  basedOn: number;
  @IntField({
    ...{ min: 1, max: 2 ** 31 - 1, optional: true, nullable: true },
    description: 'Of a translation: the revision of the source that it renders; null: not said.',
  })
  follows?: number | null;
  @Line({ max: 300, optional: true, description: 'Left out where nothing of it is written; the others too.' })
  title?: string;
  @Text({ max: 1000, optional: true }) summary?: string;
  @Keyword({ optional: true, list: { max: 50, unique: true }, description: 'Words to find it by.' })
  keywords?: string[];
  @Text({ max: maxBody, optional: true, description: 'Markdown.' }) body?: string;
}
class CopyAnswer {
  @ApiProperty({ type: 'integer', description: 'Version of the text that the writing began from; 0: there was none.' })
  basedOn: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The revision of the source that it renders.' })
  follows: number | null;
  @ApiProperty() title: string;
  @ApiProperty() summary: string;
  @ApiProperty({ type: [String] }) keywords: string[];
  @ApiProperty({ description: 'Markdown.' }) body: string;
  @ApiProperty({ format: 'date-time' }) keptAt: string;
}
class CopyKeptAnswer {
  @ApiProperty({ type: 'integer', description: 'The version of the copy; also the ETag.' }) version: number;
}
class ListedCopyAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: 'integer', description: 'Version of the text that the writing began from; 0: there was none.' })
  basedOn: number;
  @ApiProperty({ format: 'date-time' }) keptAt: string;
}
class CopiesAnswer {
  @ApiProperty({ type: [ListedCopyAnswer], description: `Newest first; ${maxWorkingCopies} at most.` })
  items: ListedCopyAnswer[];
}

const notYours = '`not-your-language`: a translator works on texts in the languages that an editor has given them.';
const stale = '`stale-version`: you have kept another text since, in another window perhaps.';

@ApiTags('texts')
@Controller('knowledge/v1')
@Roles(...writers)
export class WorkingCopyHttp {
  constructor(
    private readonly copies: WorkingCopies,
    private readonly rules: TextRules,
  ) {}

  @Get('work/copies')
  @ApiTags('work')
  @ApiOperation({ summary: 'What the caller has written and not saved' })
  @QueryResponse(CopiesAnswer)
  async list(@Ctx() ctx: RequestContext): Promise<CopiesAnswer> {
    return { items: (await this.copies.list(ctx.tenantId, ctx.subject)).map(listedView) };
  }

  @Get('articles/:articleId/texts/:locale/working-copy')
  @ApiOperation({
    summary: 'What the caller has written of a text and not saved',
    description: `It is theirs alone. A draft that is refused as too old is kept here, too. It goes when a draft is saved, and ${workingCopyDays} days after it was kept.`,
  })
  @QueryResponse(CopyAnswer, { 404: '`no-working-copy`' }, { versioned: true })
  async read(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
  ): Promise<Versioned> {
    const row = await this.copies.find(ctx.tenantId, keyOf(ctx, articleId, locale));
    if (row === undefined) throw notFound('no-working-copy', 'You have nothing unsaved of this text.');
    return versioned(row.version, copyView(row));
  }

  @Put('articles/:articleId/texts/:locale/working-copy')
  @ApiHeader({
    ...{ name: 'if-match', required: false },
    description: 'The ETag of the copy that was read. Without it there must be none.',
  })
  @ApiOperation({
    summary: 'Keep what is being written',
    description: 'No revision is made, and nobody else sees it. It may be incomplete.',
  })
  @ApiResponse({
    ...{ status: 200, type: CopyKeptAnswer, description: 'It is kept.' },
    headers: { etag: { description: 'To be sent back as `If-Match`.', schema: { type: 'string' } } },
  })
  @Refuses({
    ...{ 403: notYours, 404: '`unknown-article`', 412: stale },
    409: `\`too-many-working-copies\`: ${maxWorkingCopies} of a person are the most.`,
    422: '`unknown-locale`: the knowledge base has no texts in this language.',
  })
  async keep(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Body() { basedOn, follows = null, title = '', summary = '', keywords = [], body = '' }: CopyBody,
    @Ctx() ctx: RequestContext,
  ): Promise<Versioned> {
    await this.rules.find(ctx.tenantId, { articleId, locale }, rightsOf(ctx), { isNew: true });
    const content = { basedOn, follows, title, summary, keywords, body };
    const version = await this.copies.keep(ctx.tenantId, keyOf(ctx, articleId, locale), content, ctx.ifMatch ?? 0);
    return versioned(version, { version });
  }

  @Delete('articles/:articleId/texts/:locale/working-copy')
  @HttpCode(204)
  @ApiHeader({
    ...{ name: 'if-match', required: false },
    description: 'The ETag of the copy that was read. Without it, whatever there is.',
  })
  @ApiOperation({ summary: 'Remove what was written and not saved' })
  @ApiResponse({ status: 204, description: 'There is none now.' })
  @Refuses({ 412: stale })
  async remove(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<void> {
    await this.copies.remove(ctx.tenantId, keyOf(ctx, articleId, locale), ctx.ifMatch);
  }
}

const keyOf = (ctx: RequestContext, articleId: string, locale: string): CopyKey => ({
  personId: ctx.subject,
  articleId,
  locale,
});

const copyView = (row: CopyRow): CopyAnswer => ({
  ...{ basedOn: row.based_on, follows: row.follows, title: row.title, summary: row.summary },
  ...{ keywords: row.keywords, body: row.body, keptAt: row.kept_at.toISOString() },
});

const listedView = (row: ListedCopy): ListedCopyAnswer => ({
  ...{ articleId: row.article_id, locale: row.locale, title: row.title, basedOn: row.based_on },
  keptAt: row.kept_at.toISOString(),
});
