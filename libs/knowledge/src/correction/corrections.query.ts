import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { CorrectionOutcome } from '../article/corrections.js';

export interface CorrectionRow {
  readonly report_id: string;
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly title: string;
  readonly owner_id: string | null;
  readonly locale: string;
  /** The one that was read. */
  readonly revision: number;
  /** What people read now; null: nothing. */
  readonly shown_revision: number | null;
  readonly ticket_id: string | null;
  readonly note: string;
  readonly reported_by: string | null;
  readonly reported_at: Date;
  readonly outcome: CorrectionOutcome | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly fixed_in: number | null;
  readonly of_report_id: string | null;
  readonly recalled_at: Date | null;
}

export interface RecalledRow {
  readonly ticket_id: string;
  /** null: intake has not told of the ticket. */
  readonly requester_id: string | null;
  /** The newest wrong one that was put into a reply; null: the ticket shows the mistake, and no reply carried it. */
  readonly revision: number | null;
}

/** Somebody who was signed in. */
export interface ReaderRow {
  readonly requester_id: string;
  /** The newest wrong one that they read. */
  readonly revision: number;
}

export interface Part {
  readonly limit: number;
  /** The last one seen. */
  readonly after?: string | null;
  readonly without?: readonly string[];
}

/** How long it took from reports to corrections. */
export interface CorrectionFigures {
  readonly reported: number;
  readonly open: number;
  readonly fixed: number;
  readonly not_wrong: number;
  readonly duplicate: number;
  readonly seconds_to_fix_median: number | null;
  readonly seconds_to_fix_p90: number | null;
}

export interface CorrectionFilter {
  readonly isOpen: boolean;
  readonly ownerId: string | null;
  readonly articleId: string | null;
}
/** When the last one seen was reported (open) or closed, and its id. */
export type CorrectionPlace = readonly [at: string, reportId: string];

const columns = `report_id, correction.article_id, health.number, health.title, health.owner_id, correction.locale,
  correction.revision, case when not health.archived then health.revision end as shown_revision, ticket_id, note,
  reported_by, reported_at, outcome, closed_by, closed_at, fixed_in, of_report_id, recalled_at`;
const ofText = `read_model.correction join read_model.article_health as health on health.tenant_id = $1
  and health.article_id = correction.article_id and health.locale = correction.locale`;

/** Revisions that were wrong: from the first that somebody reported to the one before it was right. */
const wrong = `wrong as (
    select article_id, locale, coalesce(fixed_in - 1, 2147483647) as last, coalesce(closed_at, 'infinity') as until,
      (select min(revision) from read_model.correction as same where same.tenant_id = $1
         and same.locale = report.locale and (same.report_id = $2 or same.of_report_id = $2)) as first
    from read_model.correction as report where tenant_id = $1 and report_id = $2)`;

