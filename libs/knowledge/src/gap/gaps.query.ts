import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface GapRow {
  readonly ticket_id: string;
  readonly locale: string;
  readonly stems: string[];
  readonly opened_at: Date;
}

@Injectable()
export class Gaps {
  constructor(private readonly database: TenantDatabase) {}

  /** Of the language, opened since the instant, the newest first. */
  since(tenantId: string, locale: string | null, since: string, limit: number): Promise<GapRow[]> {
    return this.database.query<GapRow & Record<string, unknown>>(tenantId, {
      name: 'tickets without an answer',
      text: `select ticket_id, locale, stems, opened_at from read_model.gap
             where tenant_id = $1 and opened_at >= $3 and ($2::text is null or locale = $2)
             order by opened_at desc, ticket_id limit $4`,
      values: [tenantId, locale, since, limit],
    });
  }
}
