import { type CommandOptions, type CommandResult, EventStore, StaleVersion } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { mustBeKnownTo, type Ticket, type TicketCommand, ticketDecider } from './ticket.js';

/** Tickets in the event store. */
@Injectable()
export class Tickets {
  constructor(private readonly events: EventStore) {}

  async load(tenantId: string, ticketId: string): Promise<Ticket> {
    return (await this.events.load(ticketDecider, tenantId, ticketId)).state;
  }

  /**
   * Load, decide, append; retried on a version conflict unless the caller named a version.
   * @throws StaleVersion, but never about a ticket whose existence the caller may not know of.
   */
  async transact(ticketId: string, command: TicketCommand, options: CommandOptions): Promise<CommandResult> {
    try {
      return await this.events.transact(ticketDecider, ticketId, command, options);
    } catch (error) {
      if (error instanceof StaleVersion) mustBeKnownTo(command, await this.load(options.context.tenantId, ticketId));
      throw error;
    }
  }

  /** What a handler refuses before it gets to `transact` is not refused to a command that was carried out before. */
  once(options: CommandOptions, work: () => Promise<CommandResult>): Promise<CommandResult> {
    return this.events.once(options, work);
  }
}
