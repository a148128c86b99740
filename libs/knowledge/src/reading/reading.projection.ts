import type { IntakeEventData } from '@guichet/contracts';
import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { sessionDecider } from '../session/decide.js';
import type { SessionEvent } from '../session/session.js';
import { sessionRowsIn, ticketRowIn } from './rows.js';
import { ddl, tables } from './tables.js';

/** What readers read, searched and began, by day and by visit; and the tickets that they wrote all the same. */
export class ReadingProjection implements Projection {
  readonly name = 'reading';
  readonly version = 1;
  readonly tables = tables;

  ddl(schema: string): readonly string[] {
    return ddl(schema);
  }

  concerns({ type, streamId }: RecordedEvent): boolean {
    return type === 'TicketOpened' || streamId.startsWith(`${sessionDecider.category}-`);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const sessionRows = sessionRowsIn(tx.schema);
    for (const event of events.filter((each) => this.concerns(each)))
      for (const { text, values } of tx.log === 'own'
        ? sessionRows({ type: event.type, data: event.data } as SessionEvent, event)
        : ticketRows(tx.schema, event))
        tx.send(text, values);
  }
}

function ticketRows(schema: string, event: RecordedEvent) {
  const opened = event.data as IntakeEventData['TicketOpened'];
  const isWritten = event.metadata.imported !== true && opened.splitFrom === undefined;
  return isWritten ? [ticketRowIn(schema, opened, event)] : [];
}
