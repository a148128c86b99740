import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { beginAsOperator, withSession } from '../database/sessions.js';
import { readBuild } from '../runner/checkpoints.js';
import { consumerOf, schemaOf } from './projection-build.js';
import type { Projection } from './projection.js';
import { catchUp, type ProjectionSource, type Targets } from './rebuild.js';
import { holdLive, positionsOf } from './swap.js';

export interface Comparison {
  /** No table differs, and the same events are parked. */
  readonly equal: boolean;
  /** The positions at which both were looked at. */
  readonly positions: Readonly<Record<string, number>>;
  readonly tables: readonly TableComparison[];
  readonly parkedEvents: { readonly live: number; readonly next: number };
}

export interface TableComparison {
  readonly table: string;
  readonly equal: boolean;
  readonly liveRows: number;
  readonly nextRows: number;
  /** Columns both have are compared; these only one has. */
  readonly columnsOnlyLive: readonly string[];
  readonly columnsOnlyNext: readonly string[];
  /** Some rows that only one of them has: up to five of each. */
  readonly differences: readonly { readonly in: 'live' | 'next'; readonly row: unknown }[];
}

const liveTimeoutMs = 60_000;

/**
 * Compares the build in 'next' with the live one, row by row, both at the same positions of their logs. The live one
 * stands still only until both are there; the comparison itself works on a snapshot.
 */
export async function compareBuilds(pool: pg.Pool, source: ProjectionSource): Promise<Comparison> {
  const { projection } = source;
  await catchUp(pool, source, await livePositions(pool, projection));
  await waitForLive(pool, projection);
  return withSession(pool, (holder) =>
    withSession(pool, (snapshot) => compareAtOnePlace(pool, source, holder, snapshot)),
  );
}

async function compareAtOnePlace(
  pool: pg.Pool,
  source: ProjectionSource,
  holder: pg.Client,
  snapshot: pg.Client,
): Promise<Comparison> {
  const { projection } = source;
  await holder.query(beginAsOperator);
  const positions = positionsOf(await holdLive(holder, projection));
  await catchUp(pool, source, positions);
  // The first query takes the snapshot. It is of all tenants.
  await snapshot.query(`begin isolation level repeatable read read only; set local guichet.tenant_id = '*'`);
  const next = await readBuild(snapshot, consumerOf(projection), 'next');
  await holder.query('commit');
  if (!next) throw new Error(`The build of ${projection.name} was removed by somebody else: rebuild it first.`);
  const tables: TableComparison[] = [];
  for (const table of next.tables) tables.push(await compareTable(snapshot, table));
  const parkedEvents = await countParked(snapshot, consumerOf(projection));
  const equal = tables.every((table) => table.equal) && parkedEvents.live === parkedEvents.next;
  return { equal, positions: Object.fromEntries(positions), tables, parkedEvents };
}

/** The new build may have gone further than the live one; the comparison needs both at one place. */
async function waitForLive(pool: pg.Pool, projection: Projection): Promise<void> {
  const next = await readBuild(pool, consumerOf(projection), 'next');
  const deadline = performance.now() + liveTimeoutMs;
  for (;;) {
    const live = await livePositions(pool, projection);
    const behind = [...(next?.lanes ?? [])].filter(([log, { position }]) => (live.get(log) ?? 0) < position);
    if (behind.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`The live tables of ${projection.name} are behind the new ones: is their runner running?`);
    }
    await pause(50);
  }
}

async function livePositions(pool: pg.Pool, projection: Projection): Promise<Targets> {
  const live = await readBuild(pool, consumerOf(projection), 'live');
  return live ? positionsOf(live) : new Map<string, number>();
}

async function compareTable(client: pg.Client, table: string): Promise<TableComparison> {
  const [live, next] = [await columnsOf(client, 'live', table), await columnsOf(client, 'next', table)];
  const common = next.filter((column) => live.includes(column)).map((column) => pg.escapeIdentifier(column));
  const rows = (slot: 'live' | 'next') =>
    `select ${common.join(', ')} from ${schemaOf[slot]}.${pg.escapeIdentifier(table)}`;
  const of = async (slot: 'live' | 'next') => {
    if (live.length === 0) return { rows: 0, hash: '' };
    const { rows: sums } = await client.query<{ rows: string; hash: string }>(
      `select count(*) as rows, coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) as hash from (${rows(slot)}) r`,
    );
    return { rows: Number(sums[0]?.rows), hash: sums[0]?.hash ?? '' };
  };
  const [liveSum, nextSum] = [await of('live'), await of('next')];
  const equal = live.length > 0 && liveSum.rows === nextSum.rows && liveSum.hash === nextSum.hash;
  return {
    table,
    equal,
    liveRows: liveSum.rows,
    nextRows: nextSum.rows,
    columnsOnlyLive: live.filter((column) => !next.includes(column)),
    columnsOnlyNext: next.filter((column) => !live.includes(column)),
    differences: equal || live.length === 0 ? [] : await differences(client, rows('live'), rows('next')),
  };
}

async function differences(client: pg.Client, live: string, next: string): Promise<TableComparison['differences']> {
  const only = (rows: string, others: string) =>
    `select to_jsonb(a) as row from (${rows}) a except all select to_jsonb(b) from (${others}) b order by 1 limit 5`;
  const inLive = await client.query<{ row: unknown }>(only(live, next));
  const inNext = await client.query<{ row: unknown }>(only(next, live));
  return [
    ...inLive.rows.map(({ row }) => ({ in: 'live' as const, row })),
    ...inNext.rows.map(({ row }) => ({ in: 'next' as const, row })),
  ];
}

async function columnsOf(client: pg.Client, slot: 'live' | 'next', table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attname`,
    [`${schemaOf[slot]}.${pg.escapeIdentifier(table)}`],
  );
  return rows.map(({ name }) => name);
}

async function countParked(client: pg.Client, consumer: string): Promise<{ live: number; next: number }> {
  const { rows } = await client.query<{ slot: 'live' | 'next'; events: string }>(
    `select c.slot, count(p.position) as events from consumer c left join parked_event p on p.build = c.build
      where c.name = $1 and c.slot in ('live', 'next') group by c.slot`,
    [consumer],
  );
  const of = (slot: string) => Number(rows.find((row) => row.slot === slot)?.events ?? 0);
  return { live: of('live'), next: of('next') };
}
