/** From a request to a command. */
import { randomUUID } from 'node:crypto';
import type { CommandOptions } from '@guichet/event-sourcing';
import type { RequestContext } from '@guichet/http-host';

/**
 * How a request's command is carried out. One name for all operations of a service: a key that comes back with another
 * operation is refused like one that comes back with another body. For the caller's tenant unless another one is named:
 * who may name one works in several, and a key that comes back for another of them is refused as well.
 */
export function commandOptions(ctx: RequestContext, service: string, named?: string): CommandOptions {
  const tenantId = named ?? ctx.tenantId;
  const { ifMatch: expectedVersion } = ctx;
  const commandId = ctx.commandId(service);
  const options = { context: ctx.eventContext(tenantId), expectedVersion };
  // In their own tenant nobody is to be hindered by what another tenant has taken.
  const acrossTenants = !ctx.hasTenant || ctx.tenantId !== tenantId;
  // Without a key no request is taken for a repetition of another: there is nothing to compare.
  return commandId === undefined ? options : { ...options, commandId, requestHash: ctx.requestHash, acrossTenants };
}

/** The id of what a command brings into being: the same when the request comes again. */
export const newIdOf = (ctx: RequestContext, service: string): string => ctx.commandId(service) ?? randomUUID();

export const now = (): string => new Date().toISOString();
