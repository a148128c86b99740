import type { QueryRunner } from 'typeorm';

/**
 * The chain of a log: each row's hash is the SHA-256 of the hash before it and of what the row holds, in PostgreSQL's
 * own binary form. A row that was changed, taken out, put in or moved does not fit its hash, nor do those after it.
 */

/** A log with a chain, and what its functions read of it. */
export interface ChainedTable {
  readonly table: string;
  readonly head: string;
  /** In the order in which they are hashed, `position` first. A column that is added later is not covered. */
  readonly columns: readonly string[];
}

export const eventLog: ChainedTable = {
  table: 'event_log',
  head: 'log_head',
  columns: [
    ...['position', 'event_id', 'tenant_id', 'stream_id', 'version', 'type', 'schema_version', 'data', 'metadata'],
    ...['occurred_at', 'recorded_at'],
  ],
};

export const receivedLog: ChainedTable = {
  table: 'received_log',
  head: 'received_log_head',
  columns: [...eventLog.columns, 'source', 'source_position', 'received_at'],
};

/** What of a row is hashed; `values` are expressions of the columns' types, in their order. */
export const contentOf = (values: readonly string[]): string => `record_send(row(${values.join(', ')}))`;

/**
 * Follows the chain over the rows after a position, whose hash is given, up to another. Answers how far it got and the
 * hash there, the last position that has a hash which fits (`proven`), and the first that does not fit (`broken`). A
 * row without a hash is covered by the next that has one.
 */
const chainFunction = ({ table, columns }: ChainedTable): string => `
create or replace function chain_of_${table}(
  p_after bigint, p_to bigint, p_hash bytea, out reached bigint, out hash bytea, out proven bigint, out broken bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $function$
declare
  one record;
begin
  reached := p_after;
  hash := p_hash;
  for one in
    select e.position, e.hash as stored, ${contentOf(columns.map((column) => `e.${column}`))} as content
      from ${table} e where e.position > p_after and e.position <= p_to order by e.position
  loop
    if one.position <> reached + 1 then
      broken := reached + 1;
      return;
    end if;
    hash := sha256(hash || one.content);
    if one.stored <> hash then
      broken := one.position;
      return;
    end if;
    reached := one.position;
    if one.stored is not null then proven := reached; end if;
  end loop;
  if reached < p_to then broken := reached + 1; end if;
end
$function$`;

/** Statements that give a log the columns of its chain. */
const chainColumns = ({ table, head }: ChainedTable): readonly string[] => [
  `alter table ${table} add column if not exists hash bytea`,
  `alter table ${head} add column if not exists chained bigint not null default 0`,
  `alter table ${head} add column if not exists hash bytea not null default ''`,
];

/** Positions between two marks of the chain of rows that were there before it. */
const markPositions = 10_000;

/** The next mark after the last one; no row once fewer positions than that are left. */
const nextMark = ({ table, head }: ChainedTable): string => `
insert into log_mark (log, position, hash)
select '${table}', c.reached, c.hash
  from (select coalesce(max(position), 0) as position from log_mark where log = '${table}') last
  left join log_mark m on m.log = '${table}' and m.position = last.position
  cross join ${head} h
  cross join lateral chain_of_${table}(last.position, least(last.position + ${markPositions}, h.position), coalesce(m.hash, '')) c
 where h.id = 0 and h.chained = 0 and h.position >= last.position + ${markPositions} and c.broken is null
returning position`;

/** The head takes the chain on from the last mark. */
const takeOn = ({ table, head }: ChainedTable): string => `
update ${head} h set chained = m.position, hash = m.hash from log_mark m
 where h.id = 0 and h.chained = 0 and m.log = '${table}'
   and m.position = (select max(position) from log_mark where log = '${table}')`;

/** Gives a log its chain, over the rows it has. Can be cut off at any statement, and begun again. */
export async function chainLog(runner: QueryRunner, log: ChainedTable): Promise<void> {
  for (const statement of chainColumns(log)) await runner.query(statement);
  await runner.query(chainFunction(log));
  for (let marked: unknown[] = ['']; marked.length > 0;) marked = (await runner.query(nextMark(log))) as unknown[];
  await runner.query(takeOn(log));
}
