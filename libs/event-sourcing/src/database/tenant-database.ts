import pg from 'pg';
import { checkOut, inTransaction } from './sessions.js';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The read models as one tenant sees them: row-level security shows its rows and no others. Policies are exact but do
 * not choose an index: name `tenant_id` in the query too.
 */
export class TenantDatabase {
  constructor(private readonly pool: pg.Pool) {}

  /** One statement that reads. With a `name` it is parsed and planned once per connection. */
  async query<R extends pg.QueryResultRow>(
    tenantId: string,
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<R[]> {
    const [rows] = await this.read(tenantId, [typeof query === 'string' ? { text: query, values } : query]);
    return rows as R[];
  }

  /** Statements that read, in one round trip; each sees what was committed before it began. Answers their rows. */
  async read(tenantId: string, queries: readonly pg.QueryConfig[]): Promise<pg.QueryResultRow[][]> {
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
   * Reads that all see one moment. The beginning goes out together with the first of them. When `work` is over, it must have waited
   * for each of its statements, also where it throws.
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

/** A rebuild has swapped in a table with other columns: whoever prepared a statement for the old one has to do so anew. */
const isStalePlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
