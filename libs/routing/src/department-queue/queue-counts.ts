/** How many tickets of a queue are in which state. */
import { type TicketRow, queueOf } from '../ticket/ticket-row.js';
import { isInQueue, type QueueState } from '../ticket/ticket-state.js';

export type QueueCounts = Readonly<Record<QueueState, number>>;

/** What changes in one queue. */
export interface QueueChange {
  readonly tenant_id: string;
  readonly queue: string;
  waiting: number;
  assigned: number;
  paused: number;
}

/** By how much the counts of queues differ between tickets before and after; queues that stay as they are left out. */
export function queueChanges(
  before: ReadonlyMap<string, TicketRow>,
  after: ReadonlyMap<string, TicketRow>,
): QueueChange[] {
  const changes = new Map<string, QueueChange>();
  const move = (row: TicketRow | undefined, by: 1 | -1): void => {
    if (!row || !isInQueue(row.state)) return;
    const [tenant_id, queue] = [row.tenant_id, queueOf(row.department_id)];
    const key = `${tenant_id}/${queue}`;
    const change = changes.get(key) ?? { tenant_id, queue, waiting: 0, assigned: 0, paused: 0 };
    change[row.state] += by;
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
