import { specification } from '@guichet/event-sourcing/testing';
import { type UserCommand, userDecider, type UserEvent } from './user.js';

const given = specification(userDecider);
const at = '2026-03-02T09:00:00.000Z';
const invited: UserEvent = { type: 'UserInvited', data: { at } };
const granted: UserEvent = { type: 'RoleGranted', data: { role: 'agent', at } };
const revoked: UserEvent = { type: 'RoleRevoked', data: { role: 'agent', at } };
const invite: UserCommand = { type: 'InviteUser', data: { roles: ['agent', 'agent'], at } };
const grant: UserCommand = { type: 'GrantRole', data: { role: 'agent', at } };
const revoke: UserCommand = { type: 'RevokeRole', data: { role: 'agent', at } };

it('invites somebody with their roles', () => given().when(invite).then(invited, granted));
it('leaves somebody who is there already', () => given(invited).when(invite).thenNothing());
it('grants a role', () => given(invited).when(grant).then(granted));
it('leaves a role that is granted already', () => given(invited, granted).when(grant).thenNothing());
it('takes a role away', () => given(invited, granted).when(revoke).then(revoked));
it('has nothing to take away twice', () => given(invited, granted, revoked).when(revoke).thenNothing());
it('grants a role again', () => given(invited, granted, revoked).when(grant).then(granted));
it('refuses to give roles to nobody', () => given().when(grant).thenRefused('unknown-person'));
it('refuses to take roles from nobody', () => given().when(revoke).thenRefused('unknown-person'));

const disabled: UserEvent = { type: 'UserDisabled', data: { at } };
const enabled: UserEvent = { type: 'UserEnabled', data: { at } };
const disable: UserCommand = { type: 'DisableUser', data: { at } };
const enable: UserCommand = { type: 'EnableUser', data: { at } };
it('disables somebody', () => given(invited).when(disable).then(disabled));
it('has nobody to disable twice', () => given(invited, disabled).when(disable).thenNothing());
it('lets somebody in again', () => given(invited, disabled).when(enable).then(enabled));
it('leaves somebody who may come in', () => given(invited, disabled, enabled).when(enable).thenNothing());
it('refuses to disable nobody', () => given().when(disable).thenRefused('unknown-person'));
it('refuses to let nobody in', () => given().when(enable).thenRefused('unknown-person'));
