import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const always = {
  400: 'invalid-request, malformed-body, malformed-header: the request cannot be read, or has fields that are wrong or unknown.',
  401: 'not-authenticated: no valid access token.',
  403: 'The token’s roles do not allow it.',
} as const;

/** Documents the problems an operation answers: what every one can, and `more` by status. */
export function Refuses(more: Readonly<Record<number, string>> = {}): MethodDecorator {
  const all: Readonly<Record<number, string>> = { ...always, ...more };
  return applyDecorators(
    ...Object.entries(all).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
}

export const unknownTicketDescription = 'unknown-ticket: no such ticket, or not the caller’s to see.';
export const staleDescription = 'stale-version: the ticket has moved on from the version in If-Match.';
export const notCaughtUpDescription = 'not-caught-up: the positions of Guichet-After have not been reached in time.';
const reusedDescription =
  'idempotency-key-reused: the key came with another request before. concurrent-change: try again.';

/** What commands on a ticket refuse. */
export const RefusesCommand = (conflicts = '', more: Readonly<Record<number, string>> = {}): MethodDecorator =>
  Refuses({
    404: unknownTicketDescription,
    409: [conflicts, reusedDescription].filter((text) => text !== '').join(' '),
    412: staleDescription,
    ...more,
  });
