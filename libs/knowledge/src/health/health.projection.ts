import type { IntakeEventData } from '@guichet/contracts';
import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import type { KnowledgeEvent } from '../articles/rows.js';
import { statementsIn, ticketOpened } from './rows.js';
import { ddl, tables } from './tables.js';

/** What people say of articles and where they were put into replies; and of each text what is wrong with it. */
export class HealthProjection implements Projection {
  readonly name = 'health';
  readonly version = 1;
  readonly tables = tables;

  ddl(schema: string): readonly string[] {
    return ddl(schema);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const statementsOf = statementsIn(tx.schema);
    for (const event of events) {
      const statements =
        tx.log === 'own'
          ? statementsOf({ type: event.type, data: event.data } as KnowledgeEvent, event)
          : told(event, tx.schema);
      for (const { text, values } of statements) tx.send(text, values);
    }
  }
}

/** Of what other services tell, who opened a ticket in which language. */
const told = ({ type, data, tenantId }: RecordedEvent, schema: string) =>
  type === 'TicketOpened' ? [ticketOpened(schema, data as IntakeEventData['TicketOpened'], tenantId)] : [];
