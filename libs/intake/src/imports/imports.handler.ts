import { type EventContext, EventStore } from '@guichet/event-sourcing';
import { ImportHandler, type ImportPlan, ImportStreams, StoredStreams } from '@guichet/service';
import { CommandHandler } from '@nestjs/cqrs';
import { ticketDecider } from '../ticket/ticket.js';
import { TicketNumbers } from '../ticket/ticket-number.store.js';
import { highestOwnNumber, intakeRules } from './import-rules.js';

export class ImportTickets extends ImportStreams {}

@CommandHandler(ImportTickets)
export class ImportTicketsHandler extends ImportHandler {
  constructor(
    events: EventStore,
    stored: StoredStreams,
    private readonly numbers: TicketNumbers,
  ) {
    super(events, stored, ticketDecider.category, intakeRules);
  }

  /** A ticket opened at the same time must not get one of the numbers that come along. */
  protected override async prepare(plan: ImportPlan, { tenantId }: EventContext): Promise<void> {
    const highest = highestOwnNumber(plan);
    if (highest > 0) await this.numbers.stayAheadOf(tenantId, highest);
  }
}
