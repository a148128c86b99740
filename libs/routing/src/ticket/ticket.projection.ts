import { type Projection, type ProjectionTransaction, type RecordedEvent, rememberedIn } from '@guichet/event-sourcing';
import { Changes } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { LRUCache } from 'lru-cache';
import { queueCountDdl, saveQueueCounts } from '../department-queue/queue-counts.projection.js';
import { intakeFact } from '../intake-facts.js';
import { type TicketRow, emptyRow, foldRequest, foldWork } from './ticket-row.js';
import { queueStates } from './ticket-state.js';

const columns: Readonly<Record<keyof TicketRow, string>> = {
  tenant_id: 'uuid not null',
  ticket_id: 'uuid not null',
  state: 'text',
  version: 'int not null',
  own_position: 'bigint not null',
  status: 'text',
  withdrawn: 'text',
  department_id: 'text',
  unknown_department_id: 'text',
  visited: 'text[] not null',
  agent_id: 'text',
  priority: 'text not null',
  priority_rank: 'smallint not null',
  tags: 'text[] not null',
  paused_for: 'text',
  level: 'smallint',
  transfers: 'int not null',
  wrap_up: 'text not null',
  queued_at: 'timestamptz',
  assigned_at: 'timestamptz',
  agent_replied_at: 'timestamptz',
  resolved_at: 'timestamptz',
  closed_at: 'timestamptz',
  received_position: 'bigint not null',
  number: 'text',
  subject: 'text',
  requester_id: 'text',
  requester_name: 'text',
  channel: 'text',
  locale: 'text',
  opened_at: 'timestamptz',
  requester_replied_at: 'timestamptz',
  spam: 'boolean not null',
  merged_into: 'uuid',
};
const names = Object.keys(columns);
const declared = Object.entries(columns).map(([name, type]) => `${name} ${type}`);

const handlingStream = 'handling-';
const ticketStream = 'ticket-';

/** Every ticket there is or was, for its own page, its department's queue and its agent's list. */
@Injectable()
export class TicketProjection implements Projection {
  readonly name = 'ticket';
  readonly version = 4;
  readonly tables = ['ticket', 'queue_count'];

  constructor(private readonly changes: Changes) {}

  ddl(schema: string): readonly string[] {
    // Columns, where an expression would say the same: under row-level security PostgreSQL uses no index on an
    // expression that is not known to be leakproof, and reads the queues of all departments.
    return [
      `create table ${schema}.ticket (
        ${declared.join(',\n        ')},
        queue text not null generated always as (coalesce(department_id, '')) stored,
        urgency smallint not null generated always as (-priority_rank) stored,
        in_queue boolean not null generated always as
          (coalesce(state in (${queueStates.map((state) => `'${state}'`).join(', ')}), false)) stored,
        primary key (tenant_id, ticket_id))`,
      `create index on ${schema}.ticket (tenant_id, queue, urgency, queued_at, ticket_id) where in_queue`,
      `create index on ${schema}.ticket (tenant_id, agent_id, queued_at desc, ticket_id desc) where agent_id is not null`,
      `create index on ${schema}.ticket (tenant_id, merged_into) where merged_into is not null`,
      `create index on ${schema}.ticket (tenant_id, own_position)`,
      `create index on ${schema}.ticket (tenant_id, received_position)`,
      ...queueCountDdl(schema),
    ];
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const stream = tx.log === 'own' ? handlingStream : ticketStream;
    const relevant = events.filter(({ streamId }) => streamId.startsWith(stream));
    if (relevant.length === 0) return void (tx.outcome = new Map());
    const before = await load(new Set(relevant.map((event) => keyOf(event, stream))), tx);
    const rows = new Map(before);
    for (const event of relevant) {
      const key = keyOf(event, stream);
      const row = rows.get(key) ?? emptyRow(event.tenantId, event.streamId.slice(stream.length));
      rows.set(key, tx.log === 'own' ? foldWork(row, event) : afterReceived(row, event));
    }
    save([...rows.values()], tx);
    saveQueueCounts(before, rows, tx);
    remember(rows, tx);
    tx.outcome = rows;
  }

  /** Without an outcome it was another replica that applied the events: which queues they touched is not known here. */
  afterCommit(events: readonly RecordedEvent[], outcome: unknown): void {
    const rows = outcome as ReadonlyMap<string, TicketRow> | undefined;
    if (rows) for (const { tenant_id, visited } of rows.values()) this.changes.announce(tenant_id, visited);
    else for (const tenantId of new Set(events.map((event) => event.tenantId))) this.changes.announce(tenantId);
  }
}

const keyOf = ({ tenantId, streamId }: RecordedEvent, stream: string): string =>
  `${tenantId}/${streamId.slice(stream.length)}`;

function afterReceived(row: TicketRow, event: RecordedEvent): TicketRow {
  const fact = intakeFact(event);
  return fact ? foldRequest(row, fact, event.position) : row;
}

const remembered = 2_000;

/** Rows just written: what happens to a ticket next often follows at once. */
const memoryOf = (tx: ProjectionTransaction): LRUCache<string, TicketRow> => rememberedIn(tx, 'tickets', remembered);

function remember(rows: ReadonlyMap<string, TicketRow>, tx: ProjectionTransaction): void {
  const known = memoryOf(tx);
  for (const [key, row] of rows) known.set(key, row);
}

/** By key: those that are there. */
async function load(wanted: ReadonlySet<string>, tx: ProjectionTransaction): Promise<Map<string, TicketRow>> {
  const known = memoryOf(tx);
  const unknown = [...wanted].filter((key) => !known.has(key)).map((key) => key.split('/'));
  const found = new Map<string, TicketRow>();
  for (const key of wanted) {
    const row = known.get(key);
    if (row) found.set(key, row);
  }
  if (unknown.length === 0) return found;
  const { rows } = await tx.query<{ row: TicketRow }>(
    `select to_jsonb(t) - '{queue,urgency,in_queue}'::text[] as row from ${tx.schema}.ticket t
     join unnest($1::uuid[], $2::uuid[]) as wanted (tenant_id, ticket_id) using (tenant_id, ticket_id)`,
    [unknown.map(([tenantId]) => tenantId), unknown.map(([, ticketId]) => ticketId)],
  );
  for (const { row } of rows) found.set(`${row.tenant_id}/${row.ticket_id}`, row);
  return found;
}

function save(rows: readonly TicketRow[], tx: ProjectionTransaction): void {
  const list = names.join(', ');
  tx.send({
    name: `${tx.schema}.ticket.save`,
    text: `insert into ${tx.schema}.ticket (${list})
     select ${list} from jsonb_populate_recordset(null::${tx.schema}.ticket, $1)
     on conflict (tenant_id, ticket_id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    values: [JSON.stringify(rows)],
  });
}
