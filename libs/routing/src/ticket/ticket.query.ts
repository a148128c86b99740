import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { Sight } from '../desk/sight.query.js';
import { type TicketRow, queueOf } from './ticket-row.js';
import { type TicketState } from './ticket-state.js';

type Times =
  'queued_at' | 'assigned_at' | 'agent_replied_at' | 'resolved_at' | 'closed_at' | 'opened_at' | 'requester_replied_at';

/** A ticket's row with the names of its department and agent. Times are Dates and bigints texts, as pg reads them. */
export type NamedTicket = Omit<TicketRow, Times | 'tenant_id' | 'state' | 'own_position' | 'received_position'> &
  Record<Times, Date | null> & {
    /** Queries leave out tickets that only intake has told of. */
    readonly state: TicketState;
    readonly own_position: string;
    readonly received_position: string;
    readonly in_queue: boolean;
    /** Most urgent first: the priority's rank, negative. */
    readonly urgency: number;
    readonly department_name: string | null;
    readonly agent_name: string | null;
    /** `queued_at` to the microsecond, for cursors. */
    readonly queued_exactly: string;
  };

export const namedTickets = `select t.*, t.queued_at::text as queued_exactly, d.name as department_name, a.name as agent_name
  from read_model.ticket t
  left join read_model.department d on d.tenant_id = t.tenant_id and d.department_id = t.department_id
  left join read_model.agent a on a.tenant_id = t.tenant_id and a.agent_id = t.agent_id`;

export type MergedRow = Pick<TicketRow, 'ticket_id' | 'number' | 'subject' | 'requester_id' | 'requester_name'>;

/** Where a page of the tickets in work ended: since when it is routing's, to the microsecond. */
export type WorkPosition = readonly [queuedAt: string, ticketId: string];

/** Where a page of an agent's tickets ended. */
export type AgentPosition = readonly [queuedAt: string, ticketId: string];

@Injectable()
export class Tickets {
  constructor(private readonly database: TenantDatabase) {}

  /** Undefined for a ticket there is not yet any work on, or that is another tenant's. */
  async find(tenantId: string, ticketId: string): Promise<NamedTicket | undefined> {
    const [row] = await this.database.query<NamedTicket>(
      tenantId,
      `${namedTickets} where t.tenant_id = $1 and t.ticket_id = $2 and t.version > 0`,
      [tenantId, ticketId],
    );
    return row;
  }

  /** What was merged into the ticket, directly; oldest first. */
  mergedInto(tenantId: string, ticketId: string): Promise<MergedRow[]> {
    return this.database.query<MergedRow>(
      tenantId,
      `select ticket_id, number, subject, requester_id, requester_name from read_model.ticket
        where tenant_id = $1 and merged_into = $2 order by opened_at, ticket_id`,
      [tenantId, ticketId],
    );
  }

  /** An agent's tickets, newest first. `open`: those in a queue; `done`: the rest. */
  ofAgent(
    tenantId: string,
    agentId: string,
    state: 'open' | 'done' | 'all',
    limit: number,
    after: AgentPosition | undefined,
    sight: Sight,
  ): Promise<NamedTicket[]> {
    const inState = { open: 'and t.in_queue', done: 'and not t.in_queue', all: '' }[state];
    const beyond = after ? 'and (t.queued_at, t.ticket_id) < ($4::timestamptz, $5::uuid)' : '';
    const values: unknown[] = [tenantId, agentId, limit, ...(after ?? [])];
    let inSight = '';
    if (sight !== 'all' && sight.agentId !== agentId) {
      values.push(sight.departmentIds);
      inSight = `and (t.department_id is null or t.department_id = any($${values.length}::text[]))`;
    }
    return this.database.query<NamedTicket>(
      tenantId,
      `${namedTickets} where t.tenant_id = $1 and t.agent_id = $2 ${inState} ${beyond} ${inSight}
       order by t.queued_at desc, t.ticket_id desc limit $3`,
      values,
    );
  }

  /** An agent's tickets in work, longest waiting first. */
  openOfAgent(tenantId: string, agentId: string, limit: number, after?: WorkPosition): Promise<WorkPosition[]> {
    return this.inWork(tenantId, 'agent_id = $3', agentId, limit, after);
  }

  /** The tickets in work in a department (null: those without one), longest waiting first. */
  openIn(tenantId: string, departmentId: string | null, limit: number, after?: WorkPosition): Promise<WorkPosition[]> {
    return this.inWork(tenantId, 'queue = $3', queueOf(departmentId), limit, after);
  }

  /** In an order that nothing changes while somebody walks through the pages: a priority may change. */
  private async inWork(
    tenantId: string,
    where: string,
    id: string,
    limit: number,
    after?: WorkPosition,
  ): Promise<WorkPosition[]> {
    const beyond = after ? 'and (queued_at, ticket_id) > ($4::timestamptz, $5::uuid)' : '';
    const rows = await this.database.query<{ queued_exactly: string; ticket_id: string }>(
      tenantId,
      `select queued_at::text as queued_exactly, ticket_id from read_model.ticket
       where tenant_id = $1 and in_queue and ${where} ${beyond} order by queued_at, ticket_id limit $2`,
      [tenantId, limit, id, ...(after ?? [])],
    );
    return rows.map(({ queued_exactly, ticket_id }) => [queued_exactly, ticket_id]);
  }
}
