import {
  type CommandOptions,
  type CommandResult,
  DomainError,
  type EventContext,
  EventStore,
} from '@guichet/event-sourcing';
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
    /** Of who acts, as their token has it. */
    readonly name?: string,
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
   * Load, decide, append; retried on a conflict unless the caller named a version. What the command mentions must
   * exist.
   * @throws DomainError `unknown-department`, `department-retired`, `unknown-agent` (422), `agent-inactive` (409) or
   * the refusal of `decide`, with the agent's name.
   */
  execute({ ticketId, command, options, name }: WorkOnTicket): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      const { departmentId, agentId } = mentionedIn(command);
      if (departmentId !== undefined) await this.departments.mustBeOpen(tenantId, departmentId);
      if (agentId !== undefined) await mustTakeTickets(this.events, tenantId, agentId);
      if (command.type === 'ClaimTicket') await this.admit({ ...command.data, name }, options.context);
      try {
        return await this.events.transact(handlingDecider, ticketId, command, options);
      } catch (error) {
        throw await this.naming(error, tenantId);
      }
    });
  }

  /** An agent who claims their first ticket becomes known by the name in their token. */
  private async admit(
    { agentId, name, at }: { readonly agentId: string; readonly name?: string; readonly at: string },
    context: EventContext,
  ): Promise<void> {
    const data = { agentId, name: name ?? agentId, departmentIds: [], at };
    const id = agentStreamId(context.tenantId, agentId);
    await this.events.transact(agentDecider, id, { type: 'AdmitAgent', data }, { context });
  }

  /** Whoever is told that another agent has the ticket wants to know who that is. */
  private async naming(error: unknown, tenantId: string): Promise<unknown> {
    if (!(error instanceof DomainError) || typeof error.details.agentId !== 'string') return error;
    const { state } = await this.events.load(agentDecider, tenantId, agentStreamId(tenantId, error.details.agentId));
    return new DomainError(error.code, error.message, { ...error.details, name: state.name }, error.kind);
  }
}
