import { contractOf, type IdentityEventData, type PublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { ClientEvent } from './client/client.js';
import type { TenantEvent } from './tenant/tenant.js';
import type { UserEvent } from './user/user.js';

type Type = (ClientEvent | TenantEvent | UserEvent)['type'];

/** Whether services have to know: all that says who may come in, and as what. */
const isTold: Readonly<Record<Type, boolean>> = {
  ClientRegistered: true,
  ClientSecretRenewed: true,
  ClientDisabled: true,
  UserInvited: true,
  RoleGranted: true,
  RoleRevoked: true,
  UserDisabled: true,
  UserEnabled: true,
  RoleSourceChosen: true,
  TenantCreated: false,
} satisfies Record<keyof IdentityEventData, true> & Record<'TenantCreated', false>;

/** Domain event to public event; undefined for what stays here. @throws Error for a type nobody has decided about. */
export function toPublicEvent(event: RecordedEvent): PublicEvent | undefined {
  const { eventId, type, streamId, tenantId, version, position, occurredAt, recordedAt, metadata, data } = event;
  if (!Object.hasOwn(isTold, type)) throw new Error(`Nothing says whether ${type} is public.`);
  if (!isTold[type as Type]) return undefined;
  const contract = contractOf(type);
  if (contract === undefined) throw new Error(`There is no contract for ${type}.`);
  const { actor, correlationId, causationId, traceparent } = metadata;
  return {
    ...{ id: eventId, source: 'identity', type, schemaVersion: contract.schemaVersion },
    ...{ tenantId, streamId, version, position, occurredAt, recordedAt },
    ...{ actor, correlationId, causationId, traceparent, data },
  };
}
