import { services } from '@guichet/contracts';
import { inTransaction } from '@guichet/event-sourcing';
import { Metrics } from '@guichet/observability';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { queueOf } from '../ticket/ticket-row.js';

/** How many tickets of all tenants wait without a department: a metric, since whoever could create one may not look. */
@Injectable()
export class UnroutedTickets implements OnModuleInit {
  constructor(
    private readonly pool: pg.Pool,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const help = 'Open tickets that no department has, of all tenants';
    this.metrics.observe('guichet_unrouted_tickets', help, ['service'], async () => [
      { labels: { service: services.routing.name }, value: await this.count() },
    ]);
  }

  private count(): Promise<number> {
    const begin = `begin read only; set local guichet.tenant_id = '*'`;
    return inTransaction(this.pool, begin, async (client) => {
      const { rows } = await client.query<{ open: number }>(
        `select coalesce(sum(waiting + assigned + paused), 0)::int as open from read_model.queue_count where queue = $1`,
        [queueOf(null)],
      );
      return rows[0]?.open ?? 0;
    });
  }
}
