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

describe('deactivating', () => {
  const deactivate = (handOverTo?: string): AgentCommand => ({
    type: 'DeactivateAgent',
    data: { agentId: 'amir', handOverTo, at },
  });
  const deactivated = (handOverTo?: string): AgentEvent => ({
    type: 'AgentDeactivated',
    data: { agentId: 'amir', handOverTo, at },
  });
  const reactivate: AgentCommand = { type: 'ReactivateAgent', data: { agentId: 'amir', at } };
  const reactivated: AgentEvent = { type: 'AgentReactivated', data: { agentId: 'amir', at } };

  it('says who gets the tickets', () => given(registered()).when(deactivate('bea')).then(deactivated('bea')));
  it('happens once', () => given(registered(), deactivated('bea')).when(deactivate('bea')).thenNothing());
  it('may name somebody else later', () =>
    given(registered(), deactivated('bea')).when(deactivate()).then(deactivated()));
  it('refuses an agent who is not there', () => given().when(deactivate()).thenRefused('unknown-agent'));
  it('refuses that the tickets stay', () =>
    given(registered()).when(deactivate('amir')).thenRefused('hand-over-to-self'));
  it('is undone', () => given(registered(), deactivated()).when(reactivate).then(reactivated));
  it('has nothing to undo', () => given(registered()).when(reactivate).thenNothing());

  const admit: AgentCommand = { type: 'AdmitAgent', data: amir() };
  it('lets an unknown agent claim, who becomes known', () => given().when(admit).then(registered()));
  it('lets a known agent claim', () => given(registered('a')).when(admit).thenNothing());
  it('lets no deactivated agent claim', () =>
    given(registered(), deactivated()).when(admit).thenRefused('agent-inactive'));
  it('lets an agent claim again', () => given(registered(), deactivated(), reactivated).when(admit).thenNothing());
});
