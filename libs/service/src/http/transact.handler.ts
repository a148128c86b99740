import {
  type CommandOptions,
  type CommandResult,
  type Decider,
  type DomainCommand,
  type DomainEvent,
  EventStore,
} from '@guichet/event-sourcing';
import { Module } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** The envelope of every command that needs nothing but its own stream, `<category>-<id>`. */
export class Transact<
  State,
  Intention extends DomainCommand,
  Event extends DomainEvent,
> extends Command<CommandResult> {
  /** @param events the service's own: services of one process share the bus. */
  constructor(
    readonly events: EventStore,
    readonly decider: Decider<State, Intention, Event>,
    readonly id: string,
    readonly command: Intention,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(Transact)
export class TransactHandler implements ICommandHandler<Transact<unknown, DomainCommand, DomainEvent>> {
  execute({
    events,
    decider,
    id,
    command,
    options,
  }: Transact<unknown, DomainCommand, DomainEvent>): Promise<CommandResult> {
    return events.transact(decider, id, command, options);
  }
}

/** Imported by every service: Nest makes a module once, and the bus of the process takes one handler of a command. */
@Module({ providers: [TransactHandler] })
export class TransactModule {}
