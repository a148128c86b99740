import { type CommandOptions, type CommandResult, EventStore, StaleVersion } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import {
  mustBeKnownTo,
  type Opening,
  type Ticket,
  type TicketCommand,
  ticketDecider,
  type TicketEvent,
  type WrittenReply,
} from './ticket.js';

/** Tickets in the event store. */
@Injectable()
export class Tickets {
  constructor(private readonly events: EventStore) {}

  async load(tenantId: string, ticketId: string): Promise<Ticket> {
    return (await this.events.load(ticketDecider, tenantId, ticketId)).state;
  }

  /**
   * A ticket whose target is spam is carried on by nobody: it carries its matter on itself again. Answers whether it
   * was so.
   */
  async unmergeFromSpam(ticketId: string, options: CommandOptions): Promise<boolean> {
    const { context } = options;
    const { mergedInto } = await this.load(context.tenantId, ticketId);
    if (mergedInto === undefined || !(await this.load(context.tenantId, mergedInto)).spam) return false;
    const unmerge: TicketCommand = { type: 'UnmergeTicket', data: { ticketId, at: new Date().toISOString() } };
    await this.transact(ticketId, unmerge, { context });
    return true;
  }

  /** The replies of the ticket's stream among `replyIds`, oldest first. */
  async replies(tenantId: string, ticketId: string, replyIds: readonly string[]): Promise<WrittenReply[]> {
    const events = await this.events.readStream(tenantId, `${ticketDecider.category}-${ticketId}`);
    const told = events.map(({ type, data }) => ({ type, data }) as TicketEvent);
    const replies = told.flatMap((event) =>
      event.type === 'RequesterReplied' && replyIds.includes(event.data.replyId) ? [event.data] : [],
    );
    const requesters = new Map<string, string>();
    for (const from of new Set(replies.map(({ redirectedFrom = ticketId }) => redirectedFrom)))
      requesters.set(from, (await this.load(tenantId, from)).requesterId);
    return replies.map(({ replyId, body, at, redirectedFrom = ticketId }) => ({
      ...{ replyId, body, at },
      requesterId: requesters.get(redirectedFrom) ?? '',
    }));
  }

  /** How the ticket was opened; undefined if it was not. */
  async openingOf(tenantId: string, ticketId: string): Promise<Opening | undefined> {
    const events = await this.events.readStream(tenantId, `${ticketDecider.category}-${ticketId}`);
    return events.find(({ type }) => type === 'TicketOpened')?.data as Opening | undefined;
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
