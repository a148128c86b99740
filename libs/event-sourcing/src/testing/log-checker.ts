import type pg from 'pg';
import { checkHistory, type History, type LogRow, type Seen, type Told } from './history.js';

/** What must hold of every log, whatever happened to the writers; throws saying what does not. */
export async function checkLog(pool: pg.Pool): Promise<{ events: number; streams: number }> {
  const { rows } = await pool.query<{
    events: number;
    lowest: number;
    highest: number;
    head: number;
    streams: number;
    holes: number;
    unordered: number;
  }>(
    `with ordered as (
       select position, tenant_id, stream_id, version, recorded_at,
              lag(version, 1, 0) over (partition by tenant_id, stream_id order by position) as previous_version,
              lag(recorded_at) over (order by position) as previous_time
         from event_log)
     select count(*)::int as events, coalesce(min(position), 1)::int as lowest, coalesce(max(position), 0)::int as highest,
            (select position::int from log_head where id = 0) as head,
            count(distinct (tenant_id, stream_id))::int as streams,
            count(*) filter (where version <> previous_version + 1)::int as holes,
            count(*) filter (where recorded_at < previous_time)::int as unordered
       from ordered`,
  );
  const [found] = rows;
  if (!found) throw new Error('The check answered nothing.');
  const { events, lowest, highest, head, streams, holes, unordered } = found;
  const dense = lowest === 1 && highest === events && head === events;
  if (!dense || holes > 0 || unordered > 0) throw new Error(`The log is damaged: ${JSON.stringify(found)}`);
  return { events, streams };
}

/** Throws what is wrong with a log whose every writer's journal is in `told`; answers how much there was to check. */
export async function checkLogAgainst(
  pool: pg.Pool,
  told: readonly Told[],
  seen: readonly Seen[] = [],
): Promise<{ events: number; stored: number; refused: number }> {
  const log = await readLog(pool);
  const findings = checkHistory({ ...log, told, seen });
  if (findings.length > 0) {
    throw new Error(`${findings.length} findings, such as ${JSON.stringify(findings.slice(0, 5), undefined, 2)}`);
  }
  const refused = told.filter(({ answer }) => answer === 'refused').length;
  const stored = told.filter(({ answer }) => typeof answer === 'object').length;
  return { events: log.rows.length, stored, refused };
}

async function readLog(pool: pg.Pool): Promise<Pick<History, 'rows' | 'head'>> {
  // One statement: the log and its head as of one moment.
  const { rows } = await pool.query<{ head: number; rows: LogRow[] | null }>(
    `select position::int as head,
            (select json_agg(json_build_object('position', position, 'eventId', event_id, 'streamId', stream_id, 'version', version)
                             order by position) from event_log) as rows
       from log_head where id = 0`,
  );
  return { head: rows[0]?.head ?? -1, rows: rows[0]?.rows ?? [] };
}