@Injectable()
export class Corrections {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, reportId: string): Promise<CorrectionRow | undefined> {
    const [row] = await this.database.query<CorrectionRow & Record<string, unknown>>(tenantId, {
      name: 'correction',
      text: `select ${columns} from ${ofText} where correction.tenant_id = $1 and report_id = $2`,
      values: [tenantId, reportId],
    });
    return row;
  }

  /** Open ones longest waiting first, closed ones newest first; `after` is the last one seen. */
  list(
    tenantId: string,
    { isOpen, ownerId, articleId }: CorrectionFilter,
    limit: number,
    [at, reportId]: CorrectionPlace,
  ): Promise<CorrectionRow[]> {
    const [state, order] = isOpen
      ? ['outcome is null and (reported_at, report_id) > ($5::timestamptz, $6::uuid)', 'reported_at, report_id']
      : [
          'outcome is not null and (closed_at, report_id) < ($5::timestamptz, $6::uuid)',
          'closed_at desc, report_id desc',
        ];
    return this.database.query<CorrectionRow & Record<string, unknown>>(tenantId, {
      name: `corrections that are ${isOpen ? 'open' : 'closed'}`,
      text: `select ${columns} from ${ofText}
             where correction.tenant_id = $1 and ($2::text is null or health.owner_id = $2)
               and ($3::uuid is null or correction.article_id = $3) and ${state}
             order by ${order} limit $4`,
      values: [tenantId, ownerId, articleId, limit, at, reportId],
    });
  }

  /** Of those reported in the period. */
  async figures(tenantId: string, from: Date, to: Date): Promise<CorrectionFigures> {
    const seconds = 'extract(epoch from closed_at - reported_at)';
    const [row] = await this.database.query<CorrectionFigures & Record<string, unknown>>(tenantId, {
      name: 'figures of corrections',
      text: `select count(*)::int as reported, count(*) filter (where outcome is null)::int as open,
               count(*) filter (where outcome = 'fixed')::int as fixed,
               count(*) filter (where outcome = 'not-wrong')::int as not_wrong,
               count(*) filter (where outcome = 'duplicate')::int as duplicate,
               (percentile_cont(0.5) within group (order by ${seconds}) filter (where outcome = 'fixed'))
                 ::double precision as seconds_to_fix_median,
               (percentile_cont(0.9) within group (order by ${seconds}) filter (where outcome = 'fixed'))
                 ::double precision as seconds_to_fix_p90
             from read_model.correction where tenant_id = $1 and reported_at >= $2 and reported_at < $3`,
      values: [tenantId, from, to],
    });
    if (row === undefined) throw new Error('An aggregate without groups has one row.');
    return row;
  }

  /** The revision of the article that was put into a reply on the ticket last; undefined: none in the language. */
  async lastUse(tenantId: string, ticketId: string, articleId: string, locale: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ revision: number }>(tenantId, {
      name: 'last use on a ticket',
      text: `select revision from read_model.article_use
             where tenant_id = $1 and ticket_id = $2 and article_id = $3 and locale = $4
             order by used_at desc, revision desc limit 1`,
      values: [tenantId, ticketId, articleId, locale],
    });
    return row?.revision;
  }

  /**
   * Tickets whose requesters were sent a revision that was wrong, and the tickets that show the mistake; those of the
   * duplicates of the report too. By id.
   */
  recalled(tenantId: string, reportId: string, { limit, after = null, without = [] }: Part): Promise<RecalledRow[]> {
    return this.database.query<RecalledRow & Record<string, unknown>>(tenantId, {
      name: 'recalled tickets',
      text: `with ${wrong},
             concerned as (
               select used.ticket_id, used.revision from wrong join read_model.article_use as used
                 on used.tenant_id = $1 and used.article_id = wrong.article_id and used.locale = wrong.locale
                 and used.revision between first and last and used_at <= until
               union all
               select ticket_id, null from read_model.correction
               where tenant_id = $1 and (report_id = $2 or of_report_id = $2) and ticket_id is not null)
             select concerned.ticket_id, requester_id, max(revision) as revision
             from concerned left join read_model.ticket_requester as asked
               on asked.tenant_id = $1 and asked.ticket_id = concerned.ticket_id
             where ($4::uuid is null or concerned.ticket_id > $4) and not (concerned.ticket_id = any ($5::uuid[]))
             group by concerned.ticket_id, requester_id order by concerned.ticket_id limit $3`,
      values: [tenantId, reportId, limit, after, [...without]],
    });
  }

  /** Who was signed in and read a revision that was wrong. By their ids. */
  readers(tenantId: string, reportId: string, { limit, after = null, without = [] }: Part): Promise<ReaderRow[]> {
    return this.database.query<ReaderRow & Record<string, unknown>>(tenantId, {
      name: 'readers of what was wrong',
      text: `with ${wrong}
             select requester_id, max(seen.revision) as revision
             from wrong join read_model.seen_text as seen on seen.tenant_id = $1 and seen.article_id = wrong.article_id
               and seen.locale = wrong.locale and seen.revision between first and last and first_at <= until
             where requester_id is not null and ($4::text is null or requester_id > $4)
               and not (requester_id = any ($5::text[]))
             group by requester_id order by requester_id limit $3`,
      values: [tenantId, reportId, limit, after, [...without]],
    });
  }
}
