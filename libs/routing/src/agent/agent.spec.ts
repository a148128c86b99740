import { specification } from '@guichet/event-sourcing/testing';
import { type AgentCommand, type AgentEvent, agentDecider } from './agent.js';

const given = specification(agentDecider);
const at = '2026-03-02T09:00:00.000Z';
const amir = (...departmentIds: string[]) => ({ agentId: 'amir', name: 'Amir', departmentIds, at });
const registered = (...departmentIds: string[]): AgentEvent => ({
  type: 'AgentRegistered',
  data: amir(...departmentIds),
});
const register = (...departmentIds: string[]): AgentCommand => ({
  type: 'RegisterAgent',
  data: amir(...departmentIds),
});
const moveTo = (...departmentIds: string[]): AgentCommand => ({
  type: 'ChangeAgentDepartments',
  data: { agentId: 'amir', departmentIds, at },
});

it('registers an agent', () => given().when(register('billing')).then(registered('billing')));
it('names each department once', () => given().when(register('billing', 'billing')).then(registered('billing')));
it('registers an agent once', () => given(registered('a', 'b')).when(register('b', 'a')).thenNothing());
it('refuses another agent under the same id', () =>
  given(registered('a'))
    .when({ type: 'RegisterAgent', data: { ...amir('a'), name: 'Amira' } })
    .thenRefused('agent-exists'));
it('registers an agent an import brings, and leaves them when it comes again', () => {
  given().when({ type: 'EnsureAgent', data: amir() }).then(registered());
  given(registered('a')).when({ type: 'EnsureAgent', data: amir() }).thenNothing();
});
it('changes the departments of an agent', () =>
  given(registered('a'))
    .when(moveTo('b', 'b'))
    .then({ type: 'AgentDepartmentsChanged', data: { agentId: 'amir', departmentIds: ['b'], at } }));
it('has nothing to change where the departments are the same', () =>
  given(registered('a', 'b'))
    .when(moveTo('b', 'a', 'b'))
    .thenNothing());
it('refuses to move an agent who is not there', () => given().when(moveTo('a')).thenRefused('unknown-agent'));
