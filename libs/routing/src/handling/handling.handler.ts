import { type CommandOptions, type CommandResult, DomainError, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agentDecider, agentStreamId } from '../agent/agent.js';
import { mustTakeTickets } from '../agent/agent.handler.js';
import { DepartmentStates } from '../department/department-states.query.js';
import { handlingDecider } from './decide.js';
import { type HandlingCommand, mentionedIn } from './handling.js';

/** The envelope of every command about the work on one ticket. */
export class WorkOnTicket extends Command<CommandResult> {
  constructor(
    readonly ticketId: string,
    readonly command: HandlingCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(WorkOnTicket)
export class HandlingHandler implements ICommandHandler<WorkOnTicket> {
  constructor(
    private readonly events: EventStore,
    private readonly departments: DepartmentStates,
  ) {}

  /**
   * Load, decide, append; retried on a conflict unless the caller named a version. What the command mentions must exist.
   * @throws DomainError `unknown-department`, `department-retired`, `unknown-agent` (422), `agent-inactive` (409) or the refusal of `decide`, with the agent's name.
   */
  async execute({ ticketId, command, options }: WorkOnTicket): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { departmentId, agentId } = mentionedIn(command);
    if (departmentId !== undefined) await this.departments.mustBeOpen(tenantId, departmentId);
    if (agentId !== undefined) await mustTakeTickets(this.events, tenantId, agentId);
    try {
      return await this.events.transact(handlingDecider, ticketId, command, options);
    } catch (error) {
      throw await this.naming(error, tenantId);
    }
  }

  /** Whoever is told that another agent has the ticket wants to know who that is. */
  private async naming(error: unknown, tenantId: string): Promise<unknown> {
    if (!(error instanceof DomainError) || typeof error.details.agentId !== 'string') return error;
    const { state } = await this.events.load(agentDecider, tenantId, agentStreamId(tenantId, error.details.agentId));
    return new DomainError(error.code, error.message, { ...error.details, name: state.name }, error.kind);
  }
}
