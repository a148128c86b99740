import type { RequestContext, Role } from '@guichet/http-host';
import type { Caller } from './ticket.js';

/** Who may see and touch every ticket of their tenant. `service` is a program of the tenant, such as a mail gateway. */
export const staffRoles = ['agent', 'supervisor', 'admin', 'service'] as const satisfies readonly Role[];
export const ticketRoles = ['requester', ...staffRoles] as const satisfies readonly Role[];

export const unknownTicketWords = '`unknown-ticket`: no such ticket, or not the caller’s to see.';

export const notYourDepartmentWords =
  '`not-your-department`: agents of this tenant work for their own departments only.';

export function callerOf(ctx: RequestContext): Caller {
  return ctx.is(...staffRoles) ? { role: 'staff' } : { role: 'requester', id: ctx.subject };
}

/** What the token says about a person who opens a ticket for themselves. */
export function requesterFromToken({ subject, name, email }: RequestContext): {
  requesterId: string;
  requesterName?: string;
  requesterEmail?: string;
} {
  return {
    requesterId: subject,
    ...(name !== undefined && { requesterName: name }),
    ...(email !== undefined && { requesterEmail: email }),
  };
}
