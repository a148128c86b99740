import { type CommandOptions, type CommandResult, DomainError, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DepartmentStates } from '../department/department-states.query.js';
import { type AgentCommand, agentDecider, agentStreamId, departmentsNamedIn, mustBeActive } from './agent.js';

/** The envelope of every command about one agent. */
export class OrganizeAgent extends Command<CommandResult> {
  constructor(
    readonly agentId: string,
    readonly command: AgentCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(OrganizeAgent)
export class AgentHandler implements ICommandHandler<OrganizeAgent> {
  constructor(
    private readonly events: EventStore,
    private readonly departments: DepartmentStates,
  ) {}

  /**
   * @throws DomainError `unknown-department`, `department-retired` (422): the departments an agent works for must be in
   * service;
   *   `unknown-agent` (422), `agent-inactive` (409): whoever takes over the tickets must be able to.
   */
  execute({ agentId, command, options }: OrganizeAgent): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      for (const departmentId of departmentsNamedIn(command)) await this.departments.mustBeOpen(tenantId, departmentId);
      if (command.type === 'DeactivateAgent' && command.data.handOverTo !== undefined)
        await mustTakeTickets(this.events, tenantId, command.data.handOverTo);
      return this.events.transact(agentDecider, agentStreamId(tenantId, agentId), command, options);
    });
  }
}

/** @throws DomainError `unknown-agent` (422), `agent-inactive` (409) */
export async function mustTakeTickets(events: EventStore, tenantId: string, agentId: string): Promise<void> {
  const { state } = await events.load(agentDecider, tenantId, agentStreamId(tenantId, agentId));
  if (state.name === null) throw new DomainError('unknown-agent', 'There is no such agent.', { agentId }, 'invalid');
  mustBeActive(agentId, state);
}
