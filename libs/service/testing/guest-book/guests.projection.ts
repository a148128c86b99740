import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import type { GuestSigned } from './guest-book.js';

/** Who has signed which book. */
export class GuestsProjection implements Projection {
  readonly name = 'guests';
  readonly version = 1;
  readonly tables = ['guest'];

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.guest (tenant_id uuid not null, book_id text not null, name text not null,
         primary key (tenant_id, book_id, name))`,
    ];
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const { tenantId, data } of events as readonly RecordedEvent<GuestSigned>[])
      tx.send(`insert into ${tx.schema}.guest values ($1, $2, $3)`, [tenantId, data.bookId, data.guest]);
  }
}
