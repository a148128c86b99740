/** How many tickets of a queue are in which state. */
import { type TicketRow, queueOf } from './ticket-row.js';

export interface QueueCounts {
  readonly waiting: number;
  readonly assigned: number;
  readonly paused: number;
}

export type QueueState = keyof QueueCounts;

/** What changes in one queue. */
export interface QueueChange {
  readonly tenant_id: string;
  readonly queue: string;
  waiting: number;
  assigned: number;
  paused: number;
}

/** Undefined for a ticket that is in no queue. The column `in_queue` says the same of a row. */
function stateOf({ status, withdrawn, spam, merged_into, paused_for, agent_id }: TicketRow): QueueState | undefined {
  if (status !== 'open' || withdrawn !== null || spam || merged_into !== null) return undefined;
  if (paused_for !== null) return 'paused';
  return agent_id === null ? 'waiting' : 'assigned';
}

/** By how much the counts of queues differ between tickets before and after; queues that stay as they are left out. */
export function queueChanges(
  before: ReadonlyMap<string, TicketRow>,
  after: ReadonlyMap<string, TicketRow>,
): QueueChange[] {
  const changes = new Map<string, QueueChange>();
  const move = (row: TicketRow | undefined, by: 1 | -1): void => {
    const state = row && stateOf(row);
    if (!state) return;
    const [tenant_id, queue] = [row.tenant_id, queueOf(row.department_id)];
    const key = `${tenant_id}/${queue}`;
    const change = changes.get(key) ?? { tenant_id, queue, waiting: 0, assigned: 0, paused: 0 };
    change[state] += by;
    changes.set(key, change);
  };
  for (const [key, row] of after) {
    move(before.get(key), -1);
    move(row, 1);
  }
  return [...changes.values()].filter(
    ({ waiting, assigned, paused }) => waiting !== 0 || assigned !== 0 || paused !== 0,
  );
}
