import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { searchDdl, searchTables } from '@guichet/search';
import { gapDecider } from '../gap/gap.js';
import { sessionDecider } from '../session/decide.js';
import { type KnowledgeEvent, statementsIn } from './rows.js';
import { indexTouched } from './search-rows.store.js';
import { ddl, tables } from './tables.js';

const readersStreams = [sessionDecider, gapDecider].map(({ category }) => `${category}-`);

/**
 * Articles with all their texts, the categories that they are in, and the index that finds them: all of one moment, so
 * that what a reader may not see any more is not found any more.
 */
export class ArticlesProjection implements Projection {
  readonly name = 'articles';
  readonly version = 2;
  readonly tables = [...tables, ...Object.values<string>({ ...searchTables() })];

  ddl(schema: string): readonly string[] {
    return [...ddl(schema), ...searchDdl(schema)];
  }

  /** What readers do changes no article. */
  concerns({ streamId }: RecordedEvent): boolean {
    return !readersStreams.some((prefix) => streamId.startsWith(prefix));
  }

  async apply(all: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const events = all.filter((event) => this.concerns(event));
    const statementsOf = statementsIn(tx.schema);
    for (const event of events)
      for (const { text, values } of statementsOf({ type: event.type, data: event.data } as KnowledgeEvent, event))
        tx.send(text, values);
    await indexTouched(events, tx);
  }
}
