/** What a statement of the product reads: the product's own text and values under EXPLAIN (ANALYZE, BUFFERS). */
import pg from 'pg';
import type { Statement } from './statements.js';

export interface Reading {
  /** Rows looked at in tables and indexes, those included that a filter threw away. */
  readonly rows: number;
  /** Pages of 8 KiB, from memory or disk, those of planning not included. */
  readonly pages: number;
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** The tables as they are in the long run: vacuumed, with statistics. `adminUrl` is on the service's database. */
export async function settleTables(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query('vacuum (freeze, analyze)'));
}

/**
 * Adds up the reads of a request, as the service's role and in the tenant's session. Tables small enough for a test
 * would be read whole: without that, PostgreSQL goes the way it goes in large ones, if there is an index for it.
 */
export function readingOf(
  adminUrl: string,
  { role, tenantId }: { readonly role: string; readonly tenantId: string },
  statements: readonly Statement[],
): Promise<Reading> {
  const reads = statements.filter(({ text }) => /^\s*(select|with)\b/i.test(text));
  return withClient(adminUrl, async (client) => {
    let sum: Reading = { rows: 0, pages: 0 };
    for (const { text, values } of reads) {
      await client.query(`begin; set local role ${pg.escapeIdentifier(role)};
                          set local guichet.tenant_id = ${pg.escapeLiteral(tenantId)};
                          set local enable_seqscan = off`);
      const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
        `explain (analyze, buffers, timing off, format json) ${text}`,
        [...values],
      );
      await client.query('rollback');
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      if (!plan) throw new Error(`PostgreSQL does not explain: ${text}`);
      const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      sum = { rows: sum.rows + scanned(plan), pages: sum.pages + pages };
    }
    return sum;
  });
}

function scanned(plan: Plan): number {
  const kept = plan['Relation Name'] === undefined ? 0 : plan['Actual Rows'];
  const thrown = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
  const here = plan['Relation Name'] === undefined ? 0 : (kept + thrown) * plan['Actual Loops'];
  return Math.round(here + (plan.Plans ?? []).reduce((sum, part) => sum + scanned(part), 0));
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
