import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DepartmentStates } from './department-states.query.js';
import { type DepartmentCommand, departmentDecider, departmentStreamId } from './department.js';

/** The envelope of every command about one department. */
export class OrganizeDepartment extends Command<CommandResult> {
  constructor(
    readonly departmentId: string,
    readonly command: DepartmentCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(OrganizeDepartment)
export class DepartmentHandler implements ICommandHandler<OrganizeDepartment> {
  constructor(
    private readonly events: EventStore,
    private readonly departments: DepartmentStates,
  ) {}

  /** @throws DomainError `unknown-department`, `department-retired` (422): a successor must exist and be in service. */
  execute({ departmentId, command, options }: OrganizeDepartment): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      if (command.type === 'RetireDepartment') {
        this.departments.forget(tenantId, command.data.successorId);
        await this.departments.mustBeOpen(tenantId, command.data.successorId);
      }
      const id = departmentStreamId(tenantId, departmentId);
      const result = await this.events.transact(departmentDecider, id, command, options);
      this.departments.forget(tenantId, departmentId);
      return result;
    });
  }
}
