/** What a tenant has in the databases, as a hash per table: equal hashes mean that nothing was changed. */
import type { TestDatabase } from '@guichet/testing';
import pg from 'pg';

/** Tables with a tenant_id, whatever schema they are in. */
const tenantTables = `
  select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
   where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') order by 1`;

export async function asAdmin<T>(database: TestDatabase, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const tablesOf = (client: pg.Client): Promise<string[]> =>
  client.query<{ name: string }>(tenantTables).then(({ rows }) => rows.map(({ name }) => name));

export interface Footprint {
  readonly rows: number;
  readonly hash: string;
}

/** By `<database>.<table>`: the tenant's rows, counted and hashed in an order of their own. */
export async function footprint(
  databases: Readonly<Record<string, TestDatabase>>,
  tenantId: string,
): Promise<Record<string, Footprint>> {
  const found: Record<string, Footprint> = {};
  for (const [service, database] of Object.entries(databases)) {
    await asAdmin(database, async (client) => {
      for (const table of await tablesOf(client)) {
        const { rows } = await client.query<Footprint>(
          `select count(*)::int as rows, md5(coalesce(string_agg(md5(t::text), ',' order by md5(t::text)), '')) as hash
             from ${table} t where tenant_id = $1`,
          [tenantId],
        );
        if (rows[0]) found[`${service} ${table}`] = rows[0];
      }
    });
  }
  return found;
}
