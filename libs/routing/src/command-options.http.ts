import { type CommandOptions } from '@guichet/event-sourcing';
import { type RequestContext } from '@guichet/http-host';

/**
 * How a request's command is carried out. One name for all operations of the service: a key that comes back with
 * another operation is refused like one that comes back with another body.
 */
export function commandOptions(ctx: RequestContext): CommandOptions {
  const { ifMatch: expectedVersion } = ctx;
  const context = ctx.eventContext();
  const id = commandId(ctx);
  // Without a key no request is taken for a repetition of another: there is nothing to compare.
  if (id === undefined) return { context, expectedVersion };
  return { context, expectedVersion, commandId: id, requestHash: ctx.requestHash };
}

/** The id that makes a repeated request the same command; undefined without `Idempotency-Key`. */
export const commandId = (ctx: RequestContext): string | undefined => ctx.commandId('routing');

export const now = (): string => new Date().toISOString();
