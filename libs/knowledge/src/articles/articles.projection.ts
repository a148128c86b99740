import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { searchDdl, searchTables } from '@guichet/search';
import { Changes } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { gapDecider } from '../gap/gap.js';
import { sessionDecider } from '../session/decide.js';
import { type KnowledgeEvent, statementsIn } from './rows.js';
import { indexTouched } from './search-rows.store.js';
import { ddl, tables } from './tables.js';

const readersStreams = [sessionDecider, gapDecider].map(({ category }) => `${category}-`);

/** What live streams of the work that there is listen to; articles by their ids. */
export const workSubject = 'work';

/**
 * Articles with all their texts, the categories that they are in, and the index that finds them: all of one moment, so
 * that what a reader may not see any more is not found any more.
 */
@Injectable()
export class ArticlesProjection implements Projection {
  readonly name = 'articles';
  readonly version = 3;
  readonly tables = [...tables, ...Object.values<string>({ ...searchTables() })];

  constructor(private readonly changes: Changes) {}

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

  /** On every replica, whichever of them has applied the events. */
  afterCommit(events: readonly RecordedEvent[]): void {
    for (const { tenantId, streamId, data } of events) {
      const { articleId } = data as { readonly articleId?: string };
      if (articleId !== undefined && /^(?:article|text)-/.test(streamId))
        this.changes.announce(tenantId, [articleId, workSubject]);
      // Who may read what is in a category, and in which languages there are texts, may be otherwise for all of them.
      else if (/^(?:categories|library)-/.test(streamId)) this.changes.announce(tenantId);
    }
  }
}
