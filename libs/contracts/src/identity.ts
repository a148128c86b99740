/**
 * Public events of identity: who may come in, and as what. Streams and Kafka keys: `client-<id>`, `user-<id>`,
 * `tenant-<id>`; access tokens name the stream of their account. What people are called is not told.
 */
import { type Static, Type } from 'typebox';
import { Data, Instant, Key, notPersonal } from './schema.js';

const At = () => Instant({ description: 'When it happened.' });
const RoleName = () => Key(notPersonal('A role of the product.'));

export const ClientRegistered = Data('A program has an account, or has it again.', {
  name: Key(notPersonal('What a program is called.')),
  roles: Type.Array(RoleName(), { maxItems: 50 }),
  at: At(),
});
export const ClientSecretRenewed = Data('Tokens that were got with an older secret are good for nothing.', {
  at: At(),
});
export const ClientDisabled = Data('The program has no account any more.', { at: At() });
export const UserInvited = Data('A person belongs to the tenant.', { at: At() });
export const RoleGranted = Data('A person may do what this role may.', { role: RoleName(), at: At() });
export const RoleRevoked = Data('A person may do so no more.', { role: RoleName(), at: At() });
export const UserDisabled = Data('A person may not come in.', { at: At() });
export const UserEnabled = Data('A person may come in again, with a new token.', { at: At() });
export const RoleSourceChosen = Data(
  'Whose word on roles counts where another issuer signs the tokens of the tenant.',
  {
    source: Type.Union([Type.Literal('issuer'), Type.Literal('people')]),
    at: At(),
  },
);

export const identityEvents = {
  ClientRegistered,
  ClientSecretRenewed,
  ClientDisabled,
  UserInvited,
  RoleGranted,
  RoleRevoked,
  UserDisabled,
  UserEnabled,
  RoleSourceChosen,
} as const;

export type IdentityEventData = { [T in keyof typeof identityEvents]: Static<(typeof identityEvents)[T]> };
