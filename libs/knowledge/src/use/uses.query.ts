import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

/** A revision that was put into a reply. */
export interface UseRow {
  readonly article_id: string;
  readonly locale: string;
  readonly revision: number;
  readonly used_at: Date;
}

/** Of an article and the title that a revision of it was published with last. */
export interface TitleRow {
  readonly article_id: string;
  readonly locale: string;
  readonly revision: number;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly title: string;
}

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

  /** What was put into replies on the ticket, in that order. A ticket has `maxUses` at most. */
  onTicket(tenantId: string, ticketId: string): Promise<UseRow[]> {
    return this.database.query<UseRow & Record<string, unknown>>(tenantId, {
      name: 'uses on a ticket',
      text: `select article_id, locale, revision, used_at from read_model.article_use
             where tenant_id = $1 and ticket_id = $2 order by used_at, article_id, locale, revision`,
      values: [tenantId, ticketId],
    });
  }

  /** What those revisions are called; nothing of those that were never published. */
  titles(
    tenantId: string,
    texts: readonly { readonly article_id: string; readonly locale: string; readonly revision: number }[],
  ): Promise<TitleRow[]> {
    return this.database.query<TitleRow & Record<string, unknown>>(tenantId, {
      name: 'titles of revisions',
      text: `select distinct on (article_id, locale, revision) article_id, locale, revision, number, title
             from unnest($2::uuid[], $3::text[], $4::int[]) as wanted (article_id, locale, revision)
               join read_model.publication as shown using (article_id, locale, revision)
               join read_model.article using (tenant_id, article_id)
             where shown.tenant_id = $1 order by article_id, locale, revision, position desc`,
      values: [
        tenantId,
        texts.map(({ article_id }) => article_id),
        texts.map(({ locale }) => locale),
        texts.map(({ revision }) => revision),
      ],
    });
  }
}
