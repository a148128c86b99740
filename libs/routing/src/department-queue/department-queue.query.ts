import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { QueueState } from '../ticket/ticket-state.js';
import { type NamedTicket, namedTickets } from '../ticket/ticket.query.js';
import type { QueueCounts } from './queue-counts.js';

/** Where a page of a queue ended. */
export type QueuePosition = readonly [urgency: number, queuedAt: string, ticketId: string];

/** Up to where a live queue has been told: positions in routing's own log and in the feed it received. */
export interface QueueMoment {
  readonly own: number;
  readonly received: number;
}

/** What waits and is worked on in a department. `queue` is the department's id, or '' for the tickets without one. */
@Injectable()
export class DepartmentQueues {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * A page, most urgent first, then longest waiting first; with the counts of the whole queue, and a moment before
   * which nothing is missing in it: what changes while it is read is told again by the live stream.
   */
  async page(
    tenantId: string,
    queue: string,
    limit: number,
    state?: QueueState,
    after?: QueuePosition,
  ): Promise<{ readonly moment: QueueMoment; readonly tickets: NamedTicket[]; readonly counts: QueueCounts }> {
    const beyond = 'and (t.urgency, t.queued_at, t.ticket_id) > ($4::smallint, $5::timestamptz, $6::uuid)';
    const page = {
      name: `queue page ${state ?? 'all'} ${after ? 'beyond' : 'first'}`,
      text: `${namedTickets}
       where t.tenant_id = $1 and t.queue = $2 and t.in_queue
         ${state ? `and t.state = '${state}'` : ''} ${after ? beyond : ''}
       order by t.urgency, t.queued_at, t.ticket_id limit $3`,
      values: [tenantId, queue, limit, ...(after ?? [])],
    };
    const [now, tickets, counts] = await this.database.read(tenantId, [moment, page, countsOf(tenantId, queue)]);
    return { moment: toMoment(now), tickets: (tickets ?? []) as NamedTicket[], counts: toCounts(counts) };
  }

  async counts(tenantId: string, queue: string): Promise<QueueCounts> {
    return toCounts(await this.database.query(tenantId, countsOf(tenantId, queue)));
  }

  /** Everything up to this moment is in what is read after it. */
  async now(tenantId: string): Promise<QueueMoment> {
    return toMoment(await this.database.query(tenantId, moment));
  }

  /**
   * Tickets that are or have been in the queue and changed after the moment, as they are now; with the counts of then.
   */
  async changedSince(
    tenantId: string,
    queue: string,
    { own, received }: QueueMoment,
    limit: number,
  ): Promise<{ readonly changed: NamedTicket[]; readonly counts: QueueCounts }> {
    const changes = {
      name: 'queue changes',
      text: `${namedTickets} where t.tenant_id = $1 and (t.own_position > $2 or t.received_position > $3) and $4 = any(t.visited)
       limit $5`,
      values: [tenantId, own, received, queue, limit],
    };
    const [changed, counts] = await this.database.read(tenantId, [changes, countsOf(tenantId, queue)]);
    return { changed: (changed ?? []) as NamedTicket[], counts: toCounts(counts) };
  }
}

const countsOf = (tenantId: string, queue: string): pg.QueryConfig => ({
  name: 'queue counts',
  text: 'select waiting, assigned, paused from read_model.queue_count where tenant_id = $1 and queue = $2',
  values: [tenantId, queue],
});

const toCounts = (rows: readonly pg.QueryResultRow[] = []): QueueCounts =>
  (rows[0] as QueueCounts | undefined) ?? { waiting: 0, assigned: 0, paused: 0 };

/**
 * The projection's checkpoint, which is committed with its rows. For the newest position among the tenant's tickets
 * PostgreSQL reads all of them until it has analysed the table, which after an import may be a minute later.
 */
const moment: pg.QueryConfig = {
  name: 'queue moment',
  text: `select coalesce(max(position) filter (where log = 'own'), 0) as own,
                coalesce(max(position) filter (where log = 'received'), 0) as received
           from checkpoint where consumer = 'projection/ticket' and slot = 'live'`,
};

const toMoment = ([row]: readonly pg.QueryResultRow[] = []): QueueMoment => ({
  own: Number(row?.['own'] ?? 0),
  received: Number(row?.['received'] ?? 0),
});
