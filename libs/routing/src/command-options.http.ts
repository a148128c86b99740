import { type CommandOptions } from '@guichet/event-sourcing';
import { type RequestContext } from '@guichet/platform';

/**
 * How a request's command is carried out. One name for all operations of the service: a key that comes back with
 * another operation is refused like one that comes back with another body.
 */
export const commandOptions = (ctx: RequestContext): CommandOptions => ({
  context: ctx.eventContext(),
  expectedVersion: ctx.ifMatch,
  commandId: commandId(ctx),
  requestHash: ctx.requestHash,
});

/** The id that makes a repeated request the same command; undefined without `Idempotency-Key`. */
export const commandId = (ctx: RequestContext): string | undefined => ctx.commandId('routing');

export const now = (): string => new Date().toISOString();
