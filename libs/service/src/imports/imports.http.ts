/** What the imports of all services take and answer. */
import { actorKinds } from '@guichet/contracts';
import { badRequest, Keyword } from '@guichet/http-host';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Exclude } from 'class-transformer';
import type { FastifyRequest } from 'fastify';

/** Of one request. */
export const maxImportedEvents = 2_000;

class ImportedActor {
  @ApiProperty({ enum: actorKinds, description: '`bot`, `system` and `import` are no people.' }) kind: string;
  @ApiProperty({ required: false, maxLength: 200, description: 'As the other system names them.' }) id?: string;
}

export interface ImportRequest {
  readonly source: string;
}

/** A body with streams of events of these types. `more` says what the contracts do not. */
export function ImportBodyOf(types: readonly string[], more = ''): abstract new () => ImportRequest {
  class ImportedEventBody {
    @ApiProperty({
      format: 'uuid',
      description: 'The same whenever the same event is imported: that is how it is known.',
    })
    id: string;
    @ApiProperty({ enum: [...types], description: 'What happened.' }) type: string;
    @ApiProperty({
      type: 'object',
      additionalProperties: true,
      description:
        'As the contract of the type says (see the AsyncAPI document), in the forms that live requests have; `at` is when it ' +
        `happened, \`ticketId\` may be left out. ${more}`,
    })
    data: object;
    @ApiProperty({ type: ImportedActor, required: false, description: 'Who did it; the import itself if not given.' })
    actor?: ImportedActor;
  }
  class ImportedStreamBody {
    @ApiProperty({ format: 'uuid', description: 'The same whenever the same ticket is imported.' }) ticketId: string;
    @ApiProperty({ type: [ImportedEventBody], minItems: 1, description: 'In order.' }) events: ImportedEventBody[];
  }
  abstract class ImportBody {
    @Keyword({ max: 100, description: 'Names the other system.', example: 'uci498' }) source: string;
    // Checked one by one further in: one that is wrong must not refuse the others. Left out here, because making
    // instances of thousands of events would take longer than storing them.
    @Exclude()
    @ApiProperty({
      type: [ImportedStreamBody],
      required: false,
      description: `Tickets with their events in order; at most ${maxImportedEvents} events in all. A long stream may come in parts.`,
    })
    streams?: never;
  }
  return ImportBody;
}

class RejectionAnswer {
  @ApiProperty({ description: 'The stream, as it was named.' }) ticketId: string;
  @ApiProperty({ type: 'integer', description: 'Which of the stream’s events, from 0.' }) index: number;
  @ApiProperty({
    example: 'invalid-data',
    description:
      'invalid-ticket-id, no-events, stream-repeated, unknown-field, invalid-event-id, event-id-repeated, event-id-taken, ' +
      'ticket-not-imported (the ticket was opened here), invalid-type, invalid-data, invalid-time, ticket-mismatch, ' +
      'invalid-actor, unstorable-payload, concurrent-change.',
  })
  code: string;
  @ApiProperty({ description: 'The reason, for a person.' }) detail: string;
}

export class ImportAnswer {
  @ApiProperty({ type: 'integer', description: 'Events stored by this request.' }) accepted: number;
  @ApiProperty({ type: 'integer', description: 'Events that had been stored before.' }) skipped: number;
  @ApiProperty({
    type: [RejectionAnswer],
    description:
      'What is wrong with streams that were refused, at most 20 reasons each. A refused stream is left as it was.',
  })
  rejected: RejectionAnswer[];
  @ApiProperty({ type: 'integer', description: 'Log position of the last event, for Guichet-After; 0 for none.' })
  position: number;
}

/** `streams` of the body as they came: `@Streams(1)` where there must be one at least. */
export const Streams = createParamDecorator(
  (least: number | undefined, context: ExecutionContext): readonly unknown[] => {
    const { body } = context.switchToHttp().getRequest<FastifyRequest<{ Body?: { streams?: unknown } }>>();
    const streams = body?.streams ?? [];
    if (!Array.isArray(streams) || streams.length < (least ?? 0)) {
      const code = body?.streams === undefined ? 'missing' : 'invalid';
      throw unusable(
        'invalid-request',
        code,
        least === undefined ? 'must be a list' : `must be a list of at least ${least}`,
      );
    }
    const events = streams.reduce<number>((sum, stream) => sum + eventsIn(stream), 0);
    if (events > maxImportedEvents)
      throw unusable(
        'too-many-events',
        'invalid',
        `must have at most ${maxImportedEvents} events in all, not ${events}`,
      );
    return streams;
  },
);

const unusable = (code: string, field: string, message: string): Error =>
  badRequest(code, 'The streams cannot be used.', [{ path: 'streams', code: field, message }]);

/** A stream that is none counts too: there is a limit on everything. */
function eventsIn(stream: unknown): number {
  const events = typeof stream === 'object' && stream !== null && 'events' in stream ? stream.events : undefined;
  return Array.isArray(events) ? Math.max(1, events.length) : 1;
}
