import type { Source } from '@guichet/contracts';
import { LogReader, rawText, type RecordedEvent, TenantDatabase } from '@guichet/event-sourcing';
import { ReceivedLog } from '@guichet/messaging';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';

/** Where a page of a timeline ended: time, source, position in the source's log. */
export type TimelinePosition = readonly [occurredAt: string, source: string, sourcePosition: string];

export interface TimelineEvent {
  readonly source: Source;
  readonly event: RecordedEvent;
  /** Of an agent who is known. */
  readonly agentName?: string;
  readonly place: TimelinePosition;
}

/** The agent's name, when it happened (to the microsecond), the columns of `received_log`; null where there is none. */
type Row = readonly [agentName: string | null, occurredAt: string, ...event: string[]];

/** What intake tells already, or what only decisions need. */
const privateMarks = `array['HandlingWithdrawn', 'HandlingReturned', 'RequesterHeard', 'TicketTakenOver']`;

/** Behind the eleven columns that every log has. */
const sourceColumn = 11;

/**
 * A ticket's history and that of the tickets merged into it, read from the two logs themselves: what was written a
 * moment ago is there. What happened at the same time is in the order of sources (intake first: the request comes
 * before the work), then of positions.
 */
@Injectable()
export class Timelines {
  constructor(
    private readonly database: TenantDatabase,
    private readonly ownLog: LogReader,
    private readonly receivedLog: ReceivedLog,
  ) {}

  /** Oldest first; empty for a ticket that is unknown or another tenant's. */
  async page(tenantId: string, ticketId: string, limit: number, after?: TimelinePosition): Promise<TimelineEvent[]> {
    const rows = await this.database.query<Row & Record<string, unknown>>(tenantId, {
      name: `timeline ${after ? 'beyond' : 'first'}`,
      text: this.statement(after !== undefined),
      values: [tenantId, ticketId, limit, ...(after ?? [])],
      rowMode: 'array',
      types: rawText,
    } as pg.QueryConfig);
    return Promise.all(rows.map((row) => this.entryOf(row)));
  }

  /** Both logs in one statement: events of the one are padded to the columns of the other. */
  private statement(isBeyond: boolean): string {
    const beyond = isBeyond
      ? 'where (entry.occurred_at, entry.source, entry.source_position) > ($4::timestamptz, $5, $6::bigint)'
      : '';
    // The withdrawal is intake's to tell: routing's own note of it would say the same thing twice. And coalesce() keeps
    // the planner from the index by source, which it would read all of while the table's statistics are old. `offset 0`
    // and the arrays keep it from reading all tickets or events for a join, likewise.
    return `with recursive family (ticket_id) as (
        select $2::uuid
         union
        select merged.ticket_id from family f, lateral (
          select t.ticket_id from read_model.ticket t where t.tenant_id = $1 and t.merged_into = f.ticket_id offset 0) merged)
      select agent.name, entry.* from (
        select occurred_at, ${this.ownLog.columns}, 'routing' as source, position as source_position, null::bigint
          from event_log
         where tenant_id = $1 and stream_id = any (array(select 'handling-' || ticket_id from family)) and type <> all (${privateMarks})
         union all
        select occurred_at, ${this.receivedLog.reader.columns} from received_log
         where tenant_id = $1 and stream_id = any (array(select 'ticket-' || ticket_id from family)) and coalesce(source, '') = 'intake' and type <> 'Unreadable') entry
      left join read_model.agent agent on agent.tenant_id = $1
        and agent.agent_id = entry.metadata -> 'actor' ->> 'id' and entry.metadata -> 'actor' ->> 'kind' = 'agent'
      ${beyond} order by entry.occurred_at, entry.source, entry.source_position limit $3`;
  }

  /** By the log's reader, which knows how to read what was written under an older contract. */
  private async entryOf([agentName, occurredAt, ...columns]: Row): Promise<TimelineEvent> {
    const source = columns[sourceColumn] === 'routing' ? 'routing' : 'intake';
    const [event] = await (source === 'routing' ? this.ownLog : this.receivedLog.reader).decode([columns]);
    if (!event) throw new Error('A row is an event.');
    const place = [occurredAt, source, columns[sourceColumn + 1] ?? ''] as const;
    return { source, event, place, ...(agentName !== null && { agentName }) };
  }
}
