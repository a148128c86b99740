import { type CommandOptions, type CommandResult, DomainError, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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
  constructor(private readonly events: EventStore) {}

  execute({ departmentId, command, options }: OrganizeDepartment): Promise<CommandResult> {
    const id = departmentStreamId(options.context.tenantId, departmentId);
    return this.events.transact(departmentDecider, id, command, options);
  }
}

/** As the log has it: one that was just created is one. */
export const isDepartment = (events: EventStore, tenantId: string, departmentId: string): Promise<boolean> =>
  events.exists(tenantId, `${departmentDecider.category}-${departmentStreamId(tenantId, departmentId)}`);

/** @throws DomainError `unknown-department` (422) */
export async function mustBeDepartment(events: EventStore, tenantId: string, departmentId: string): Promise<void> {
  if (!(await isDepartment(events, tenantId, departmentId)))
    throw new DomainError('unknown-department', 'There is no such department.', { departmentId }, 'invalid');
}
