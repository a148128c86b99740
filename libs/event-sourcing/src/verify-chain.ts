import type { Pool } from 'pg';

/** What was found when the chain of a log was followed from its beginning. */
export interface ChainReport {
  readonly log: 'own' | 'received';
  /** The chain was followed up to here. */
  readonly position: number;
  /**
   * The hash at that position, in hex. Noted somewhere else, it shows later whether the whole log was written anew:
   * nobody comes to the same hash with other rows.
   */
  readonly hash: string;
  /** Newest positions that the chain does not cover yet; the next append covers them. */
  readonly uncovered: number;
  /** The first positions that do not fit; undefined if all do. */
  readonly broken?: { readonly from: number; readonly to: number; readonly reason: string };
}

interface Place {
  readonly position: number;
  readonly hash: string;
}

interface Ends {
  readonly position: number;
  readonly chained: number;
  readonly hash: string;
  readonly lowest: number;
  readonly highest: number;
}

/** Rows looked at in one statement. */
const sliceRows = 20_000;

/**
 * Follows the chain of a log; undefined if the database has no such log. Reads all of it: some 100,000 rows a second.
 */
export async function verifyChain(pool: Pool, log: ChainReport['log']): Promise<ChainReport | undefined> {
  const [table, head] = log === 'own' ? ['event_log', 'log_head'] : ['received_log', 'received_log_head'];
  const { rows: there } = await pool.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  if (!there[0]?.there) return undefined;
  const ends = await endsOf(pool, table, head);
  if (ends.lowest < 1)
    return reportOf(log, { position: 0, hash: '' }, ends, [ends.lowest, 0], 'no position is below 1');

  const marks = await marksOf(pool, table);
  let [at, proven, marked]: [Place, number, number] = [{ position: 0, hash: '' }, 0, 0];
  while (at.position < ends.chained) {
    const mark = marks.find(({ position }) => position > at.position);
    const to = Math.min(at.position + sliceRows, mark?.position ?? ends.chained, ends.chained);
    const next = await follow(pool, table, at, to);
    proven = next.proven ?? proven;
    if (next.broken !== null) {
      const reason = 'what stands there is not what was stored';
      return reportOf(log, at, ends, [proven + 1, next.broken], reason);
    }
    at = { position: to, hash: next.hash };
    if (to !== mark?.position) continue;
    if (at.hash !== mark.hash)
      return reportOf(log, at, ends, [marked + 1, to], 'they do not lead to the hash noted then');
    [marked, proven] = [to, to];
  }
  const after: [number, number] = [at.position + 1, at.position + 1];
  if (at.hash !== ends.hash)
    return reportOf(log, at, ends, after, 'the log ended elsewhere: its end was cut off or replaced');
  if (ends.highest > ends.position)
    return reportOf(log, at, ends, [ends.position + 1, ends.highest], 'the log goes on behind its head');
  return reportOf(log, at, ends);
}

function reportOf(
  log: ChainReport['log'],
  { position, hash }: Place,
  ends: Ends,
  broken?: readonly [from: number, to: number],
  reason = '',
): ChainReport {
  const report = { log, position, hash, uncovered: ends.position - ends.chained };
  return broken ? { ...report, broken: { from: broken[0], to: broken[1], reason } } : report;
}

/** One statement: the log and its head as of one moment. */
async function endsOf(pool: Pool, table: string, head: string): Promise<Ends> {
  const { rows } = await pool.query<Record<keyof Ends, string>>(
    `select h.position, h.chained, encode(h.hash, 'hex') as hash,
            (select coalesce(min(position), 1) from ${table}) as lowest,
            (select coalesce(max(position), 0) from ${table}) as highest
       from ${head} h where h.id = 0`,
  );
  const [row] = rows;
  if (!row) throw new Error(`${head} has no row.`);
  const { hash, ...numbers } = row;
  return {
    hash,
    position: Number(numbers.position),
    chained: Number(numbers.chained),
    lowest: Number(numbers.lowest),
    highest: Number(numbers.highest),
  };
}

async function marksOf(pool: Pool, table: string): Promise<Place[]> {
  const { rows } = await pool.query<{ position: string; hash: string }>(
    `select position, encode(hash, 'hex') as hash from log_mark where log = $1 order by position`,
    [table],
  );
  return rows.map(({ position, hash }) => ({ position: Number(position), hash }));
}

async function follow(
  pool: Pool,
  table: string,
  { position, hash }: Place,
  to: number,
): Promise<{ hash: string; proven: number | null; broken: number | null }> {
  const { rows } = await pool.query<{ hash: string; proven: string | null; broken: string | null }>(
    `select encode(hash, 'hex') as hash, proven, broken from chain_of_${table}($1, $2, decode($3, 'hex'))`,
    [position, to, hash],
  );
  const [row] = rows;
  if (!row) throw new Error(`The chain of ${table} answered nothing.`);
  const number = (value: string | null) => (value === null ? null : Number(value));
  return { hash: row.hash, proven: number(row.proven), broken: number(row.broken) };
}
