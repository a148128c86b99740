import type { Principal, Role } from '@guichet/http-host';
import { type AccountEvent, knownFrom, standingOf } from './account.js';

const stream = 'user-7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
const history = (...told: readonly (readonly [string, object?])[]): AccountEvent[] =>
  told.map(([type, data], index) => ({ streamId: stream, version: index + 1, type, data: { ...data } }));
const chosen = (source: string): AccountEvent => ({
  ...{ streamId: 'tenant-t', version: 2, type: 'RoleSourceChosen', data: { source } },
});
const bearer = (roles: readonly Role[], version?: number): Principal => ({
  ...{ subject: 'ada', expiresAtMs: 0, timeZone: 'UTC', roles },
  ...(version === undefined ? {} : { account: { streamId: stream, version } }),
});
const standing = (principal: Principal, events: readonly AccountEvent[]) =>
  standingOf(principal, stream, knownFrom(events));

const invited = [['UserInvited'], ['RoleGranted', { role: 'agent' }], ['RoleGranted', { role: 'admin' }]] as const;
const registered = ['ClientRegistered', { roles: ['analyst', 'importer'] }] as const;

it.each<[string, Principal, AccountEvent[], boolean, Role[]]>([
  ['a person nothing has changed about', bearer(['agent'], 3), history(...invited), false, ['agent']],
  [
    'one who has lost a role',
    bearer(['agent', 'admin'], 3),
    history(...invited, ['RoleRevoked', { role: 'admin' }]),
    false,
    ['agent'],
  ],
  [
    'one who has got it back',
    bearer(['admin'], 3),
    history(...invited, ['RoleRevoked', { role: 'admin' }], ['RoleGranted', { role: 'admin' }]),
    false,
    ['admin'],
  ],
  ['one who is disabled', bearer(['agent'], 3), history(...invited, ['UserDisabled']), true, ['agent']],
  [
    'a token from before that',
    bearer(['agent'], 3),
    history(...invited, ['UserDisabled'], ['UserEnabled']),
    true,
    ['agent'],
  ],
  [
    'a token from after that',
    bearer(['agent'], 5),
    history(...invited, ['UserDisabled'], ['UserEnabled']),
    false,
    ['agent'],
  ],
  [
    'a token newer than what has been heard',
    bearer(['agent'], 5),
    history(...invited, ['UserDisabled']),
    false,
    ['agent'],
  ],
  ['an account nobody has heard of yet', bearer(['agent'], 1), [], false, ['agent']],
  ['a client', bearer(['analyst'], 1), history(registered), false, ['analyst']],
  ['a client that was disabled', bearer(['analyst'], 1), history(registered, ['ClientDisabled']), true, ['analyst']],
  [
    'one of the same name after it',
    bearer(['analyst'], 3),
    history(registered, ['ClientDisabled'], registered),
    false,
    ['analyst'],
  ],
  [
    'a token got by an old secret',
    bearer(['analyst'], 1),
    history(registered, ['ClientSecretRenewed']),
    true,
    ['analyst'],
  ],
  ['a record that could not be read', bearer(['analyst'], 1), history(registered, ['Unreadable']), true, ['analyst']],
  ['a type from the future', bearer(['analyst'], 1), history(registered, ['ClientPraised']), false, ['analyst']],
  [
    'a token of another issuer',
    bearer(['admin']),
    history(...invited, ['RoleRevoked', { role: 'admin' }]),
    false,
    ['admin'],
  ],
  [
    'one where roles of people count',
    bearer(['analyst']),
    [...history(...invited), chosen('people')],
    false,
    ['agent', 'admin'],
  ],
  ['one of somebody unknown there', bearer(['admin']), [chosen('people')], false, []],
  [
    'one where they count no more',
    bearer(['analyst']),
    [...history(...invited), chosen('people'), chosen('issuer')],
    false,
    ['analyst'],
  ],
  ['one of a person who is disabled', bearer(['agent']), history(...invited, ['UserDisabled']), true, []],
])('%s', (_what, principal, events, isEnded, roles) =>
  expect(standing(principal, events)).toMatchObject(isEnded ? { isEnded } : { isEnded, roles }),
);
