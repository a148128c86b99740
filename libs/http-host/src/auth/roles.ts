import { SetMetadata } from '@nestjs/common';

/**
 * `admin` and `supervisor` are of one tenant, `operator` works across tenants, `analyst` is for BI,
 * `importer` brings in logs, `service` is one program of ours calling another. `reader` is whoever reads the public
 * pages without an account; the people who write them are `author`, `translator` and `editor`; a `moderator`
 * keeps order in the forums.
 */
export const roles = [
  'reader',
  'requester',
  'agent',
  'author',
  'translator',
  'editor',
  'moderator',
  'supervisor',
  'admin',
  'analyst',
  'importer',
  'operator',
  'service',
] as const;
export type Role = (typeof roles)[number];

export const publicKey = 'guichet:public';
export const rolesKey = 'guichet:roles';

/** No token needed. Everything else needs one. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(publicKey, true);

/** The caller must have at least one of these. On a method it replaces what the class says. */
export const Roles = (...allowed: readonly Role[]): ClassDecorator & MethodDecorator => SetMetadata(rolesKey, allowed);
