/**
 * What operations answer, in the words of OpenAPI. What every operation may answer is filled in by http-host/openapi.
 */
import { takesKey } from '@guichet/http-host';
import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiProduces, ApiProperty, ApiResponse } from '@nestjs/swagger';

type Class = new () => object;
type Problems = Readonly<Record<number, string>>;

const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Documents an operation's own problems by status: their codes, and when they come. */
export const Refuses = (problems: Problems): ClassDecorator & MethodDecorator =>
  applyDecorators(
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content }),
    ),
  );

const text = { type: 'string' as const };
const etag = { description: 'The version, to be sent back as `If-Match`.', schema: text };
const position = {
  description: 'Where this stands in the log: send it as `Guichet-After` to read what you wrote.',
  schema: text,
};

/** Documents a command: it takes `Idempotency-Key` and `If-Match`, and answers with `ETag` and `Guichet-Position`. */
export const CommandResponse = (status: 200 | 201, type: Class, problems: Problems = {}): MethodDecorator =>
  applyDecorators(
    ApiResponse({
      ...{ status, type, description: 'It is so now, or was so already.' },
      headers: { etag, 'guichet-position': position },
    }),
    ApiExtension(takesKey, true),
    Refuses({
      ...problems,
      409: [problems[409], '`idempotency-key-reused`: the key came with another request before; `concurrent-change`.']
        .filter((words) => words !== undefined)
        .join(' '),
    }),
  );

/** Documents a query, which can wait for positions (`Guichet-After`). One of a single thing has an `ETag`. */
export const QueryResponse = (type: Class, problems: Problems = {}, { versioned = false } = {}): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status: 200, type, description: 'As it stands now.', ...(versioned && { headers: { etag } }) }),
    Refuses(problems),
  );

/** Documents a stream of Server-Sent Events. */
export const LiveStream = (problems: Problems = {}): MethodDecorator =>
  applyDecorators(
    ApiProduces('text/event-stream'),
    ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last id seen, as EventSource sends it.' }),
    ApiResponse({ status: 200, content: { 'text/event-stream': { schema: { type: 'string' } } } }),
    Refuses({ ...problems, 503: '`not-caught-up`, or the host is stopping.' }),
  );

/** What a change answers that brings nothing into being. */
export class ChangedAnswer {
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}
