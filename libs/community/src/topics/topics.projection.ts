import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { searchDdl, searchTables } from '@guichet/search';
import { Changes } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { ballotDecider } from '../ballot/ballot.js';
import { categoryDecider } from '../category/category.js';
import { topicDecider } from '../topic/decide.js';
import { voteDecider } from '../vote/vote.js';
import { statementsIn } from './rows.js';
import { indexTouched } from './search-rows.store.js';
import { ddl, tables } from './tables.js';

const streams = [categoryDecider, topicDecider, voteDecider, ballotDecider].map(({ category }) => `${category}-`);

/** Categories, topics with all their posts, and the index that finds them: all of one moment. */
@Injectable()
export class TopicsProjection implements Projection {
  readonly name = 'topics';
  readonly version = 1;
  readonly tables = [...tables, ...Object.values<string>({ ...searchTables() })];

  constructor(private readonly changes: Changes) {}

  ddl(schema: string): readonly string[] {
    return [...ddl(schema), ...searchDdl(schema)];
  }

  concerns({ streamId, type }: RecordedEvent): boolean {
    return type === 'MemberErased' || streams.some((prefix) => streamId.startsWith(prefix));
  }

  async apply(all: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const events = all.filter((event) => this.concerns(event));
    const statementsOf = statementsIn(tx.schema);
    for (const event of events) for (const { text, values } of statementsOf(event, event)) tx.send(text, values);
    await indexTouched(events, tx);
  }

  /** On every replica, whichever of them has applied the events. */
  afterCommit(events: readonly RecordedEvent[]): void {
    for (const { tenantId, data } of events) {
      const { topicId, intoTopicId, fromTopicId } = data as Readonly<Record<string, string | undefined>>;
      const topics = [topicId, intoTopicId, fromTopicId].filter((id) => id !== undefined);
      if (topics.length > 0) this.changes.announce(tenantId, topics);
    }
  }
}
