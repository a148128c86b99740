import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

@Injectable()
export class Uses {
  constructor(private readonly database: TenantDatabase) {}

  /** The language that a ticket was written in; undefined where intake has not told of it. */
  async localeOf(tenantId: string, ticketId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ locale: string }>(tenantId, {
      name: 'language of a ticket',
      text: 'select locale from read_model.ticket_requester where tenant_id = $1 and ticket_id = $2',
      values: [tenantId, ticketId],
    });
    return row?.locale;
  }
}
