/** The same question to facts without cells: by SQL in PostgreSQL, and in DuckDB. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchContext } from '../line.js';
import type { FiguresDatabase } from './figures-database.js';

/** First response time of tickets opened in [from, to) (dates, UTC) over a channel. */
export interface FactsQuery {
  readonly tenantId: string;
  readonly from: string;
  readonly to: string;
  readonly channel: string;
}

export interface FactsAnswer {
  /** Null: all of them. */
  readonly department: string | null;
  readonly n: number;
  readonly percentiles: readonly number[];
}

/** Credit follows the reply; who has none is counted for whoever has the ticket. `facts` has the columns named here. */
const statement = (facts: string, conditions: string) => `
  select department, count(seconds)::float8 as n, count(*)::float8 as tickets, sum(seconds)::float8 as sum,
         percentile_cont(array[0.5, 0.75, 0.9, 0.95]) within group (order by seconds) as percentiles,
         count(*) filter (where seconds <= 3600) as hour, count(*) filter (where seconds <= 86400) as day,
         count(*) filter (where seconds <= 172800) as two_days
    from (select ${facts}) f where ${conditions} group by grouping sets ((), (department))`;

const ofFacts = `tenant_id, opened_at, channel, counted, first_response_seconds as seconds,
  case when first_response_at is null then department_id else first_response_department_id end as department
  from read_model.ticket_fact`;
const asked =
  'counted and tenant_id = $1 and opened_at >= $2::timestamptz and opened_at < $3::timestamptz and channel = $4';

export interface RawFacts {
  /** From the facts of the read model. */
  wide(query: FactsQuery): Promise<readonly FactsAnswer[]>;
  /** From a copy that has nothing but the columns of the question. */
  narrow(query: FactsQuery): Promise<readonly FactsAnswer[]>;
}

/** As the owner, so that no row-level security stands in the way. */
export async function openPostgres(context: BenchContext, figures: FiguresDatabase): Promise<RawFacts> {
  const client = new pg.Client({ connectionString: figures.database.ownerUrl });
  await client.connect();
  context.after(() => client.end());
  await client.query(`set work_mem = '256MB'`);
  await client.query(`create table if not exists public.narrow_fact as select ${ofFacts}`);
  await client.query(`create index if not exists narrow_fact_covering on public.narrow_fact (tenant_id, channel, opened_at)
    include (counted, seconds, department)`);
  await client.query('vacuum analyze public.narrow_fact');
  const ask = async (name: string, facts: string, { tenantId, from, to, channel }: FactsQuery) => {
    const values = [tenantId, `${from}T00:00:00Z`, `${to}T00:00:00Z`, channel];
    return (await client.query<FactsAnswer & pg.QueryResultRow>({ name, text: statement(facts, asked), values })).rows;
  };
  return {
    wide: (query) => ask('wide', ofFacts, query),
    narrow: (query) => ask('narrow', '* from public.narrow_fact', query),
  };
}

interface DuckDb {
  readonly version: string;
  ask(query: FactsQuery): Promise<readonly unknown[]>;
}

/** Needs the narrow copy. */
export async function openDuckDb(context: BenchContext, figures: FiguresDatabase): Promise<DuckDb> {
  const { folder } = await context.server();
  const file = join(folder, `facts-${randomUUID()}.csv`);
  await figures.asAdmin((admin) =>
    admin.query(`copy (select tenant_id, to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as opened_at, channel,
      counted, seconds, department from public.narrow_fact) to '${file}' (format csv, header)`),
  );
  const peer = (await import(new URL('../../peers/duckdb.mjs', import.meta.url).href)) as {
    openFacts(file: string): Promise<DuckDb & { close(): Promise<void> }>;
  };
  const duckdb = await peer.openFacts(file);
  context.after(() => duckdb.close());
  await rm(file);
  return duckdb;
}
