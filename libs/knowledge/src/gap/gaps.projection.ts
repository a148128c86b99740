import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { gapDecider, type GapEvent } from './gap.js';

/** Tickets that no article answered, by what their subjects share. */
export class GapsProjection implements Projection {
  readonly name = 'gaps';
  readonly version = 1;
  readonly tables = ['gap'];

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.gap (
         tenant_id uuid not null, ticket_id uuid not null, locale text not null, stems text[] not null,
         opened_at timestamptz not null, primary key (tenant_id, ticket_id))`,
      `create index on ${schema}.gap (tenant_id, opened_at desc)`,
    ];
  }

  concerns({ streamId }: RecordedEvent): boolean {
    return streamId.startsWith(`${gapDecider.category}-`);
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const { tenantId, data } of events.filter((event) => this.concerns(event))) {
      const { ticketId, locale, stems, at } = data as GapEvent['data'];
      tx.send(`insert into ${tx.schema}.gap values ($1, $2, $3, $4, $5)`, [tenantId, ticketId, locale, stems, at]);
    }
  }
}
