import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** Tells tickets that were opened here from those that imports brought, as far as routing has heard of them. */
@Injectable()
export class OpenedTickets {
  constructor(private readonly pool: pg.Pool) {}

  /** Those of the tickets that were opened here. */
  async among(tenantId: string, ticketIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'tickets opened here',
      // coalesce() keeps the planner from the index by source, which it would read all of while the statistics are old.
      text: `select ticket.id from unnest($2::text[]) as ticket (id)
              where exists (select from received_log
                where tenant_id = $1 and stream_id = 'ticket-' || ticket.id and coalesce(source, '') = 'intake'
                  and type = 'TicketOpened' and metadata->>'imported' is distinct from 'true')`,
      values: [tenantId, ticketIds],
    });
    return new Set(rows.map(({ id }) => id));
  }
}
