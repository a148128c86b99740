import { randomUUID } from 'node:crypto';
import { type CommandOptions, type CommandResult, DomainError, uuid5 } from '@guichet/event-sourcing';
import { Freshness, MergeLock } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TicketViews } from '../ticket-view/ticket-view.query.js';
import { type Opening, type TicketCommand, ticketDecider, type TicketEvent, unknownTicket } from './ticket.js';
import { mergeTarget } from './ticket-chain.js';
import { TicketNumbers } from './ticket-number.store.js';
import { Tickets } from './tickets.store.js';

type DataOf<Type extends TicketCommand['type']> = Extract<TicketCommand, { type: Type }>['data'];

// Each of these touches more than one ticket: one at a time in a tenant, so that they find the tickets as they leave
// them.

export class MergeTicket extends Command<CommandResult> {
  constructor(
    readonly merge: Omit<DataOf<'MergeTicket'>, 'target'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(MergeTicket)
export class MergeTicketHandler implements ICommandHandler<MergeTicket> {
  constructor(
    private readonly tickets: Tickets,
    private readonly lock: MergeLock,
  ) {}

  /** Two merges that cross each other would make a circle without either noticing. */
  execute({ merge, options }: MergeTicket): Promise<CommandResult> {
    const { tenantId } = options.context;
    const work = async (): Promise<CommandResult> => {
      const target = await mergeTarget(merge.intoTicketId, (id) => this.tickets.load(tenantId, id));
      const command = { type: 'MergeTicket', data: { ...merge, target } } as const;
      return this.tickets.transact(merge.ticketId, command, options);
    };
    return this.lock.hold(tenantId, () => this.tickets.once(options, work));
  }
}

/** Spam carries nothing on: what was merged into the ticket is unmerged first. */
export class MarkSpam extends Command<CommandResult> {
  constructor(
    readonly marking: DataOf<'MarkTicketSpam'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

/** Long enough for a read model that is at work. */
const readModelTimeoutMs = 5_000;

@CommandHandler(MarkSpam)
export class MarkSpamHandler implements ICommandHandler<MarkSpam> {
  constructor(
    private readonly tickets: Tickets,
    private readonly lock: MergeLock,
    private readonly views: TicketViews,
    private readonly freshness: Freshness,
  ) {}

  execute({ marking, options }: MarkSpam): Promise<CommandResult> {
    const { context } = options;
    const work = async (): Promise<CommandResult> => {
      // No merge can come in between; one that the view does not know in time is undone when its requester writes.
      await this.freshness.hasAllOfOwn('ticket-view', readModelTimeoutMs);
      const merged = await this.views.mergedInto(context.tenantId, marking.ticketId);
      const { spam, mergedInto } = await this.tickets.load(context.tenantId, marking.ticketId);
      for (const ticketId of spam || mergedInto !== undefined ? [] : merged)
        await this.tickets.transact(
          ticketId,
          { type: 'UnmergeTicket', data: { ticketId, at: marking.at } },
          { context },
        );
      return this.tickets.transact(marking.ticketId, { type: 'MarkTicketSpam', data: marking }, options);
    };
    return this.lock.hold(context.tenantId, () => this.tickets.once(options, work));
  }
}

/** Moves messages of one requester to a ticket of their own, as if they had been written there. */
export class SplitTicket extends Command<SplitResult> {
  constructor(
    readonly split: {
      readonly ticketId: string;
      readonly replyIds: readonly string[];
      readonly subject?: string;
      readonly at: string;
    },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

export interface SplitResult {
  readonly split: CommandResult;
  readonly opening: Opening;
}

@CommandHandler(SplitTicket)
export class SplitTicketHandler implements ICommandHandler<SplitTicket> {
  constructor(
    private readonly tickets: Tickets,
    private readonly lock: MergeLock,
    private readonly numbers: TicketNumbers,
  ) {}

  /**
   * The new ticket first, then the mark on the old one: whatever happens between the two, no message is in neither, and
   * repeating the request with its Idempotency-Key ends it.
   * @throws DomainError `unknown-reply` (422), or the refusal of `decide`
   */
  async execute({ split, options }: SplitTicket): Promise<SplitResult> {
    const { tenantId } = options.context;
    const result = await this.lock.hold(tenantId, () =>
      this.tickets.once(options, () => this.carryOut(split, options)),
    );
    const told = result.events.map(({ type, data }) => ({ type, data }) as TicketEvent);
    const [intoTicketId = ''] = told.flatMap(({ type, data }) => (type === 'TicketSplit' ? [data.intoTicketId] : []));
    const opening = await this.tickets.openingOf(tenantId, intoTicketId);
    if (opening === undefined) throw new Error('A split leads to a ticket.');
    return { split: result, opening };
  }

  private async carryOut(split: SplitTicket['split'], options: CommandOptions): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { ticketId, at } = split;
    const intoTicketId = options.commandId === undefined ? randomUUID() : uuid5(options.commandId, 'split');
    const ticket = await this.tickets.load(tenantId, ticketId);
    if (ticket.version === 0) throw unknownTicket();
    const replies = await this.repliesOf(tenantId, split);
    const splitting = { type: 'SplitTicket', data: { ticketId, intoTicketId, replies, at } } as const;
    ticketDecider.decide(splitting, ticket); // refused before anything is written
    const opening =
      (await this.tickets.openingOf(tenantId, intoTicketId)) ??
      (await this.openingOf(tenantId, split, { intoTicketId, replies }));
    const data = { opening, replies: replies.slice(1) };
    await this.tickets.transact(intoTicketId, { type: 'OpenFromSplit', data }, { context: options.context });
    return this.tickets.transact(ticketId, splitting, options);
  }

  private async repliesOf(tenantId: string, { ticketId, replyIds }: SplitTicket['split']) {
    const replies = await this.tickets.replies(tenantId, ticketId, replyIds);
    const unknown = replyIds.find((id) => !replies.some(({ replyId }) => replyId === id));
    if (unknown === undefined) return replies;
    const message = 'The ticket has no such reply of its requester.';
    throw new DomainError('unknown-reply', message, { replyId: unknown }, 'invalid');
  }

  /** As if the first of the messages had opened it. */
  private async openingOf(
    tenantId: string,
    { ticketId, subject }: SplitTicket['split'],
    { intoTicketId, replies }: Pick<DataOf<'SplitTicket'>, 'intoTicketId' | 'replies'>,
  ): Promise<Opening> {
    const [first] = replies;
    const source = await this.tickets.openingOf(tenantId, ticketId);
    if (!first || !source) throw unknownTicket();
    const isOwn = first.requesterId === source.requesterId;
    const { requesterName, requesterEmail, channel, device, locale } = source;
    return {
      ticketId: intoTicketId,
      number: await this.numbers.next(tenantId),
      requesterId: first.requesterId,
      ...(isOwn && requesterName !== undefined && { requesterName }),
      ...(isOwn && requesterEmail !== undefined && { requesterEmail }),
      subject: subject ?? source.subject,
      body: first.body,
      ...{ channel, device, locale },
      splitFrom: ticketId,
      at: first.at,
    };
  }
}
