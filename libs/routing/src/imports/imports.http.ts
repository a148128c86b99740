import {
  CommandAnswer,
  Ctx,
  Keyword,
  Line,
  NestedList,
  RequestContext,
  Roles,
  commandAnswer,
} from '@guichet/http-host';
import { ImportAnswer, ImportBodyOf, now, Streams } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OrganizeAgent } from '../agent/agent.handler.js';
import { OrganizeDepartment } from '../department/department.handler.js';
import { ImportHandlings } from './imports.handler.js';
import { importableEvents } from './import-rules.js';

class ImportedDepartment {
  @Keyword() departmentId: string;
  @Line({ max: 300 }) name: string;
}
class ImportedAgent {
  @Keyword() agentId: string;
  @Line({ max: 300 }) name: string;
  @Keyword({ list: { max: 200 } }) departmentIds: string[];
}
class ImportBody extends ImportBodyOf(importableEvents, 'InternalNoteAdded has noteId, agentId, body.') {
  @NestedList(() => ImportedDepartment, { list: { max: 2_000 }, optional: true, description: 'Created if absent.' })
  departments: ImportedDepartment[] = [];
  @NestedList(() => ImportedAgent, { list: { max: 2_000 }, optional: true, description: 'Registered if absent.' })
  agents: ImportedAgent[] = [];
}

@ApiTags('import')
@Controller('routing/v1/imports')
@Roles('importer', 'admin')
export class ImportsHttp {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring in the work on tickets from another system',
    description:
      'As facts, with the times they had; departments and agents they mention are created if absent. Repeating an import ' +
      'changes nothing: events are known by their ids. Needs no Idempotency-Key.',
  })
  @ApiResponse({ status: 200, type: ImportAnswer, description: 'What was stored, and what was refused and why.' })
  async import(
    @Ctx() ctx: RequestContext,
    @Body() { source, departments, agents }: ImportBody,
    @Streams() streams: readonly unknown[],
  ): Promise<CommandAnswer> {
    const context = { ...ctx.eventContext(), imported: true };
    const at = now();
    const organized = await Promise.all([
      ...departments.map((data) =>
        this.commands.execute(
          new OrganizeDepartment(data.departmentId, { type: 'EnsureDepartment', data: { ...data, at } }, { context }),
        ),
      ),
      ...agents.map((data) =>
        this.commands.execute(
          new OrganizeAgent(data.agentId, { type: 'EnsureAgent', data: { ...data, at } }, { context }),
        ),
      ),
    ]);
    const answer = await this.commands.execute(new ImportHandlings(source, streams, context));
    const position = organized.reduce((last, result) => Math.max(last, result.position), answer.position);
    return commandAnswer('routing', { version: 0, position }, { ...answer, position });
  }
}
