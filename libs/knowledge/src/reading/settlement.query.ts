import { inTransaction, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { attemptMs, silenceMs } from '../session/decide.js';

/** A visit in which something may be settled. */
export interface DueVisit {
  readonly tenant_id: string;
  readonly session_id: string;
}

/**
 * A ticket that an attempt ended in: it names the attempt, and is of the same requester where both are known; or its
 * requester is the attempt's. Either was opened within the time that an attempt has. Says `a` and `t` to the two.
 */
const endedIn = `(t.attempt_id = a.attempt_id and (a.requester_id is null or t.requester_id = a.requester_id)
    and not exists (select from read_model.attempt as earlier where earlier.tenant_id = a.tenant_id
      and earlier.attempt_id = a.attempt_id and earlier.position < a.position)
    or t.requester_id = a.requester_id and t.opened_at >= a.began_at)
  and t.opened_at < a.began_at + interval '${attemptMs} milliseconds'`;
const ticketOf = `from read_model.opened_ticket as t where t.tenant_id = a.tenant_id
  and (t.attempt_id = a.attempt_id or t.requester_id = a.requester_id) and ${endedIn}`;

@Injectable()
export class Settlements {
  constructor(
    private readonly pool: pg.Pool,
    private readonly database: TenantDatabase,
  ) {}

  /** Of all tenants, those that began first; at most `limit`. */
  due(at: string, limit: number): Promise<readonly DueVisit[]> {
    const begin = `begin read only; set local guichet.tenant_id = '*'`;
    return inTransaction(this.pool, begin, async (client) => {
      const { rows } = await client.query<DueVisit>({
        name: 'visits to settle',
        text: `select tenant_id, session_id from read_model.visit as v where not settled and (
                 exists (select from read_model.attempt as a
                   where a.tenant_id = v.tenant_id and a.session_id = v.session_id and not a.settled
                     and (a.began_at <= $1::timestamptz - interval '${attemptMs} milliseconds'
                       or exists (select ${ticketOf})))
                 or last_at <= $1::timestamptz - interval '${silenceMs} milliseconds' and not exists (
                   select from read_model.attempt as a
                   where a.tenant_id = v.tenant_id and a.session_id = v.session_id and not a.settled))
               order by last_at, session_id limit $2`,
        values: [at, limit],
      });
      return rows;
    });
  }

  /** By attempt of the visit, the first ticket that it ended in. */
  async ticketsOf(tenantId: string, sessionId: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ readonly attempt_id: string; readonly ticket_id: string }>(tenantId, {
      name: 'tickets of a visit',
      text: `select a.attempt_id, found.ticket_id from read_model.attempt as a,
               lateral (select t.ticket_id ${ticketOf} order by t.opened_at, t.ticket_id limit 1) as found
             where a.tenant_id = $1 and a.session_id = $2 and not a.settled`,
      values: [tenantId, sessionId],
    });
    return new Map(rows.map(({ attempt_id, ticket_id }) => [attempt_id, ticket_id]));
  }
}
