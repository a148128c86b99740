import pg from 'pg';
import { checkOut, inTransaction } from './sessions.js';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads that go out together on one connection: a transaction and a write to the socket for all. More would wait longer
 * for one another than they save.
 */
const maxTogether = 8;

interface Asked {
  readonly queries: readonly pg.QueryConfig[];
  readonly resolve: (rows: pg.QueryResultRow[][]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The read models as one tenant sees them: row-level security shows its rows and no others. Policies are exact but do
 * not choose an index: name `tenant_id` in the query too.
 */
export class TenantDatabase {
  /** By tenant: what was asked for in this turn, and is to go out at its end. */
  private readonly turn = new Map<string, Asked[]>();

  constructor(private readonly pool: pg.Pool) {}

  /**
   * One statement that reads. With a `name`, for what is asked often and answered quickly, it is planned once per
   * connection: see `read`.
   */
  async query<R extends pg.QueryResultRow>(
    tenantId: string,
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<R[]> {
    const [rows] = await this.read(tenantId, [typeof query === 'string' ? { text: query, values } : query]);
    return rows as R[];
  }

  /**
   * Statements that read, in one round trip; each sees what was committed before it began. Answers their rows. Where
   * all have names, they go out with what else is asked for this tenant in the same turn of the event loop.
   */
  read(tenantId: string, queries: readonly pg.QueryConfig[]): Promise<pg.QueryResultRow[][]> {
    if (!queries.every(({ name }) => name)) return this.readWhole(tenantId, queries);
    return new Promise((resolve, reject) => this.join(tenantId, { queries, resolve, reject }));
  }

  private join(tenantId: string, asked: Asked): void {
    const waiting = this.turn.get(tenantId);
    if (waiting) {
      waiting.push(asked);
      if (waiting.length === maxTogether) this.turn.delete(tenantId);
      return;
    }
    const together = [asked];
    this.turn.set(tenantId, together);
    setImmediate(() => {
      if (this.turn.get(tenantId) === together) this.turn.delete(tenantId);
      void this.readTogether(tenantId, together);
    });
  }

  /** What fails for one says nothing about the others: then each is asked for by itself. */
  private async readTogether(tenantId: string, together: readonly Asked[]): Promise<void> {
    const whole = ({ queries, resolve, reject }: Asked) => this.readWhole(tenantId, queries).then(resolve, reject);
    const [only] = together;
    if (only && together.length === 1) return whole(only);
    try {
      const rows = await this.readOnce(
        tenantId,
        together.flatMap(({ queries }) => queries),
      );
      let from = 0;
      for (const { queries, resolve } of together) resolve(rows.slice(from, (from += queries.length)));
    } catch {
      await Promise.all(together.map(whole));
    }
  }

  private async readWhole(tenantId: string, queries: readonly pg.QueryConfig[]): Promise<pg.QueryResultRow[][]> {
    try {
      return await this.readOnce(tenantId, queries);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      return this.readOnce(
        tenantId,
        queries.map(({ name: _, ...unnamed }) => unnamed),
      );
    }
  }

  private async readOnce(tenantId: string, queries: readonly pg.QueryConfig[]): Promise<pg.QueryResultRow[][]> {
    const begin = beginFor(tenantId, 'read only');
    const client = await checkOut(this.pool);
    let hasStalePlan = false;
    // Sent without waiting for one another. Were the beginning refused, what the others see would not be answered.
    const sent = Promise.all([client.query(begin), ...queries.map((query) => client.query(query))]);
    sent.catch((error: unknown) => (hasStalePlan = isStalePlan(error)));
    // Nothing was written: the caller need not wait for the end of the transaction.
    void client.query('rollback').then(
      () => client.release(hasStalePlan),
      () => client.release(true),
    );
    const [, ...results] = await sent;
    return results.map(({ rows }) => rows as pg.QueryResultRow[]);
  }

  /**
   * Reads that all see one moment. The beginning goes out together with the first of them. When `work` is over, it must
   * have waited for each of its statements, also where it throws.
   */
  async snapshot<T>(tenantId: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const begin = beginFor(tenantId, 'isolation level repeatable read, read only');
    const client = await checkOut(this.pool);
    const [begun, answered] = await Promise.allSettled([client.query(begin), work(client)]);
    void client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    if (begun.status === 'rejected') throw begun.reason;
    if (answered.status === 'rejected') throw answered.reason;
    return answered.value;
  }

  /** A transaction that reads and writes the tenant's rows. */
  async transaction<T>(tenantId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, beginFor(tenantId, 'read write'), work);
  }
}

function beginFor(
  tenantId: string,
  mode: 'read only' | 'read write' | 'isolation level repeatable read, read only',
): string {
  if (!uuidPattern.test(tenantId)) throw new Error(`Not a tenant's id: ${tenantId}`);
  return `begin ${mode}; set local guichet.tenant_id = ${pg.escapeLiteral(tenantId)}`;
}

/**
 * A rebuild has swapped in a table with other columns: whoever prepared a statement for the old one has to do so anew.
 */
const isStalePlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
