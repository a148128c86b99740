/** Who may do what here, by the roles in their token. */
import type { Audience } from '@guichet/contracts';
import type { RequestContext, Role } from '@guichet/http-host';

/** They keep order in every category. Others do so in the categories that name them. */
export const moderators = ['moderator', 'supervisor', 'admin'] as const satisfies readonly Role[];
/** All who work here: what they write is official, and they read everything. */
export const staff = [
  ...(['agent', 'author', 'translator', 'editor', 'service'] as const),
  ...moderators,
] as const satisfies readonly Role[];
/** Everybody who may write, once they have joined. */
export const writers = ['requester', ...staff] as const satisfies readonly Role[];
/** Everybody who reads. */
export const readers = ['reader', ...writers] as const satisfies readonly Role[];

/** The strictest audience that the caller belongs to: what has a stricter one is not there for them. */
export function audienceOf(ctx: RequestContext): Audience {
  if (ctx.is(...staff)) return 'agents';
  return ctx.is('requester') ? 'signed-in' : 'public';
}
