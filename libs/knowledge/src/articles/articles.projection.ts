import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { type KnowledgeEvent, statementsIn } from './rows.js';
import { ddl, tables } from './tables.js';

/** Articles with all their texts, and the categories that they are in. */
export class ArticlesProjection implements Projection {
  readonly name = 'articles';
  readonly version = 1;
  readonly tables = tables;
  readonly ddl = ddl;

  apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const statementsOf = statementsIn(tx.schema);
    for (const event of events)
      for (const { text, values } of statementsOf({ type: event.type, data: event.data } as KnowledgeEvent, event))
        tx.send(text, values);
    return Promise.resolve();
  }
}
