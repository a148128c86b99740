import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  EnumField,
  Keyword,
  LocaleField,
  QueryFlag,
  RequestContext,
  Roles,
  Stream,
  TakesStream,
} from '@guichet/http-host';
import { now, Refuses } from '@guichet/service';
import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { archiveLimits } from './archive.js';
import { ImportLibrary, type LibraryImported } from './import-library.handler.js';
import { type ImportFormat, importFormats } from './read-library.js';
import { SpooledArchive } from './spooled-archive.store.js';

const mostFindings = 10_000;
const megabytes = archiveLimits.bytes / 2 ** 20;

class LibraryImportQuery {
  @Keyword({
    max: 100,
    description: 'Names the other system: the same whenever the same is imported.',
    example: 'old-help',
  })
  source: string;

  @EnumField(importFormats, {
    description: '`markdown`: a folder, an export or a Git history. `zendesk`: a help centre.',
  })
  format: ImportFormat;

  @LocaleField({
    optional: true,
    description: 'Of Markdown files that do not say theirs. If not given: the library’s.',
  })
  locale?: string;

  @QueryFlag({ optional: true, description: 'true: says what would be done, and does nothing.' })
  dryRun?: boolean;
}

class ImportCountsAnswer {
  @ApiProperty({ type: 'integer' }) categories: number;
  @ApiProperty({ type: 'integer' }) articles: number;
  @ApiProperty({ type: 'integer', description: 'One a language and article.' }) texts: number;
  @ApiProperty({ type: 'integer' }) revisions: number;
  @ApiProperty({ type: 'integer', description: 'Pictures and documents that texts show.' }) pictures: number;
  @ApiProperty({ type: 'integer', description: 'Old addresses.' }) addresses: number;
}

class ImportFindingAnswer {
  @ApiProperty({
    description:
      'picture-missing, picture-refused, unsafe-dropped, text-refused, text-not-published, text-without-article, ' +
      'source-text-missing, edited-here, unknown-category, category-refused, unknown-audience, address-refused, not-imported.',
  })
  code: string;
  @ApiProperty({ description: 'Article, category or path that it is about, as the other system names it.' })
  key: string;
  @ApiProperty({ required: false, description: 'The language it is about.' }) locale?: string;
  @ApiProperty({ description: 'For a person.' }) detail: string;
}

class LibraryImportAnswer {
  @ApiProperty({ type: ImportCountsAnswer, description: 'Of the archive, as far as it can be imported.' })
  counts: ImportCountsAnswer;
  @ApiProperty({ type: 'integer', description: 'Events stored: 0 where all of it had been imported before.' })
  events: number;
  @ApiProperty({ type: [String], description: 'Languages that the library did not have.' }) languagesAdded: string[];
  @ApiProperty({ type: [ImportFindingAnswer], description: 'All that did not come along as it was.' })
  findings: ImportFindingAnswer[];
  @ApiProperty({ type: 'integer', description: `Findings beyond ${mostFindings}, which are left out.` })
  moreFindings: number;
}

@ApiTags('import')
@Controller('knowledge/v1/imports')
@Roles('importer', 'admin')
export class LibraryImportsHttp {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @TakesStream(`A tar or zip archive, or the history that \`git fast-export\` writes; ${megabytes} MiB at most.`)
  @ApiOperation({
    summary: 'Bring in a help centre or a folder of articles',
    description:
      'With every revision and its date, pictures and old addresses. Repeating an import changes nothing, and goes on where an ' +
      'earlier one ended: ids derive from the source and its keys. What people have written here since stays. Needs no Idempotency-Key.',
  })
  @ApiOkResponse({ type: LibraryImportAnswer, description: 'What was stored, and what did not come along and why.' })
  @Refuses({
    415: 'The body is not sent as application/octet-stream.',
    422: '`archive-unknown`, `archive-damaged`, `archive-unsafe`, `archive-encrypted`, `archive-too-large`, `several-branches`, `nothing-to-import`.',
  })
  async import(
    @Query() { source, format, locale, dryRun = false }: LibraryImportQuery,
    @Stream() content: AsyncIterable<Uint8Array>,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const context = ctx.eventContext();
    // How long it takes to come in is for the sender: others have its place meanwhile.
    await using archive = await ctx.aside(() => SpooledArchive.take(content));
    const options = { source, format, locale, dryRun, now: now(), context };
    const done = await this.commands.execute(new ImportLibrary(archive, options));
    return commandAnswer('knowledge', { version: 0, position: done.position }, answerOf(done));
  }
}

const answerOf = ({ counts, events, languagesAdded, findings }: LibraryImported): LibraryImportAnswer => ({
  ...{ counts, events, languagesAdded: [...languagesAdded] },
  findings: findings.slice(0, mostFindings),
  moreFindings: Math.max(0, findings.length - mostFindings),
});
