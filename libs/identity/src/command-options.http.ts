import type { CommandOptions } from '@guichet/event-sourcing';
import type { RequestContext } from '@guichet/http-host';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

/** How a request's command is carried out, for the caller's tenant unless another one is named. */
export function commandOptions(ctx: RequestContext, tenantId: string = ctx.tenantId): CommandOptions {
  const { ifMatch: expectedVersion, requestHash } = ctx;
  return { context: ctx.eventContext(tenantId), expectedVersion, commandId: ctx.commandId('identity'), requestHash };
}

export const now = (): string => new Date().toISOString();

/** Cuts a page out of one row more than asked for. */
export function page<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => string,
): { items: readonly Item[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** What a change answers that brings nothing into being. */
export class ChangedAnswer {
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}

/** Documents problems beyond those of every operation, by status. */
export const Refuses = (problems: Readonly<Record<number, string>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
