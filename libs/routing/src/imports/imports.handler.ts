import { EventStore } from '@guichet/event-sourcing';
import { ImportHandler, ImportStreams, StoredStreams } from '@guichet/service';
import { CommandHandler } from '@nestjs/cqrs';
import { handlingDecider } from '../handling/decide.js';
import { routingRules } from './import-rules.js';

export class ImportHandlings extends ImportStreams {}

@CommandHandler(ImportHandlings)
export class ImportHandlingsHandler extends ImportHandler {
  constructor(events: EventStore, stored: StoredStreams) {
    super(events, stored, handlingDecider.category, routingRules);
  }
}
