import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const always: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or has an unknown, missing or wrong field: `errors` lists them.',
  401: 'No access token, or one that cannot be used.',
  403: 'The access token has no role for this.',
};
const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Documents the problems an endpoint may answer, by status; those that every endpoint may answer come by themselves. */
export const Problems = (problems: Readonly<Record<number, string>> = {}): ClassDecorator & MethodDecorator =>
  applyDecorators(
    ...Object.entries({ ...always, ...problems }).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content }),
    ),
  );

const commandHeaders = {
  etag: { description: 'The new version, to be sent back as `If-Match`.', schema: { type: 'string' as const } },
  'guichet-position': {
    description: 'Where this stands in the log: send it as `Guichet-After` to read what you wrote.',
    schema: { type: 'string' as const },
  },
};

/** Documents a command: its answer with `ETag` and `Guichet-Position`, and the problems every command may answer. */
export const CommandResponse = (
  status: 200 | 201,
  type: new () => object,
  problems: Readonly<Record<number, string>>,
): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status, type, description: 'Done, or so already.', headers: commandHeaders }),
    Problems({
      409: '`idempotency-key-reused`: the key came with another request before.',
      412: '`stale-version`: `If-Match` names a version that is no longer the current one.',
      413: 'The body is larger than 1 MiB.',
      415: 'The body is not JSON.',
      503: '`overloaded` or `database-unavailable`: nothing was done; try again.',
      ...problems,
    }),
  );

/** Documents a query that can wait for positions (`Guichet-After`). */
export const QueryResponse = (
  type: new () => object,
  problems: Readonly<Record<number, string>> = {},
  { versioned = false } = {},
): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status: 200, type, ...(versioned ? { headers: { etag: commandHeaders.etag } } : {}) }),
    Problems({ 503: '`not-caught-up`: the positions of `Guichet-After` have not been passed in time.', ...problems }),
  );
