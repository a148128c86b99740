import { type Projection, type ProjectionTransaction, type RecordedEvent } from '@guichet/event-sourcing';
import { textDdl, textTables, TextWriter } from '@guichet/search';
import { tellsOfTexts, textChanges } from './texts-told.js';

/** What was said on every ticket, by its words. It is apart from the tickets' rows, so that no queue waits for it. */
export class TicketSearchProjection implements Projection {
  readonly name = 'ticket-search';
  readonly version = 1;
  readonly tables = textTables;

  ddl(schema: string): readonly string[] {
    return textDdl(schema);
  }

  concerns(event: RecordedEvent): boolean {
    return tellsOfTexts(event);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const changes = events.flatMap((event) => textChanges(tx.log, event));
    if (changes.length > 0) await new TextWriter(tx).change(changes);
  }
}
