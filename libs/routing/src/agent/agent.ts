/** The Agent: a person who can be assigned tickets, under the id their access token names as subject. */
import { type Decider, type DomainCommand, type DomainEvent, DomainError, uuid5 } from '@guichet/event-sourcing';

interface Registration {
  readonly agentId: string;
  readonly name: string;
  readonly departmentIds: string[];
  readonly at: string;
}
type Departments = Omit<Registration, 'name'>;
type Moment = Omit<Departments, 'departmentIds'>;

/** `handOverTo`: the agent who gets the open tickets; without it they go back to their queues. */
type Deactivation = Moment & { readonly handOverTo?: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type AgentEvent =
  | DomainEvent<'AgentRegistered', Registration>
  | DomainEvent<'AgentDepartmentsChanged', Departments>
  | DomainEvent<'AgentDeactivated', Deactivation>
  | DomainEvent<'AgentReactivated', Moment>;

/**
 * EnsureAgent is RegisterAgent for imports: an agent of that id is left as they are. AdmitAgent is the same for a
 * claim, and refuses a deactivated agent.
 */
export type AgentCommand =
  | DomainCommand<'RegisterAgent', Registration>
  | DomainCommand<'EnsureAgent', Registration>
  | DomainCommand<'AdmitAgent', Registration>
  | DomainCommand<'ChangeAgentDepartments', Departments>
  | DomainCommand<'DeactivateAgent', Deactivation>
  | DomainCommand<'ReactivateAgent', Moment>;

export interface Agent {
  readonly name: string | null;
  readonly departmentIds: readonly string[];
  /** A deactivated agent gets no tickets. */
  readonly active: boolean;
  readonly handOverTo: string | null;
}

const evolve = (agent: Agent, { type, data }: AgentEvent): Agent => {
  switch (type) {
    case 'AgentRegistered':
      return { ...agent, name: data.name, departmentIds: data.departmentIds };
    case 'AgentDepartmentsChanged':
      return { ...agent, departmentIds: data.departmentIds };
    case 'AgentDeactivated':
      return { ...agent, active: false, handOverTo: data.handOverTo ?? null };
    case 'AgentReactivated':
      return { ...agent, active: true, handOverTo: null };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: AgentCommand, agent: Agent): readonly AgentEvent[] => {
  const { name, departmentIds, active } = agent;
  switch (type) {
    case 'RegisterAgent':
      if (name === data.name && sameDepartments(departmentIds, data.departmentIds)) return [];
      if (name !== null) throw new DomainError('agent-exists', 'An agent has this id already.');
      return register(data);
    case 'EnsureAgent':
      return name === null ? register(data) : [];
    case 'AdmitAgent':
      if (name !== null) mustBeActive(data.agentId, agent);
      return name === null ? register(data) : [];
    case 'ChangeAgentDepartments':
      mustBeKnown(agent);
      if (sameDepartments(departmentIds, data.departmentIds)) return [];
      return [{ type: 'AgentDepartmentsChanged', data: { ...data, departmentIds: distinct(data.departmentIds) } }];
    case 'DeactivateAgent':
      mustBeKnown(agent);
      if (data.handOverTo === data.agentId)
        throw new DomainError('hand-over-to-self', 'The tickets must go to somebody else.', {}, 'invalid');
      return !active && agent.handOverTo === (data.handOverTo ?? null) ? [] : [{ type: 'AgentDeactivated', data }];
    case 'ReactivateAgent':
      mustBeKnown(agent);
      return active ? [] : [{ type: 'AgentReactivated', data }];
  }
};

const register = (data: Registration): readonly AgentEvent[] => [
  { type: 'AgentRegistered', data: { ...data, departmentIds: distinct(data.departmentIds) } },
];

function mustBeKnown({ name }: Agent): void {
  if (name === null) throw new DomainError('unknown-agent', 'There is no such agent.', {}, 'unknown');
}

/** @throws DomainError `agent-inactive` (409) */
export function mustBeActive(agentId: string, { active, name }: Agent): void {
  if (!active)
    throw new DomainError('agent-inactive', 'The agent is deactivated and gets no tickets.', { agentId, name });
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];
const sameDepartments = (a: readonly string[], b: readonly string[]): boolean =>
  distinct(a).length === distinct(b).length && a.every((id) => b.includes(id));

export const agentDecider: Decider<Agent, AgentCommand, AgentEvent> = {
  category: 'agent',
  initial: { name: null, departmentIds: [], active: true, handOverTo: null },
  evolve,
  decide,
};

/** What follows `agent-` in the stream's name: agents' ids are unique within a tenant only. */
export const agentStreamId = (tenantId: string, agentId: string): string => uuid5(tenantId, `agent/${agentId}`);

/** The departments a command names and that therefore must exist; an import's facts are taken as they are. */
export const departmentsNamedIn = ({ type, data }: AgentCommand): readonly string[] =>
  type === 'RegisterAgent' || type === 'ChangeAgentDepartments' ? distinct(data.departmentIds) : [];
