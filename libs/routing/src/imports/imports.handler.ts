import { EventStore } from '@guichet/event-sourcing';
import { ImportHandler, ImportStreams, StoredStreams } from '@guichet/service';
import { CommandHandler } from '@nestjs/cqrs';
import { handlingDecider } from '../handling/decide.js';
import { routingRules } from './import-rules.js';
import { OpenedTickets } from './opened-tickets.query.js';

export class ImportHandlings extends ImportStreams {}

@CommandHandler(ImportHandlings)
export class ImportHandlingsHandler extends ImportHandler {
  constructor(
    events: EventStore,
    stored: StoredStreams,
    private readonly opened: OpenedTickets,
  ) {
    super(events, stored, handlingDecider.category, routingRules);
  }

  /** A ticket that intake has told of may not be queued yet: its own stream does not say where it comes from. */
  protected override openedHere(tenantId: string, ticketIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.opened.among(tenantId, ticketIds);
  }
}
