import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type TenantCommand, tenantDecider } from './tenant.js';

/** One envelope for all commands on a tenant. */
export class HandleTenant extends Command<CommandResult> {
  constructor(
    readonly tenantId: string,
    readonly command: TenantCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(HandleTenant)
export class TenantHandler implements ICommandHandler<HandleTenant> {
  constructor(private readonly events: EventStore) {}

  execute({ tenantId, command, options }: HandleTenant): Promise<CommandResult> {
    return this.events.transact(tenantDecider, tenantId, command, options);
  }
}
