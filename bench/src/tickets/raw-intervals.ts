/** Backlogs by SQL over the intervals in which tickets were open. */
import pg from 'pg';
import type { BenchContext } from '../line.js';
import type { FiguresDatabase } from './figures-database.js';

export interface RawIntervals {
  at(tenantId: string, instant: string): Promise<number>;
  /** At the end of each local day of [from, to) (dates). */
  daily(tenantId: string, from: string, to: string, timeZone: string): Promise<readonly number[]>;
}

/** As the owner, so that no row-level security stands in the way. */
export async function openIntervals(context: BenchContext, figures: FiguresDatabase): Promise<RawIntervals> {
  const client = new pg.Client({ connectionString: figures.database.ownerUrl });
  await client.connect();
  context.after(() => client.end());
  await client.query(`set work_mem = '256MB'`);
  await client.query(`create table if not exists public.open_interval as
    select tenant_id, from_at, to_at from read_model.backlog_segment`);
  await client.query(
    `create index if not exists open_interval_covering on public.open_interval (tenant_id, from_at, to_at)`,
  );
  await client.query('vacuum analyze public.open_interval');
  return {
    async at(tenantId, instant) {
      const text = `select count(*)::int as n from public.open_interval
        where tenant_id = $1 and from_at <= $2::timestamptz and to_at > $2::timestamptz`;
      return (await client.query<{ n: number }>({ name: 'at', text, values: [tenantId, instant] })).rows[0]?.n ?? 0;
    },
    async daily(tenantId, from, to, timeZone) {
      const values = [tenantId, from, to, timeZone];
      const { rows } = await client.query<{ n: number }>({ name: 'daily', text: daily, values });
      return rows.map(({ n }) => n);
    },
  };
}

/** A microsecond before its instant a day has ended: an interval that begins then is in, one that ends then is out. */
const daily = `
  with day as (
    select date at time zone $4 as at
      from generate_series($2::timestamp + interval '1 day', $3::timestamp, interval '1 day') as date),
  change as (
    select day, sum(delta) as delta from (
      select width_bucket(from_at - interval '1 microsecond', (select array_agg(at order by at) from day)) as day, 1 as delta
        from public.open_interval where tenant_id = $1 and from_at <= (select max(at) from day)
      union all
      select width_bucket(to_at - interval '1 microsecond', (select array_agg(at order by at) from day)), -1
        from public.open_interval where tenant_id = $1 and from_at <= (select max(at) from day)) c
     group by day)
  select (sum(coalesce(delta, 0)) over (order by d.i))::int as n
    from (select row_number() over (order by at) - 1 as i from day) d left join change on change.day = d.i order by d.i`;
