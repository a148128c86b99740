import { rankOf } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';
import { fileLimits, responseHeaders } from '@guichet/files';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  FileAnswer,
  Line,
  Problem,
  RequestContext,
  Roles,
  Stream,
  TakesStream,
  UuidParam,
} from '@guichet/http-host';
import { commandOptions, CommandResponse, Freshness, newIdOf, now, Refuses } from '@guichet/service';
import { Controller, Get, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { audienceOf, readers, writers } from '../callers.http.js';
import { AddFile } from './file.handler.js';
import { FileKeeper } from './file-keeper.runtime.js';
import { addressOfFile } from './file-address.js';
import { Files } from './files.query.js';

class FileQuery {
  @Line({ max: 255, description: 'As it is called where it comes from.', example: 'refund-form.png' }) name: string;
}

class PictureSizeAnswer {
  @ApiProperty({ type: 'integer', description: 'In pixels.' }) width: number;
  @ApiProperty({ type: 'integer', description: 'In pixels.' }) height: number;
}

class FileAddedAnswer {
  @ApiProperty({ format: 'uuid' }) fileId: string;
  @ApiProperty({ description: 'As it is offered for saving: without a path, with the ending of its type.' })
  name: string;
  @ApiProperty({ description: 'By its content.', example: 'image/png' }) type: string;
  @ApiProperty({ type: 'integer' }) bytes: number;
  @ApiProperty({ type: PictureSizeAnswer, nullable: true, description: 'Of a picture.' })
  size: PictureSizeAnswer | null;
  @ApiProperty({ description: 'What a text shows it by.', example: 'file:7b1d8f0e-3a52-5d0f-9f55-0c5c1b1f2a77' })
  reference: string;
  @ApiProperty({ description: 'Where it is read.' }) address: string;
}

/** HTTP has words of its own for two of the refusals. */
const statuses: Readonly<Record<string, number>> = { 'file-too-large': 413, 'file-type-refused': 415 };

const megabytes = fileLimits.bytes / 2 ** 20;

@ApiTags('files')
@Controller('knowledge/v1/files')
@Roles(...writers)
export class FileHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly files: Files,
    private readonly keeper: FileKeeper,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  @TakesStream(`The file itself, ${megabytes} MiB at most.`)
  @ApiOperation({
    summary: 'Upload a picture or a document',
    description:
      'A text shows it by its `reference`, as in `![A cat](file:…)`. Pictures (PNG, JPEG, GIF, WebP), PDF, plain text and office ' +
      'documents without macros are allowed: what the file contains counts, and neither its name nor what the request says of ' +
      'it. A file that no text uses is removed after some days.',
  })
  @CommandResponse(201, FileAddedAnswer, {
    409: '`files-full`: the disk is full.',
    413: `\`file-too-large\`: it has more than ${megabytes} MiB.`,
    415: '`file-type-refused`; or the body is not sent as application/octet-stream.',
    422: '`picture-too-large`: it has too many pixels; `picture-unreadable`.',
  })
  async add(
    @Query() { name }: FileQuery,
    @Stream() content: AsyncIterable<Uint8Array>,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const fileId = newIdOf(ctx, 'knowledge');
    const add = new AddFile(fileId, name, content, now(), ctx.tenantId, ({ sha256 }) =>
      commandOptions(ctx.saying({ name, sha256 }), 'knowledge'),
    );
    // How long it takes is for the sender: others have its place meanwhile.
    const { file, result } = await ctx
      .aside(() => this.commands.execute(add))
      .catch((error: unknown) => {
        throw inWordsOfHttp(error);
      });
    const { type, bytes, size = null } = file;
    const address = addressOfFile(fileId, file.name);
    const answer = { fileId, name: file.name, type, bytes, size, reference: `file:${fileId}`, address };
    return commandAnswer('knowledge', result, answer, 201);
  }

  @Get(':fileId/:name')
  @Roles(...readers)
  @ApiParam({ name: 'name', description: 'For people: the id alone decides.', schema: { type: 'string' } })
  @ApiOperation({
    summary: 'Read a file',
    description:
      'Whoever may read a published text that shows the file, and who may write. It is sent so that a browser runs nothing of it.',
  })
  @ApiOkResponse({
    description: 'The file itself.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Refuses({ 404: '`unknown-file`: there is none, or no text that the caller may read shows it.' })
  async read(@UuidParam('fileId') fileId: string, @Ctx() ctx: RequestContext): Promise<FileAnswer> {
    await this.freshness.of(ctx, 'articles');
    const found = await this.files.find(ctx.tenantId, fileId);
    const maySee =
      found !== undefined &&
      (ctx.is(...writers) || (await this.files.isShown(ctx.tenantId, fileId, rankOf(audienceOf(ctx)))));
    const content = maySee ? await this.keeper.store.get({ tenantId: ctx.tenantId, fileId }) : undefined;
    if (!found || !content) throw unknownFile();
    const { name, type, sha256 } = found;
    return new FileAnswer(responseHeaders({ type, name, sha256, bytes: content.bytes }), content.content);
  }
}

function inWordsOfHttp(error: unknown): unknown {
  const status = error instanceof DomainError ? statuses[error.code] : undefined;
  if (!(error instanceof DomainError) || status === undefined) return error;
  const { code, message: detail, details } = error;
  return new Problem(status, code, { detail, extensions: { details }, cause: error });
}

const unknownFile = (): DomainError => new DomainError('unknown-file', 'There is no such file.', {}, 'unknown');
