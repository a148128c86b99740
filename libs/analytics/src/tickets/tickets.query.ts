/** What lies behind the figures: a ticket's facts, and its events as they arrived. */
import type { TicketSource } from '@guichet/contracts';
import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { deriveFact } from '../ticket-facts/derive.js';
import { newFold, type TicketFold } from '../ticket-facts/fold-state.js';
import type { TicketFact } from '../ticket-facts/ticket-fact.js';

export interface FoundTicket {
  readonly ticketId: string;
  readonly number: string | null;
  readonly status: string | null;
  readonly openedAt: string | null;
}

export interface StoredEvent {
  /** Arrival position in the received log. */
  readonly position: number;
  readonly eventId: string;
  readonly source: string;
  readonly sourcePosition: number;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly actor: { readonly kind: string; readonly id?: string };
  readonly imported: boolean;
  readonly correlationId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface EventRow {
  readonly position: string;
  readonly event_id: string;
  readonly source: string;
  readonly source_position: string;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly received_at: Date;
  readonly metadata: {
    readonly actor: StoredEvent['actor'];
    readonly imported?: boolean;
    readonly correlationId: string;
  };
  readonly data: Readonly<Record<string, unknown>>;
}

const maxFound = 200;

@Injectable()
export class TicketsQuery {
  constructor(private readonly database: TenantDatabase) {}

  async fact(tenantId: string, ticketId: string): Promise<TicketFact | undefined> {
    const [row] = await this.database.query<{ fold: Pick<TicketFold, TicketSource> }>(
      tenantId,
      'select fold from read_model.ticket_fact where tenant_id = $1 and ticket_id = $2',
      [tenantId, ticketId],
    );
    // The stored fold leaves out its ids: they are the row's key.
    return row && deriveFact({ ...newFold(tenantId, ticketId), ...row.fold });
  }

  /** Imported tickets keep their numbers, so there may be several; 200 at most. */
  async byNumber(tenantId: string, number: string): Promise<readonly FoundTicket[]> {
    const rows = await this.database.query<{
      ticket_id: string;
      number: string;
      status: string;
      opened_at: Date | null;
    }>(
      tenantId,
      `select ticket_id, number, status, opened_at from read_model.ticket_fact
       where tenant_id = $1 and number = $2 order by opened_at, ticket_id limit ${maxFound}`,
      [tenantId, number],
    );
    return rows.map((row) => ({
      ticketId: row.ticket_id,
      number: row.number,
      status: row.status,
      openedAt: row.opened_at?.toISOString() ?? null,
    }));
  }

  /** In order of arrival, after a position. */
  async events(tenantId: string, ticketId: string, after: number, limit: number): Promise<readonly StoredEvent[]> {
    const rows = await this.database.query<EventRow>(
      tenantId,
      `select position, event_id, source, source_position, stream_id, version, type, occurred_at, recorded_at, received_at,
         metadata, data
       from received_log where tenant_id = $1 and stream_id = any($2::text[]) and position > $3 order by position limit $4`,
      [tenantId, [`ticket-${ticketId}`, `handling-${ticketId}`], after, limit],
    );
    return rows.map((row) => ({
      position: Number(row.position),
      eventId: row.event_id,
      source: row.source,
      sourcePosition: Number(row.source_position),
      streamId: row.stream_id,
      version: row.version,
      type: row.type,
      occurredAt: row.occurred_at.toISOString(),
      recordedAt: row.recorded_at.toISOString(),
      receivedAt: row.received_at.toISOString(),
      actor: row.metadata.actor,
      imported: row.metadata.imported ?? false,
      correlationId: row.metadata.correlationId,
      data: row.data,
    }));
  }
}
