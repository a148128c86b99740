/** Who may do what here, by the roles in their token. */
import type { Audience } from '@guichet/contracts';
import type { RequestContext, Role } from '@guichet/http-host';
import type { Rights } from './text/text-rules.query.js';

/** They set the rules, review and publish. */
export const editors = ['editor', 'supervisor', 'admin'] as const satisfies readonly Role[];
/** They write. Translators do so in their own languages. */
export const writers = ['author', 'translator', ...editors] as const satisfies readonly Role[];
/** All who work here: they read everything. */
export const staff = ['agent', 'service', ...writers] as const satisfies readonly Role[];
/** They see what readers look for, read and miss. */
export const reporters = ['analyst', ...writers] as const satisfies readonly Role[];
/** Everybody who reads articles. */
export const readers = ['reader', 'requester', ...staff] as const satisfies readonly Role[];

/** The strictest audience that the caller belongs to: what has a stricter one is not there for them. */
export function audienceOf(ctx: RequestContext): Audience {
  if (ctx.is(...staff)) return 'agents';
  return ctx.is('requester') ? 'signed-in' : 'public';
}

export const rightsOf = (ctx: RequestContext): Rights => ({
  personId: ctx.subject,
  writesAll: ctx.is('author', ...editors),
  publishes: ctx.is(...editors),
});
