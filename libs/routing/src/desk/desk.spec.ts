import { specification } from '@guichet/event-sourcing/testing';
import { type DepartmentScope, type DeskCommand, type DeskEvent, deskDecider } from './desk.js';

const given = specification(deskDecider);
const at = '2026-03-02T09:00:00.000Z';
const change = (scope: DepartmentScope): DeskCommand => ({ type: 'ChangeDepartmentScope', data: { scope, at } });
const changed = (scope: DepartmentScope): DeskEvent => ({ type: 'DepartmentScopeChanged', data: { scope, at } });

it('is open at first', () => given().when(change('open')).thenNothing());
it('closes to members', () => given().when(change('members')).then(changed('members')));
it('closes once', () => given(changed('members')).when(change('members')).thenNothing());
it('opens again', () => given(changed('members')).when(change('open')).then(changed('open')));
