import { actorKinds, intakeEvents } from '@guichet/contracts';
import {
  badRequest,
  CommandAnswer,
  commandAnswer,
  Ctx,
  type FieldProblem,
  RequestContext,
  Roles,
} from '@guichet/http-host';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ImportStreams } from './imports.handler.js';

const maxEvents = 2_000;

class ImportedActor {
  @ApiProperty({ enum: actorKinds, description: '`bot`, `system` and `import` are no people.' })
  kind: string;

  @ApiPropertyOptional({ maxLength: 200, description: 'As the other system names them.' })
  id?: string;
}

class ImportedEventBody {
  @ApiProperty({
    format: 'uuid',
    description: 'The same whenever the same event is imported: that is how it is known.',
  })
  id: string;

  @ApiProperty({ enum: Object.keys(intakeEvents), description: 'What happened.' })
  type: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As the contract of the type says (see the AsyncAPI document); `at` is when it happened.',
  })
  data: object;

  @ApiPropertyOptional({ type: ImportedActor, description: 'Who did it; the import itself if not given.' })
  actor?: ImportedActor;
}

class ImportedStreamBody {
  @ApiProperty({ format: 'uuid', description: 'The same whenever the same ticket is imported.' })
  ticketId: string;

  @ApiProperty({ type: [ImportedEventBody], minItems: 1, description: 'In order.' })
  events: ImportedEventBody[];
}

class ImportBody {
  @ApiProperty({ maxLength: 100, description: 'Names the other system.', example: 'uci498' })
  source: string;

  @ApiProperty({
    type: [ImportedStreamBody],
    minItems: 1,
    maxItems: maxEvents,
    description: `Tickets with their events in order; at most ${maxEvents} events in all. A long stream may come in parts.`,
  })
  streams: unknown[];
}

class RejectionAnswer {
  @ApiProperty({ description: 'The stream, as it was named.' })
  ticketId: string;

  @ApiProperty({ type: 'integer', description: 'Which of the stream’s events, from 0.' })
  index: number;

  @ApiProperty({
    example: 'invalid-data',
    description: `invalid-ticket-id, no-events, stream-repeated, unknown-field, invalid-event-id, event-id-repeated, event-id-taken, ticket-id-taken, invalid-type, invalid-data, ticket-mismatch, invalid-actor, unstorable-payload, concurrent-change.`,
  })
  code: string;

  @ApiProperty({ description: 'The reason, for a person.' })
  detail: string;
}

class ImportAnswer {
  @ApiProperty({ type: 'integer', description: 'Events stored by this request.' })
  accepted: number;

  @ApiProperty({ type: 'integer', description: 'Events that had been stored before.' })
  skipped: number;

  @ApiProperty({
    type: [RejectionAnswer],
    description:
      'What is wrong with streams that were refused, at most 20 reasons each. A refused stream is left as it was, unless a detail says that the events before the index are stored.',
  })
  rejected: RejectionAnswer[];

  @ApiProperty({ type: 'integer', description: 'Log position of the last event, for Guichet-After; 0 for none.' })
  position: number;
}

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
  @ApiBody({ type: ImportBody })
  async import(@Ctx() ctx: RequestContext, @Body() body: object = {}): Promise<CommandAnswer> {
    const { source, streams } = importFrom(body);
    const answer = await this.commands.execute(new ImportStreams(source, streams, ctx.eventContext()));
    return commandAnswer('intake', { version: 0, position: answer.position }, answer);
  }
}

/**
 * Read by hand: the validation of other bodies copies every object, and thousands of events are to pass here each second.
 * The streams are checked one by one further in, so that one that is wrong does not refuse the others.
 */
function importFrom(body: object): ImportBody {
  const { source, streams, ...unknown } = body as Partial<Record<string, unknown>>;
  const errors: FieldProblem[] = Object.keys(unknown).map((path) => ({
    path,
    code: 'unknown-field',
    message: 'is not a field of this request',
  }));
  if (typeof source !== 'string' || source === '' || source.length > 100) {
    errors.push({ path: 'source', ...wrong(source), message: 'must be text of 1 to 100 characters' });
  }
  if (!Array.isArray(streams) || streams.length === 0) {
    errors.push({ path: 'streams', ...wrong(streams), message: 'must be a list of at least one' });
  }
  const events = Array.isArray(streams) ? streams.reduce<number>((sum, stream) => sum + eventsIn(stream), 0) : 0;
  if (events > maxEvents) {
    errors.push({ path: 'streams', code: 'invalid', message: `must have at most ${maxEvents} events in all` });
  }
  if (errors.length > 0) throw badRequest('invalid-request', 'The request has fields that cannot be used.', errors);
  return { source: source as string, streams: streams as unknown[] };
}

const wrong = (value: unknown): { code: string } => ({ code: value === undefined ? 'missing' : 'invalid' });

/** A stream that is none counts too: there is a limit on everything. */
function eventsIn(stream: unknown): number {
  const events = typeof stream === 'object' && stream !== null && 'events' in stream ? stream.events : undefined;
  return Array.isArray(events) ? Math.max(1, events.length) : 1;
}
