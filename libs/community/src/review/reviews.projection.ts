import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { Changes } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { reviewDecider } from './review.js';
import { type ReviewsEvent, statementsOf } from './rows.js';
import { ddl, tables } from './tables.js';

/** What is to be looked at, whose flags were right, and what moderators have taken for spam. */
@Injectable()
export class ReviewsProjection implements Projection {
  readonly name = 'reviews';
  readonly version = 1;
  readonly tables = tables;

  constructor(private readonly changes: Changes) {}

  ddl(schema: string): readonly string[] {
    return ddl(schema);
  }

  concerns({ streamId, type }: RecordedEvent): boolean {
    return type === 'MemberErased' || streamId.startsWith(`${reviewDecider.category}-`);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const event of events.filter((one) => this.concerns(one))) {
      const { type, data } = { type: event.type, data: event.data } as ReviewsEvent;
      for (const { text, values } of statementsOf(tx.schema, { type, data } as ReviewsEvent, event))
        tx.send(text, values);
    }
  }

  /** On every replica, whichever of them has applied the events. */
  afterCommit(events: readonly RecordedEvent[]): void {
    for (const { tenantId } of events.filter((one) => this.concerns(one)))
      this.changes.announce(tenantId, [queueSubject]);
  }
}

/** What a change of the queue is announced as. */
export const queueSubject = 'reviews';
