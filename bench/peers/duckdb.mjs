/** DuckDB in memory with facts from a CSV file: tenant_id, opened_at (UTC), channel, counted, seconds, department. */
import { DuckDBInstance } from '@duckdb/node-api';

const statement = `
  select department, count(seconds) as n, count(*) as tickets, sum(seconds) as sum,
         quantile_cont(seconds, [0.5, 0.75, 0.9, 0.95]) as percentiles,
         count(*) filter (where seconds <= 3600) as hour, count(*) filter (where seconds <= 86400) as day,
         count(*) filter (where seconds <= 172800) as two_days
    from facts
   where counted and tenant_id = $1 and opened_at >= $2::timestamp and opened_at < $3::timestamp and channel = $4
   group by grouping sets ((), (department))`;

export async function openFacts(file) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`create table facts as select * from read_csv('${file}', header = true, columns = {
    tenant_id: 'UUID', opened_at: 'TIMESTAMP', channel: 'VARCHAR', counted: 'BOOLEAN', seconds: 'BIGINT', department: 'VARCHAR'})
    order by opened_at`);
  const prepared = await connection.prepare(statement);
  const [[version]] = await (await connection.runAndReadAll('select version()')).getRows();
  return {
    version,
    async ask({ tenantId, from, to, channel }) {
      prepared.bindVarchar(1, tenantId);
      prepared.bindVarchar(2, `${from} 00:00:00`);
      prepared.bindVarchar(3, `${to} 00:00:00`);
      prepared.bindVarchar(4, channel);
      return (await prepared.runAndReadAll()).getRowObjects();
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
