import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type ClientCommand, clientDecider } from './client.js';

/** One envelope for all commands on a service account. */
export class HandleClient extends Command<CommandResult> {
  constructor(
    readonly clientStreamId: string,
    readonly command: ClientCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(HandleClient)
export class ClientHandler implements ICommandHandler<HandleClient> {
  constructor(private readonly events: EventStore) {}

  execute({ clientStreamId, command, options }: HandleClient): Promise<CommandResult> {
    return this.events.transact(clientDecider, clientStreamId, command, options);
  }
}
