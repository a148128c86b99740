import { Readable } from 'node:stream';
import { EventStore } from '@guichet/event-sourcing';
import { Ctx, FileAnswer, RequestContext, Roles } from '@guichet/http-host';
import { Freshness } from '@guichet/service';
import { Controller, Get, Logger } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { libraryDecider } from '../library/library.js';
import { LibraryExport } from './library-export.runtime.js';

@ApiTags('import')
@Controller('knowledge/v1/export')
@Roles('importer', 'admin')
export class ExportHttp {
  private readonly log = new Logger('Export');

  constructor(
    private readonly library: LibraryExport,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Take the knowledge base away',
    description:
      'As a tar archive of a Markdown folder, which the import takes as `markdown`: categories, articles that are not archived with ' +
      'every revision and its date, their old addresses, and the files that they show. Who unpacks it has the newest revisions. ' +
      'It ends early, without the end of an archive, where something goes wrong on the way.',
  })
  @ApiOkResponse({
    description: 'The archive, as it is read.',
    content: { 'application/x-tar': { schema: { type: 'string', format: 'binary' } } },
  })
  async export(@Ctx() ctx: RequestContext): Promise<FileAnswer> {
    await this.freshness.of(ctx, 'articles');
    const { state } = await this.events.load(libraryDecider, ctx.tenantId, ctx.tenantId);
    const archive = this.told(this.library.tar(ctx.tenantId, state.languages.source));
    const headers = {
      'content-type': 'application/x-tar',
      'content-disposition': 'attachment; filename="knowledge-base.tar"',
    };
    return new FileAnswer(headers, Readable.from(archive, { objectMode: false }));
  }

  /** An answer that has begun cannot say what went wrong: the log does. */
  private async *told(archive: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* archive;
    } catch (error) {
      this.log.error('An export broke off: whoever asked for it got a part of it.', error);
      throw error;
    }
  }
}
