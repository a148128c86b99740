/** Whose visit it is, by the token and, where a portal asks for readers without an account, by the reader it names. */
import { uuid5 } from '@guichet/event-sourcing';
import { type Device, deviceOf, type RequestContext, type Role } from '@guichet/http-host';
import type { Reader } from './session.js';

/** Readers for whom visits are kept: what staff look up would only blur the figures. */
export const visitors = ['reader', 'requester'] as const satisfies readonly Role[];

export interface SaidOfReader {
  readonly locale: string;
  readonly device?: Device;
  readonly touch?: boolean;
}

/** Stands for a person, or for the reader that a portal asks for: the same ever again, and says not who. */
export const readerKeyOf = ({ subject, tenantId, readerKey }: RequestContext): string =>
  uuid5(tenantId, JSON.stringify(['reader', subject, readerKey ?? null]));

export function readerOf(ctx: RequestContext, { locale, device, touch }: SaidOfReader): Reader {
  return {
    readerKey: readerKeyOf(ctx),
    ...(ctx.is('requester') && { requesterId: ctx.subject }),
    ...{ locale, device: device ?? deviceOf(ctx.userAgent, touch) },
  };
}
