/** The Agent: a person who can be assigned tickets, under the id their access token names as subject. */
import { type Decider, type DomainCommand, type DomainEvent, DomainError, uuid5 } from '@guichet/event-sourcing';

interface Registration {
  readonly agentId: string;
  readonly name: string;
  readonly departmentIds: string[];
  readonly at: string;
}
type Departments = Omit<Registration, 'name'>;

// Facts, stored for ever: add optional fields; never rename, never remove.
export type AgentEvent =
  DomainEvent<'AgentRegistered', Registration> | DomainEvent<'AgentDepartmentsChanged', Departments>;

/** EnsureAgent is RegisterAgent for imports and first claims: an agent of that id is left as they are. */
export type AgentCommand =
  | DomainCommand<'RegisterAgent', Registration>
  | DomainCommand<'EnsureAgent', Registration>
  | DomainCommand<'ChangeAgentDepartments', Departments>;

interface Agent {
  readonly name: string | null;
  readonly departmentIds: readonly string[];
}

const evolve = (agent: Agent, { type, data }: AgentEvent): Agent => {
  switch (type) {
    case 'AgentRegistered':
      return { name: data.name, departmentIds: data.departmentIds };
    case 'AgentDepartmentsChanged':
      return { ...agent, departmentIds: data.departmentIds };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: AgentCommand, { name, departmentIds }: Agent): readonly AgentEvent[] => {
  switch (type) {
    case 'RegisterAgent':
      if (name === data.name && sameDepartments(departmentIds, data.departmentIds)) return [];
      if (name !== null) throw new DomainError('agent-exists', 'An agent has this id already.');
      return [{ type: 'AgentRegistered', data: { ...data, departmentIds: distinct(data.departmentIds) } }];
    case 'EnsureAgent':
      if (name !== null) return [];
      return [{ type: 'AgentRegistered', data: { ...data, departmentIds: distinct(data.departmentIds) } }];
    case 'ChangeAgentDepartments':
      if (name === null) throw new DomainError('unknown-agent', 'There is no such agent.', {}, 'unknown');
      if (sameDepartments(departmentIds, data.departmentIds)) return [];
      return [{ type: 'AgentDepartmentsChanged', data: { ...data, departmentIds: distinct(data.departmentIds) } }];
  }
};

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];
const sameDepartments = (a: readonly string[], b: readonly string[]): boolean =>
  distinct(a).length === distinct(b).length && a.every((id) => b.includes(id));

export const agentDecider: Decider<Agent, AgentCommand, AgentEvent> = {
  category: 'agent',
  initial: { name: null, departmentIds: [] },
  evolve,
  decide,
};

/** What follows `agent-` in the stream's name: agents' ids are unique within a tenant only. */
export const agentStreamId = (tenantId: string, agentId: string): string => uuid5(tenantId, `agent/${agentId}`);

/** The departments a command names and that therefore must exist; an import's facts are taken as they are. */
export const departmentsNamedIn = ({ type, data }: AgentCommand): readonly string[] =>
  type === 'EnsureAgent' ? [] : distinct(data.departmentIds);
