/** What services make of identity's events about accounts: who may still come in, and with which roles. Pure. */
import { type Principal, type Role, roles as allRoles, type Standing } from '@guichet/http-host';

/** An event of identity's log, or of what was received of it. */
export interface AccountEvent {
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Account {
  readonly isDisabled: boolean;
  readonly roles: readonly Role[];
  /** Tokens issued under an earlier version of the account are good for nothing. */
  readonly validFrom: number;
  /** Version of the last event that is known. */
  readonly version: number;
}

/** Everything known that bears on one token. */
export interface KnownOf {
  /** By stream. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** Whether the tenant wants the roles of its people to count, whatever a token of another issuer says. */
  readonly isRolesOfPeople: boolean;
}

const unknown: Account = { isDisabled: false, roles: [], validFrom: 0, version: 0 };

const known = (role: unknown): role is Role => (allRoles as readonly unknown[]).includes(role);
const rolesIn = (list: unknown): readonly Role[] => (Array.isArray(list) ? (list as unknown[]).filter(known) : []);

/** Types nobody here knows change nothing but the version: an older service survives a newer identity. */
function evolve(account: Account, { type, data, version }: AccountEvent): Account {
  const { role } = data;
  const next = { ...account, version };
  switch (type) {
    case 'ClientRegistered':
      return { ...next, isDisabled: false, roles: rolesIn(data['roles']), validFrom: version };
    case 'ClientSecretRenewed':
      return { ...next, validFrom: version };
    case 'ClientDisabled':
    case 'UserDisabled':
    case 'Unreadable': // It may have been either.
      return { ...next, isDisabled: true };
    case 'UserEnabled':
      return { ...next, isDisabled: false, validFrom: version };
    case 'RoleGranted':
      return known(role) ? { ...next, roles: [...account.roles.filter((has) => has !== role), role] } : next;
    case 'RoleRevoked':
      return { ...next, roles: account.roles.filter((has) => has !== role) };
    default:
      return next;
  }
}

/** @param events in the order of their versions, of any streams of one tenant. */
export function knownFrom(events: readonly AccountEvent[]): KnownOf {
  const accounts = new Map<string, Account>();
  let isRolesOfPeople = false;
  for (const event of events) {
    if (event.type === 'RoleSourceChosen') isRolesOfPeople = event.data['source'] === 'people';
    if (!event.streamId.startsWith('tenant-')) {
      accounts.set(event.streamId, evolve(accounts.get(event.streamId) ?? unknown, event));
    }
  }
  return { accounts, isRolesOfPeople };
}

/** @param stream of the account that the token names, or of the person whom its issuer knows by its subject. */
export function standingOf({ account: named, roles }: Principal, stream: string, of: KnownOf): Standing {
  const account = of.accounts.get(stream);
  if (named !== undefined) {
    // What is newer than what has been heard of counts as it is.
    if (account === undefined || named.version > account.version) return { isEnded: false, roles };
    const isEnded = account.isDisabled || named.version < account.validFrom;
    return { isEnded, roles: onlyThoseIn(roles, account.roles) };
  }
  if (account?.isDisabled) return { isEnded: true, roles: [] };
  return { isEnded: false, roles: of.isRolesOfPeople ? (account?.roles ?? []) : roles };
}

/** The very list where nothing is left out. */
const onlyThoseIn = (roles: readonly Role[], allowed: readonly Role[]): readonly Role[] =>
  roles.every((role) => allowed.includes(role)) ? roles : roles.filter((role) => allowed.includes(role));
