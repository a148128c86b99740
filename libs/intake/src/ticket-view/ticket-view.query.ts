import type { Source } from '@guichet/contracts';
import { Gathered, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { EntryKind } from './ticket-patch.js';
import { type TicketStatus, unfinishedStatuses, type WorkSide } from '../ticket/ticket-state.js';

/** A ticket's row. Times are `Date`s, as pg reads them. */
export interface TicketRow {
  readonly ticket_id: string;
  readonly number: string;
  readonly status: TicketStatus;
  readonly requester_id: string;
  readonly requester_name: string | null;
  readonly requester_email: string | null;
  readonly subject: string;
  readonly body: string | null;
  readonly channel: string;
  readonly device: string;
  readonly locale: string;
  readonly department_id: string | null;
  readonly department_unknown: boolean | null;
  readonly priority: string | null;
  readonly tags: readonly string[];
  readonly opened_at: Date;
  readonly updated_at: Date;
  readonly version: number;
  readonly handling_version: number | null;
  /** The ticket it is merged into now. */
  readonly merged_into: string | null;
  /** Whose that one is. */
  readonly merged_into_requester_id: string | null;
  readonly imported: boolean;
}

export interface EntryRow {
  readonly entry_id: string;
  readonly source: Source;
  readonly version: number;
  readonly kind: EntryKind;
  readonly at: Date;
  readonly author_kind: string;
  readonly author_id: string | null;
  readonly body: string | null;
  readonly redirected_from: string | null;
  readonly other_ticket_id: string | null;
  readonly imported: boolean;
  /** The ticket it was written on, where that is another one than the ticket asked about and the viewer may know it. */
  readonly origin_id: string | null;
  readonly origin_number: string | null;
  readonly origin_subject: string | null;
}

/**
 * A ticket that the one asked about was merged into, or that was merged into it, at either end of a chain of merges.
 */
export interface RelatedTicket {
  readonly ticket_id: string;
  readonly number: string;
  /** Whose matter the ticket asked about carries on; false: it carries on the other's. */
  readonly is_source: boolean;
  /** Of both its streams: grows with whatever is told of it. */
  readonly versions: number;
}

export interface TicketFilter {
  readonly requesterId?: string;
  readonly number?: string;
  readonly status?: readonly TicketStatus[];
  readonly channel?: string;
  readonly device?: string;
  readonly locale?: string;
  readonly departmentId?: string;
  readonly priority?: string;
  readonly tag?: string;
  /** RFC 3339, inclusive. */
  readonly openedFrom?: string;
  /** RFC 3339, exclusive. */
  readonly openedTo?: string;
}

export type UnfinishedTicket = Pick<TicketRow, 'ticket_id' | 'number' | 'subject'>;

interface Asked {
  readonly tenantId: string;
  readonly requesterId: string;
  readonly since: string;
}

/** Where a page of tickets ended: the opening time of its last ticket (RFC 3339) and its id. */
export type TicketPosition = readonly [openedAt: string, ticketId: string];
/** Where a page of a conversation began. */
export type EntryPosition = readonly [at: string, source: string, version: number, entryId: string];

const conditions: Readonly<Record<keyof TicketFilter, (parameter: string) => string>> = {
  requesterId: (p) => `requester_id = ${p}`,
  number: (p) => `number = ${p}`,
  status: (p) => `status = any(${p}::text[])`,
  channel: (p) => `channel = ${p}`,
  device: (p) => `device = ${p}`,
  locale: (p) => `locale = ${p}`,
  departmentId: (p) => `department_id = ${p} and department_unknown is not true`,
  priority: (p) => `priority = ${p}`,
  tag: (p) => `tags ? ${p}`,
  openedFrom: (p) => `opened_at >= ${p}::timestamptz`,
  openedTo: (p) => `opened_at < ${p}::timestamptz`,
};

const view = 'read_model.ticket_view';
const merges = 'read_model.ticket_merge';

/**
 * `sources`: the ticket and what is merged into it now, and into that. `carriers`: the ticket, and what it is or was
 * merged into, and that in turn, each with the time for which it carried the ticket on. An imported circle of merges
 * ends, since neither list takes an entry twice.
 */
// Here and below `offset 0` keeps the planner from reading a whole table for a join while its statistics are old.
const family = `sources (ticket_id) as (
    select $2::uuid
     union
    select merged.ticket_id from sources s, lateral (
      select m.ticket_id from ${merges} m
       where m.tenant_id = $1 and m.into_ticket_id = s.ticket_id and m.unmerged_at is null offset 0) merged),
  carriers (ticket_id, since, until) as (
    select $2::uuid, '-infinity'::timestamptz, 'infinity'::timestamptz
     union
    select m.into_ticket_id, greatest(c.since, m.merged_at), least(c.until, coalesce(m.unmerged_at, 'infinity'))
      from carriers c, lateral (
        select b.* from ${merges} b where b.tenant_id = $1 and b.ticket_id = c.ticket_id offset 0) m
     where greatest(c.since, m.merged_at) < least(c.until, coalesce(m.unmerged_at, 'infinity')))`;

const conversationText = (isBeyond: boolean): string => `with recursive ${family},
  own (ticket_id, number, subject) as materialized (
    select found.* from sources s, lateral (
      select t.ticket_id, t.number, t.subject from ${view} t
       where t.tenant_id = $1 and t.ticket_id = s.ticket_id and t.opened_at is not null
         and ($3::text is null or t.requester_id = $3) offset 0) found),
  lines as (
    select said.* from own, lateral (
      select l.* from read_model.ticket_conversation l
       where l.tenant_id = $1 and l.ticket_id = own.ticket_id and l.moved_to is null
         and ($3::text is null or (${ofViewer('l.redirected_from')} and ${ofViewer('l.other_ticket_id')})) offset 0) said
     union
    select said.* from own, lateral (
      select l.* from read_model.ticket_conversation l
       where l.tenant_id = $1 and l.redirected_from = own.ticket_id and l.moved_to is null offset 0) said
     union
    select said.* from carriers c, lateral (
      select l.* from read_model.ticket_conversation l
       where l.tenant_id = $1 and l.ticket_id = c.ticket_id and l.ticket_id <> $2 and l.kind in ('agent-reply', 'resolved')
         and l.at >= c.since and l.at < c.until offset 0) said
     union all
    select opening.* from own, lateral (
      select t.tenant_id, t.ticket_id, 'intake', 0, t.ticket_id, 'opened', t.opened_at, 'requester', t.requester_id, t.body,
             null::uuid, null::uuid, null::uuid, coalesce(t.imported, false)
        from ${view} t where t.tenant_id = $1 and t.ticket_id = own.ticket_id and t.ticket_id <> $2 offset 0) opening)
  select l.entry_id, l.source, l.version, l.kind, l.at, l.author_kind, l.author_id, l.body, l.redirected_from, l.other_ticket_id,
         l.imported, origin.ticket_id as origin_id, origin.number as origin_number, origin.subject as origin_subject
    from lines l
    left join own origin on origin.ticket_id = coalesce(l.redirected_from, l.ticket_id) and origin.ticket_id <> $2
   ${isBeyond ? 'where (l.at, l.source, l.version, l.entry_id) < ($5::timestamptz, $6, $7::int, $8::uuid)' : ''}
   order by l.at desc, l.source desc, l.version desc, l.entry_id desc limit $4`;

function ofViewer(ticketId: string): string {
  return `(${ticketId} is null or exists (select from ${view} o where o.tenant_id = $1 and o.ticket_id = ${ticketId} and o.requester_id = $3))`;
}
const ticketColumns = `ticket_id, number, status, requester_id, requester_name, requester_email, subject, body, channel,
  device, locale, department_id, department_unknown, priority, tags, opened_at, updated_at, version, handling_version,
  coalesce(imported, false) as imported,
  case when merged then merged_into end as merged_into,
  (select requester_id from ${view} into_ticket where into_ticket.tenant_id = ticket.tenant_id
     and into_ticket.ticket_id = ticket.merged_into and ticket.merged) as merged_into_requester_id`;

/**
 * Reads the tickets' view. The tenant is named for the indexes' sake too: row-level security would keep others' rows
 * out alone.
 */
@Injectable()
export class TicketViews {
  private readonly unfinished = new Gathered<Asked, UnfinishedTicket[]>({
    maxTogether: 100,
    ask: (asked) => this.unfinishedOfAll(asked),
  });

  constructor(private readonly database: TenantDatabase) {}

  /** Undefined for a ticket nobody has opened, or that is another tenant's. */
  async find(tenantId: string, ticketId: string): Promise<TicketRow | undefined> {
    const [row] = await this.database.query<TicketRow>(tenantId, {
      name: 'ticket view',
      text: `select ${ticketColumns} from ${view} ticket where tenant_id = $1 and ticket_id = $2 and opened_at is not null`,
      values: [tenantId, ticketId],
    });
    return row;
  }

  /** What routing has told of the work on the ticket; null for nothing yet. */
  async workOn(tenantId: string, ticketId: string): Promise<WorkSide | null> {
    const [row] = await this.database.query<Omit<WorkSide, 'changedAt'> & { readonly changed_at: Date }>(tenantId, {
      name: 'work on a ticket',
      text: `select handling_status as status, handling_heard as heard, handling_changed_at as changed_at
               from ${view} where tenant_id = $1 and ticket_id = $2 and handling_status is not null`,
      values: [tenantId, ticketId],
    });
    return row ? { status: row.status, heard: row.heard, changedAt: row.changed_at.toISOString() } : null;
  }

  /** Newest first, `limit` at most, after the position where the page before ended. */
  list(tenantId: string, filter: TicketFilter, limit: number, after: TicketPosition | undefined): Promise<TicketRow[]> {
    const values: unknown[] = [tenantId];
    const parameter = (value: unknown): string => `$${values.push(value)}`;
    const where = Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => conditions[key as keyof TicketFilter](parameter(value)));
    if (after)
      where.push(`(opened_at, ticket_id) < (${parameter(after[0])}::timestamptz, ${parameter(after[1])}::uuid)`);
    return this.database.query<TicketRow>(
      tenantId,
      `select ${ticketColumns} from ${view} ticket
       where ${['tenant_id = $1', 'opened_at is not null', ...where].join(' and ')}
       order by opened_at desc, ticket_id desc limit ${parameter(limit)}`,
      values,
    );
  }

  /**
   * The newest `limit` lines of a ticket's conversation before `before`, oldest first: what was said on the ticket and
   * on those merged into it, and how it was answered where it was carried on. A `requesterId` sees the lines of their
   * own tickets and the answers; without one, staff see all.
   */
  async conversation(
    tenantId: string,
    ticketId: string,
    { requesterId, limit, before }: { requesterId?: string; limit: number; before?: EntryPosition },
  ): Promise<EntryRow[]> {
    const rows = await this.database.query<EntryRow>(tenantId, conversationText(before !== undefined), [
      ...[tenantId, ticketId, requesterId ?? null, limit],
      ...(before ?? []),
    ]);
    return rows.reverse();
  }

  /** Tickets that are merged into this one now, directly. */
  async mergedInto(tenantId: string, ticketId: string): Promise<string[]> {
    const rows = await this.database.query<{ ticket_id: string }>(
      tenantId,
      `select ticket_id from ${merges} where tenant_id = $1 and into_ticket_id = $2 and unmerged_at is null`,
      [tenantId, ticketId],
    );
    return rows.map(({ ticket_id }) => ticket_id);
  }

  /**
   * Every ticket that the conversation of this one takes lines from. A `requesterId` is told of no source of others.
   */
  related(tenantId: string, ticketId: string, requesterId?: string): Promise<RelatedTicket[]> {
    return this.database.query<RelatedTicket>(
      tenantId,
      `with recursive ${family}
       select t.ticket_id, t.number, f.is_source, t.version + coalesce(t.handling_version, 0) as versions
         from (select ticket_id, true as is_source from sources union select ticket_id, false from carriers) f
        cross join lateral (
          select v.* from ${view} v where v.tenant_id = $1 and v.ticket_id = f.ticket_id offset 0) t
        where f.ticket_id <> $2 and t.opened_at is not null
          and (not f.is_source or $3::text is null or t.requester_id = $3)
        order by t.opened_at, t.ticket_id`,
      [tenantId, ticketId, requesterId ?? null],
    );
  }

  /**
   * The requester's tickets that are not finished and were opened since `since` (RFC 3339), newest first, 50 at most.
   */
  unfinishedOf(tenantId: string, requesterId: string, since: string): Promise<UnfinishedTicket[]> {
    return this.unfinished.ask({ tenantId, requesterId, since });
  }

  /** One round trip for each tenant among those who ask. */
  private async unfinishedOfAll(asked: readonly Asked[]): Promise<UnfinishedTicket[][]> {
    const found = new Map<Asked, UnfinishedTicket[]>();
    const tenants = Map.groupBy(asked, ({ tenantId }) => tenantId);
    const ofTenant = async ([tenantId, together]: [string, Asked[]]) => {
      const rows = await this.database.query<UnfinishedTicket & { readonly i: string }>(tenantId, {
        name: 'unfinished tickets of requesters',
        text: `select r.i, t.ticket_id, t.number, t.subject
                 from unnest($2::text[], $3::timestamptz[]) with ordinality as r (requester_id, since, i)
                cross join lateral (
                  select ticket_id, number, subject, opened_at from ${view}
                   where tenant_id = $1 and opened_at is not null and requester_id = r.requester_id
                     and opened_at >= r.since and status = any($4::text[])
                   order by opened_at desc, ticket_id desc limit 50) t
                order by r.i, t.opened_at desc, t.ticket_id desc`,
        values: [
          tenantId,
          together.map(({ requesterId }) => requesterId),
          together.map(({ since }) => since),
          unfinishedStatuses,
        ],
      });
      for (const one of together) found.set(one, []);
      for (const { i, ...ticket } of rows) found.get(together[Number(i) - 1] as Asked)?.push(ticket);
    };
    await Promise.all([...tenants].map(ofTenant));
    return asked.map((one) => found.get(one) ?? []);
  }
}
