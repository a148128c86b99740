import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { Sight } from '../desk/sight.query.js';
import { queueOf } from '../ticket/ticket-row.js';
import type { QueueCounts } from './queue-counts.js';

export interface QueueRow extends QueueCounts {
  /** null: the tickets without a department. */
  readonly department_id: string | null;
  readonly name: string | null;
  /** Of the ticket that has waited longest for an agent; null where none waits. */
  readonly oldest_queued_at: Date | null;
  /** bigint, as pg reads it; 0 of the queue without a department. */
  readonly created_position: string;
}

/** One look for each urgency, along the index of the queue. */
const oldest = `(select min(first.queued_at) from unnest('{-3,-2,-1,0}'::smallint[]) as u (urgency), lateral (
    select t.queued_at from read_model.ticket t
     where t.tenant_id = $1 and t.queue = q.queue and t.in_queue and t.urgency = u.urgency and t.state = 'waiting'
     order by t.queued_at limit 1) first)`;

/** All queues of a tenant with what is in them. */
@Injectable()
export class Queues {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * The queue without a department, then those of the departments in the order they were created. `after` is the
   * `created_position` of the last one seen, -1 at the beginning.
   */
  list(tenantId: string, limit: number, after: string, sight: Sight): Promise<QueueRow[]> {
    const values: unknown[] = [tenantId, limit, after, queueOf(null)];
    let inSight = '';
    if (sight !== 'all') {
      values.push(sight.departmentIds);
      inSight = 'and d.department_id = any($5::text[])';
    }
    return this.database.query<QueueRow & Record<string, unknown>>(
      tenantId,
      `with queues as (
         select null as department_id, null as name, $4::text as queue, 0::bigint as created_position
          union all
         select d.department_id, d.name, d.department_id, d.created_position from read_model.department d
          where d.tenant_id = $1 ${inSight})
       select q.department_id, q.name, q.created_position, coalesce(c.waiting, 0) as waiting,
              coalesce(c.assigned, 0) as assigned, coalesce(c.paused, 0) as paused,
              case when c.waiting > 0 then ${oldest} end as oldest_queued_at
         from queues q left join read_model.queue_count c on c.tenant_id = $1 and c.queue = q.queue
        where q.created_position > $3 order by q.created_position limit $2`,
      values,
    );
  }
}
