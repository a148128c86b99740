import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TicketViews } from '../ticket-view/ticket-view.query.js';
import { similarEnough, similarity } from './similarity.js';
import { type PossibleDuplicate, type TicketCommand, ticketDecider, type TicketEvent } from './ticket.js';
import { isSpamRefusal, redirection } from './ticket-chain.js';
import { TicketNumbers } from './ticket-number.store.js';
import { Tickets } from './tickets.store.js';

type DataOf<Type extends TicketCommand['type']> = Extract<TicketCommand, { type: Type }>['data'];

/** One envelope for the commands that need nothing but the ticket. */
export class HandleTicket extends Command<CommandResult> {
  constructor(
    readonly ticketId: string,
    readonly command: TicketCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(HandleTicket)
export class TicketHandler implements ICommandHandler<HandleTicket> {
  constructor(private readonly tickets: Tickets) {}

  execute({ ticketId, command, options }: HandleTicket): Promise<CommandResult> {
    return this.tickets.transact(ticketId, command, options);
  }
}

/** A requester's word on whether they are done, decided with what the read model knows of the work. */
export class EndOrReopen extends Command<CommandResult> {
  constructor(
    readonly type: 'CloseTicket' | 'ReopenTicket',
    readonly wish: Omit<DataOf<'CloseTicket'>, 'work'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(EndOrReopen)
export class EndOrReopenHandler implements ICommandHandler<EndOrReopen> {
  constructor(
    private readonly tickets: Tickets,
    private readonly views: TicketViews,
  ) {}

  async execute({ type, wish, options }: EndOrReopen): Promise<CommandResult> {
    const { tenantId } = options.context;
    if (type === 'ReopenTicket') await this.tickets.unmergeFromSpam(wish.ticketId, options);
    const work = await this.views.workOn(tenantId, wish.ticketId);
    return this.tickets.transact(wish.ticketId, { type, data: { ...wish, work } }, options);
  }
}

/** Opens a ticket under the tenant's next number, with a warning where its requester has just asked much the same. */
export class OpenTicket extends Command<CommandResult> {
  constructor(
    readonly opening: Omit<DataOf<'OpenTicket'>, 'number' | 'possibleDuplicates'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const duplicatesWithinMs = 24 * 60 * 60 * 1000;
const maxDuplicates = 5;

@CommandHandler(OpenTicket)
export class OpenTicketHandler implements ICommandHandler<OpenTicket> {
  constructor(
    private readonly events: EventStore,
    private readonly numbers: TicketNumbers,
    private readonly views: TicketViews,
  ) {}

  async execute({ opening, options }: OpenTicket): Promise<CommandResult> {
    const { tenantId } = options.context;
    const [number, possibleDuplicates] = await Promise.all([
      this.numberFor(opening.ticketId, options),
      this.duplicatesOf(tenantId, opening),
    ]);
    const data = { ...opening, number, ...(possibleDuplicates.length > 0 && { possibleDuplicates }) };
    return this.events.transact(ticketDecider, opening.ticketId, { type: 'OpenTicket', data }, options);
  }

  /** A repeated request must not use up another number: it will be answered with the first one's. */
  private async numberFor(ticketId: string, { context, commandId }: CommandOptions): Promise<string> {
    if (commandId !== undefined) {
      const streamId = `${ticketDecider.category}-${ticketId}`;
      const [first] = await this.events.readStream(context.tenantId, streamId);
      if (first !== undefined) return (first.data as Extract<TicketEvent, { type: 'TicketOpened' }>['data']).number;
    }
    return this.numbers.next(context.tenantId);
  }

  private async duplicatesOf(
    tenantId: string,
    { ticketId, requesterId, subject, at }: OpenTicket['opening'],
  ): Promise<PossibleDuplicate[]> {
    const since = new Date(Date.parse(at) - duplicatesWithinMs).toISOString();
    const recent = await this.views.unfinishedOf(tenantId, requesterId, since);
    return recent
      .filter((other) => other.ticket_id !== ticketId)
      .map((other) => ({ other, alike: similarity(subject, other.subject) }))
      .filter(({ alike }) => alike >= similarEnough)
      .sort((a, b) => b.alike - a.alike)
      .slice(0, maxDuplicates)
      .map(({ other }) => ({ ticketId: other.ticket_id, number: other.number }));
  }
}

/**
 * A requester's reply. What is sent to a merged ticket goes to the one that carries it on, however long the chain is.
 * Where that one turns out to be spam, the ticket before it carries its matter on by itself again.
 */
export class SendReply extends Command<CommandResult> {
  constructor(
    readonly reply: Omit<DataOf<'ReplyToTicket'>, 'redirectedFrom' | 'work'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(SendReply)
export class SendReplyHandler implements ICommandHandler<SendReply> {
  constructor(
    private readonly tickets: Tickets,
    private readonly views: TicketViews,
  ) {}

  execute({ reply, options }: SendReply): Promise<CommandResult> {
    return this.tickets.once(options, () => this.follow(reply, options));
  }

  private async follow(reply: SendReply['reply'], options: CommandOptions): Promise<CommandResult> {
    const passed: string[] = [];
    for (let ticketId = reply.ticketId; ;) {
      try {
        return await this.send(ticketId, { reply, options });
      } catch (refusal) {
        const before = passed.at(-1);
        if (before !== undefined && isSpamRefusal(refusal)) {
          passed.pop();
          if (!(await this.tickets.unmergeFromSpam(before, options))) throw refusal;
          ticketId = before;
          continue;
        }
        const next = redirection(refusal);
        // Only an import can bring a circle of merges: there is no end to send the reply to.
        if (next === undefined || passed.includes(next)) throw refusal;
        passed.push(ticketId);
        ticketId = next;
      }
    }
  }

  private async send(
    ticketId: string,
    { reply, options }: Pick<SendReply, 'reply' | 'options'>,
  ): Promise<CommandResult> {
    const work = await this.views.workOn(options.context.tenantId, ticketId);
    const data = { ...reply, ticketId, work };
    if (ticketId === reply.ticketId) {
      return this.tickets.transact(ticketId, { type: 'ReplyToTicket', data }, options);
    }
    const redirected = { ...data, redirectedFrom: reply.ticketId };
    // The version that the caller named was that of the ticket they wrote to.
    const elsewhere = { ...options, expectedVersion: undefined };
    return this.tickets.transact(ticketId, { type: 'ReplyToTicket', data: redirected }, elsewhere);
  }
}
