import { correctionOutcomes } from '@guichet/contracts';
import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  EnumField,
  IntField,
  LocaleField,
  RequestContext,
  Roles,
  Text,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import { ChangedAnswer, commandOptions, CommandResponse, newIdOf, NoBody, now } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { articleDecider } from '../article/article.js';
import { type CorrectionOutcome, maxOpen, maxRecalled, type Recalling } from '../article/corrections.js';
import { editors, staff } from '../callers.http.js';
import { WorkOnCorrection } from './correction.handler.js';

class ReportBody {
  @LocaleField({ description: 'The language that was read.', example: 'en' }) locale: string;

  @IntField({
    min: 1,
    optional: true,
    description:
      'The revision that was read. If not given: what was put into a reply on the ticket last, else what people read now.',
  })
  revision?: number;

  @UuidField({ optional: true, description: 'The ticket that shows it.' }) ticketId?: string;
  @Text({ max: 5_000, description: 'What is wrong.', example: 'It takes 30 days now.' }) note: string;
}
class ReportedAnswer {
  @ApiProperty({ format: 'uuid', description: 'By which it is closed.' }) reportId: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The revision that was read.' }) revision: number;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}
class CloseBody {
  @EnumField(correctionOutcomes, { description: '`fixed`: what is right is published, or nothing is.' })
  outcome: CorrectionOutcome;

  @UuidField({ optional: true, description: 'Of a duplicate: the other report, on the same article.' })
  ofReportId?: string;
}
class RecallOrderedAnswer {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Tickets that this order names, and none before did.' })
  tickets: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'People whom this order names, and none before did.' })
  requesters: number;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}

const unknown = '`unknown-correction`';

/** What becomes of what people say is wrong. */
@ApiTags('corrections')
@Controller('knowledge/v1')
@Roles('author', ...editors)
export class CorrectionHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
  ) {}

  @Post('articles/:articleId/corrections')
  @Roles(...staff)
  @ApiOperation({
    summary: 'Say that an article is wrong',
    description: 'It stands on the work list of the article’s owner, with the revision that was read.',
  })
  @CommandResponse(201, ReportedAnswer, {
    404: '`unknown-article`',
    409:
      '`article-archived`; `not-published`: no revision was named, and none is published in the language; ' +
      `\`too-many-corrections\`: ${maxOpen} are open.`,
    422: '`unknown-revision`: never published in this language.',
  })
  async report(
    @UuidParam('articleId') articleId: string,
    @Body() { locale, revision, ticketId, note }: ReportBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const more = { ...(revision !== undefined && { revision }), ...(ticketId !== undefined && { ticketId }) };
    const reportId = newIdOf(ctx, 'knowledge');
    const data = { articleId, reportId, locale, note, ...more, at: now() };
    const result = await this.work(ctx, { type: 'ReportCorrection', data });
    const { state } = await this.events.load(articleDecider, ctx.tenantId, articleId);
    const read = state.corrections.get(reportId)?.revision ?? revision;
    return commandAnswer('knowledge', result, { reportId, revision: read, version: result.version }, 201);
  }

  @Post('corrections/:reportId/close')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say what came of a correction',
    description: '`fixed` once a newer revision than the one that was read is published, or nothing is published.',
  })
  @CommandResponse(200, ChangedAnswer, {
    404: unknown,
    409: '`correction-closed`: with another outcome; `not-fixed`: people still read what was wrong.',
    422:
      '`duplicate-of-missing`, `duplicate-of-unknown`: a duplicate names another report on the same article; ' +
      '`not-a-duplicate`: nothing else does.',
  })
  async close(
    @UuidParam('reportId') reportId: string,
    @Body() { outcome, ofReportId }: CloseBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { reportId, outcome, ...(ofReportId !== undefined && { ofReportId }), at: now() };
    return commandAnswer('knowledge', await this.work(ctx, { type: 'CloseCorrection', data }));
  }

  @Post('corrections/:reportId/recall')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Have those told who were given what was wrong',
    description:
      'Records whom: the log says so from now on. Nobody is written to by this version of the product. ' +
      `${maxRecalled} tickets and readers at most; asked again, it goes on with those that no order names yet.`,
  })
  @CommandResponse(200, RecallOrderedAnswer, {
    404: unknown,
    409: '`not-fixed`: the correction is open, or was closed otherwise.',
  })
  async recall(
    @UuidParam('reportId') reportId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    const result = await this.work(ctx, { type: 'OrderRecall', data: { reportId, at: now() } });
    const [ordered] = result.events as readonly RecordedEvent<Recalling>[];
    const { ticketIds = [], requesterIds = [] } = ordered?.data ?? {};
    const answer = { tickets: ticketIds.length, requesters: requesterIds.length, version: result.version };
    return commandAnswer('knowledge', result, answer);
  }

  private work(ctx: RequestContext, command: WorkOnCorrection['command']) {
    return this.commands.execute(new WorkOnCorrection(command, commandOptions(ctx, 'knowledge')));
  }
}
