import { intakeEvents } from '@guichet/contracts';
import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles } from '@guichet/http-host';
import { ImportAnswer, ImportBodyOf, Streams } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ImportTickets } from './imports.handler.js';

class ImportBody extends ImportBodyOf(Object.keys(intakeEvents)) {}

@ApiTags('import')
@Controller('intake/v1/imports')
@Roles('importer', 'admin')
export class ImportsHttp {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring in tickets from another system',
    description:
      'As facts, with the times they had. Repeating an import changes nothing: events are known by their ids. Needs no Idempotency-Key.',
  })
  @ApiOkResponse({ type: ImportAnswer, description: 'What was stored, and what was refused and why.' })
  async import(
    @Ctx() ctx: RequestContext,
    @Body() { source }: ImportBody,
    @Streams(1) streams: readonly unknown[],
  ): Promise<CommandAnswer> {
    const answer = await this.commands.execute(new ImportTickets(source, streams, ctx.eventContext()));
    return commandAnswer('intake', { version: 0, position: answer.position }, answer);
  }
}
