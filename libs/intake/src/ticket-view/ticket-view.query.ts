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
  readonly priority: string | null;
  readonly tags: readonly string[];
  readonly opened_at: Date;
  readonly updated_at: Date;
  readonly version: number;
  readonly handling_version: number | null;
  readonly merged_into: string | null;
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
  readonly imported: boolean;
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
  departmentId: (p) => `department_id = ${p}`,
  priority: (p) => `priority = ${p}`,
  tag: (p) => `tags ? ${p}`,
  openedFrom: (p) => `opened_at >= ${p}::timestamptz`,
  openedTo: (p) => `opened_at < ${p}::timestamptz`,
};

const view = 'read_model.ticket_view';
const ticketColumns = `ticket_id, number, status, requester_id, requester_name, requester_email, subject, body, channel,
  device, locale, department_id, priority, tags, opened_at, updated_at, version, handling_version, merged_into, coalesce(imported, false) as imported`;

/** Reads the tickets' view. The tenant is named for the indexes' sake too: row-level security would keep others' rows out alone. */
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
      text: `select ${ticketColumns} from ${view} where tenant_id = $1 and ticket_id = $2 and opened_at is not null`,
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
      `select ${ticketColumns} from ${view}
       where ${['tenant_id = $1', 'opened_at is not null', ...where].join(' and ')}
       order by opened_at desc, ticket_id desc limit ${parameter(limit)}`,
      values,
    );
  }

  /**
   * The newest `limit` lines of a ticket's conversation before `before`, oldest first. Replies that were redirected
   * from the ticket to another one are in both conversations.
   */
  async conversation(tenantId: string, ticketId: string, limit: number, before?: EntryPosition): Promise<EntryRow[]> {
    const rows = await this.database.query<EntryRow>(
      tenantId,
      `select entry_id, source, version, kind, at, author_kind, author_id, body, redirected_from, imported
       from read_model.ticket_conversation
       where tenant_id = $1 and (ticket_id = $2 or redirected_from = $2)
         ${before ? 'and (at, source, version, entry_id) < ($4::timestamptz, $5, $6::int, $7::uuid)' : ''}
       order by at desc, source desc, version desc, entry_id desc limit $3`,
      [tenantId, ticketId, limit, ...(before ?? [])],
    );
    return rows.reverse();
  }

  /** The requester's tickets that are not finished and were opened since `since` (RFC 3339), newest first, 50 at most. */
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
