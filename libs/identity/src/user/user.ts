/**
 * The User: a person of a tenant and what they may do. Pure: no Nest, no database, no clock.
 * Name and e-mail address are not in these events: a log cannot forget, and people may ask us to. See
 * profiles.store.ts.
 */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import type { Role } from '@guichet/http-host';

// Facts, stored for ever: add optional fields; never rename, never remove.
export type UserEvent =
  | DomainEvent<'UserInvited', { at: string }>
  | DomainEvent<'RoleGranted', { role: Role; at: string }>
  | DomainEvent<'RoleRevoked', { role: Role; at: string }>
  | DomainEvent<'UserDisabled', { at: string }>
  | DomainEvent<'UserEnabled', { at: string }>;

export type UserCommand =
  | DomainCommand<'InviteUser', { roles: readonly Role[]; at: string }>
  | DomainCommand<'GrantRole', { role: Role; at: string }>
  | DomainCommand<'RevokeRole', { role: Role; at: string }>
  | DomainCommand<'DisableUser', { at: string }>
  | DomainCommand<'EnableUser', { at: string }>;

export interface User {
  readonly isThere: boolean;
  /** Gets no token, and has none that is good for anything. */
  readonly isDisabled: boolean;
  readonly roles: readonly Role[];
}
const initial: User = { isThere: false, isDisabled: false, roles: [] };

const evolve = (user: User, { type, data }: UserEvent): User => {
  switch (type) {
    case 'UserInvited':
      return { ...user, isThere: true };
    case 'RoleGranted':
      return { ...user, roles: [...user.roles, data.role] };
    case 'RoleRevoked':
      return { ...user, roles: user.roles.filter((role) => role !== data.role) };
    case 'UserDisabled':
      return { ...user, isDisabled: true };
    case 'UserEnabled':
      return { ...user, isDisabled: false };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: UserCommand, user: User): readonly UserEvent[] => {
  switch (type) {
    case 'InviteUser': {
      if (user.isThere) return [];
      const { roles, at } = data;
      const granted = [...new Set(roles)].map((role): UserEvent => ({ type: 'RoleGranted', data: { role, at } }));
      return [{ type: 'UserInvited', data: { at } }, ...granted];
    }
    case 'GrantRole':
      mustBeThere(user);
      return user.roles.includes(data.role) ? [] : [{ type: 'RoleGranted', data }];
    case 'RevokeRole':
      mustBeThere(user);
      return user.roles.includes(data.role) ? [{ type: 'RoleRevoked', data }] : [];
    case 'DisableUser':
      mustBeThere(user);
      return user.isDisabled ? [] : [{ type: 'UserDisabled', data }];
    case 'EnableUser':
      mustBeThere(user);
      return user.isDisabled ? [{ type: 'UserEnabled', data }] : [];
  }
};

function mustBeThere({ isThere }: User): void {
  if (!isThere) throw new DomainError('unknown-person', 'There is no such person.', {}, 'unknown');
}

export const userDecider: Decider<User, UserCommand, UserEvent> = { category: 'user', initial, evolve, decide };
