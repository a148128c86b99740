import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustBeDepartment } from '../department/department.handler.js';
import { type AgentCommand, agentDecider, agentStreamId, departmentsNamedIn } from './agent.js';

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
  constructor(private readonly events: EventStore) {}

  /** @throws DomainError `unknown-department` (422): the departments an agent works for must exist. */
  execute({ agentId, command, options }: OrganizeAgent): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      for (const departmentId of departmentsNamedIn(command))
        await mustBeDepartment(this.events, tenantId, departmentId);
      return this.events.transact(agentDecider, agentStreamId(tenantId, agentId), command, options);
    });
  }
}
