import { actorKinds, routingEvents } from '@guichet/contracts';
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
import { now } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Exclude } from 'class-transformer';
import { OrganizeAgent } from '../agent/agent.handler.js';
import { OrganizeDepartment } from '../department/department.handler.js';
import { ImportHandlings } from './imports.handler.js';
import { Streams, maxEvents } from './streams-body.http.js';

const ticketEvents = Object.entries(routingEvents).filter(([, { properties }]) => 'ticketId' in properties);

class ImportedDepartment {
  @Keyword() departmentId: string;
  @Line({ max: 300 }) name: string;
}
class ImportedAgent {
  @Keyword() agentId: string;
  @Line({ max: 300 }) name: string;
  @Keyword({ list: { max: 200 } }) departmentIds: string[];
}
class ImportedActor {
  @ApiProperty({ enum: actorKinds }) kind: string;
  @ApiProperty({ required: false, maxLength: 200 }) id?: string;
}
class ImportedEventBody {
  @ApiProperty({
    format: 'uuid',
    description: 'The same whenever the same event is imported: that is how it is known.',
  })
  id: string;
  @ApiProperty({ enum: [...ticketEvents.map(([type]) => type), 'InternalNoteAdded'] }) type: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'As the contract of the type says (see the AsyncAPI document); `at` is when it happened, `ticketId` may be left out. ' +
      'InternalNoteAdded has noteId, agentId, body.',
  })
  data: object;
  @ApiProperty({ type: ImportedActor, required: false, description: 'Who did it; the import itself if not given.' })
  actor?: ImportedActor;
}
class ImportedStreamBody {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty({ type: [ImportedEventBody], minItems: 1 }) events: ImportedEventBody[];
}
class ImportBody {
  @Keyword({ max: 100, description: 'Names the other system.', example: 'uci498' }) source: string;
  @NestedList(() => ImportedDepartment, { list: { max: 2_000 }, optional: true, description: 'Created if absent.' })
  departments: ImportedDepartment[] = [];
  @NestedList(() => ImportedAgent, { list: { max: 2_000 }, optional: true, description: 'Registered if absent.' })
  agents: ImportedAgent[] = [];
  // Checked one by one further in: one that is wrong must not refuse the others. Left out here, because making
  // instances of thousands of events would take longer than storing them.
  @Exclude()
  @ApiProperty({
    type: [ImportedStreamBody],
    required: false,
    description: `The work on tickets, in order; at most ${maxEvents} events in all. A long stream may come in parts.`,
  })
  streams?: never;
}
class RejectionAnswer {
  @ApiProperty() ticketId: string;
  @ApiProperty({ type: 'integer', description: 'Which of the stream’s events, from 0.' }) index: number;
  @ApiProperty({
    example: 'invalid-data',
    description:
      'invalid-ticket-id, no-events, stream-repeated, unknown-field, invalid-event-id, event-id-repeated, event-id-taken, ' +
      'ticket-id-taken, invalid-type, invalid-data, ticket-mismatch, invalid-actor, unstorable-payload, concurrent-change.',
  })
  code: string;
  @ApiProperty() detail: string;
}
class ImportAnswer {
  @ApiProperty({ type: 'integer', description: 'Events stored by this request.' }) accepted: number;
  @ApiProperty({ type: 'integer', description: 'Events that had been stored before.' }) skipped: number;
  @ApiProperty({
    type: [RejectionAnswer],
    description:
      'What is wrong with streams that were refused, at most 20 reasons each. A refused stream is left as it was, unless ' +
      'a detail says that the events before the index are stored.',
  })
  rejected: RejectionAnswer[];
  @ApiProperty({ type: 'integer', description: 'Log position of the last event, for Guichet-After; 0 for none.' })
  position: number;
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
