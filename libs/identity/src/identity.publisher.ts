import type { IdentityEventData } from '@guichet/contracts';
import { asItIs, publisherOf } from '@guichet/messaging';
import type { ClientEvent } from './client/client.js';
import type { TenantEvent } from './tenant/tenant.js';
import type { UserEvent } from './user/user.js';

/** What identity tells of its events: all that says who may come in, and as what. */
export const toPublicEvent = publisherOf<ClientEvent | TenantEvent | UserEvent, IdentityEventData>('identity', {
  ClientRegistered: ({ roles, ...data }) => ({ ...data, roles: [...roles] }),
  ClientSecretRenewed: asItIs,
  ClientDisabled: asItIs,
  UserInvited: asItIs,
  RoleGranted: asItIs,
  RoleRevoked: asItIs,
  UserDisabled: asItIs,
  UserEnabled: asItIs,
  RoleSourceChosen: asItIs,
  TenantCreated: null,
});
