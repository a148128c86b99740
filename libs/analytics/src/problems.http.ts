/** What the answers of every endpoint here have in common, for OpenAPI. */
import { ApiResponse } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';

const always: Readonly<Record<number, string>> = {
  401: 'No access token, or one that cannot be used.',
  403: 'The access token has no role for this, or names no tenant.',
  503: '`not-caught-up`: the positions of `Guichet-After` have not been passed in time; `Retry-After` says when to ask again.',
};
const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Documents a query: what it answers, and the problems it may answer instead, by status. */
export const QueryResponse = (
  type: new () => object,
  problems: Readonly<Record<number, string>> = {},
): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status: 200, type }),
    ...Object.entries({ ...always, ...problems }).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content }),
    ),
  );
