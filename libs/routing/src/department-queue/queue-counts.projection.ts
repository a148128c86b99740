import type { ProjectionTransaction } from '@guichet/event-sourcing';
import { queueChanges } from './queue-counts.js';
import type { TicketRow } from '../ticket/ticket-row.js';

/**
 * A row for each queue with something in it: counting a long queue for every page of it would take as long as the queue
 * is.
 */
export const queueCountDdl = (schema: string): readonly string[] => [
  `create table ${schema}.queue_count (
    tenant_id uuid not null,
    queue text not null,
    waiting int not null,
    assigned int not null,
    paused int not null,
    primary key (tenant_id, queue))`,
];

/** Moves the counts by what a batch changed. An empty queue has no row, however it became empty. */
export function saveQueueCounts(
  before: ReadonlyMap<string, TicketRow>,
  after: ReadonlyMap<string, TicketRow>,
  tx: ProjectionTransaction,
): void {
  const changes = queueChanges(before, after);
  if (changes.length === 0) return;
  const table = `${tx.schema}.queue_count`;
  tx.send({
    name: `${tx.schema}.queue_count.move`,
    text: `insert into ${table} as c (tenant_id, queue, waiting, assigned, paused)
     select tenant_id, queue, waiting, assigned, paused from jsonb_populate_recordset(null::${table}, $1)
     on conflict (tenant_id, queue) do update set waiting = c.waiting + excluded.waiting,
       assigned = c.assigned + excluded.assigned, paused = c.paused + excluded.paused`,
    values: [JSON.stringify(changes)],
  });
  if (!changes.some(({ waiting, assigned, paused }) => waiting < 0 || assigned < 0 || paused < 0)) return;
  tx.send({
    name: `${tx.schema}.queue_count.empty`,
    text: `delete from ${table} c using jsonb_populate_recordset(null::${table}, $1) e
      where c.tenant_id = e.tenant_id and c.queue = e.queue and c.waiting = 0 and c.assigned = 0 and c.paused = 0`,
    values: [JSON.stringify(changes)],
  });
}
