import type pg from 'pg';

export interface NumberedThings {
  /** Its table: `tenant_id uuid primary key, last bigint not null`, the last number of each tenant. */
  readonly table: string;
  /** A tenant's first number. */
  readonly first: number;
}

interface Waiter {
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Hands out a tenant's numbers of one kind of thing, each once, to any number of processes. Requests that come while
 * another is under way share the next turn: the row's lock costs one commit per batch, not per number. A number that
 * was handed out and not used leaves a gap.
 */
export class TenantNumbers {
  private readonly waiting = new Map<string, Waiter[]>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly things: NumberedThings,
  ) {}

  next(tenantId: string): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const queue = this.waiting.get(tenantId);
      if (queue) {
        queue.push({ resolve, reject });
        return;
      }
      this.waiting.set(tenantId, [{ resolve, reject }]);
      void this.serve(tenantId);
    });
  }

  /** Makes sure that no number up to `count` will be handed out any more. */
  async stayAheadOf(tenantId: string, count: number): Promise<void> {
    await this.pool.query(
      `insert into ${this.things.table} as counter (tenant_id, last) values ($1, $2)
       on conflict (tenant_id) do update set last = excluded.last where counter.last < excluded.last`,
      [tenantId, Math.max(count, this.things.first - 1)],
    );
  }

  /** Serves whoever waits for the tenant, batch by batch, until nobody does. Never rejects. */
  private async serve(tenantId: string): Promise<void> {
    for (;;) {
      const batch = this.waiting.get(tenantId) ?? [];
      if (batch.length === 0) break;
      this.waiting.set(tenantId, []);
      try {
        const last = await this.advance(tenantId, batch.length);
        batch.forEach(({ resolve }, index) => resolve(last - batch.length + 1 + index));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.waiting.delete(tenantId);
  }

  private async advance(tenantId: string, by: number): Promise<number> {
    const { table, first } = this.things;
    const { rows } = await this.pool.query<{ last: string }>({
      name: `numbers of ${table}`,
      // Without waiting for the disk: the event that will bear the number is written after it, and is on the disk only
      // with it.
      text: `with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
       insert into ${table} as counter (tenant_id, last) select $1::uuid, $2::bigint from relaxed
       on conflict (tenant_id) do update set last = counter.last + $3::bigint returning last`,
      values: [tenantId, first - 1 + by, by],
    });
    return Number(rows[0]?.last);
  }
}
