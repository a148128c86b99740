import type { ClientBase, Pool, QueryConfig } from 'pg';

export type Slot = 'live' | 'next' | 'previous';

/** Anything that runs a query: a pool, or a client inside a transaction. */
export type Database = Pool | ClientBase;

/** One build of a consumer, and where it stands. `build` changes with every rebuild, whatever the version. */
export interface Build {
  readonly build: string;
  readonly version: number;
  readonly tables: readonly string[];
  readonly lanes: ReadonlyMap<string, Lane>;
}

/** Where a build stands in one log. */
export interface Lane {
  readonly position: number;
  /** Counts changes of what is parked. */
  readonly revision: number;
}

export async function readBuild(database: Database, consumer: string, slot: Slot): Promise<Build | undefined> {
  const { rows } = await database.query<{
    build: string;
    version: number;
    tables: string[];
    log: string | null;
    position: string;
    revision: number;
  }>({
    name: 'read build',
    text: `select c.build, c.version, c.tables, p.log, p.position, p.revision
             from consumer c left join checkpoint p on p.consumer = c.name and p.slot = c.slot
            where c.name = $1 and c.slot = $2`,
    values: [consumer, slot],
  });
  const [first] = rows;
  if (!first) return undefined;
  const lanes = rows.flatMap(({ log, position, revision }) =>
    log === null ? [] : [[log, { position: Number(position), revision }] as const],
  );
  return { build: first.build, version: first.version, tables: first.tables, lanes: new Map(lanes) };
}

/** Registers a new build, at the beginning of each log. The slot must be free. */
export async function createBuild(
  database: Database,
  build: { consumer: string; slot: Slot; version: number; tables: readonly string[]; logs: readonly string[] },
): Promise<void> {
  const { consumer, slot, version, tables, logs } = build;
  await database.query(
    `with created as (
       insert into consumer (name, slot, build, version, tables) values ($1, $2, nextval('consumer_build'), $3, $4)
       on conflict do nothing returning build)
     insert into checkpoint (consumer, slot, log, build, position)
     select $1, $2, log, build, 0 from created, unnest($5::text[]) as log`,
    [consumer, slot, version, tables, logs],
  );
}

/** A consumer that has begun to read another log reads it from its beginning. */
export async function addLog(database: Database, consumer: string, slot: Slot, log: string): Promise<void> {
  await database.query(
    `insert into checkpoint (consumer, slot, log, build, position)
     select name, slot, $3, build, 0 from consumer where name = $1 and slot = $2 on conflict do nothing`,
    [consumer, slot, log],
  );
}

/**
 * Moves the checkpoint if it is where the caller believes it to be, in the same build, and nothing was parked or
 * replayed by others. False: it is not; the caller's transaction must be undone. Locks the row until the transaction
 * ends.
 */
export async function advance(client: ClientBase, step: Step): Promise<boolean> {
  const { rowCount } = await client.query({ name: 'advance checkpoint', text: moveCheckpoint, values: valuesOf(step) });
  return rowCount === 1;
}

/**
 * The statement of `advance` for a projection's transaction. It may be sent together with that transaction's beginning:
 * outside of it, it moves nothing.
 */
export const advanceInProjection = (step: Step): QueryConfig => ({
  name: 'advance checkpoint in projection',
  text: `${moveCheckpoint} and current_setting('guichet.tenant_id', true) = '*'`,
  values: valuesOf(step),
});

/**
 * Moves the checkpoint as `advance` does, where nothing else belongs to the step: one statement, which does not wait
 * for the disk. A crash of the server may undo it; the events then come again.
 */
export async function advanceAlone(pool: Pool, step: Step): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'advance checkpoint alone',
    text: `with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
           ${moveCheckpoint} and exists (select from relaxed)`,
    values: valuesOf(step),
  });
  return rowCount === 1;
}

interface Step {
  readonly consumer: string;
  readonly slot: Slot;
  readonly log: string;
  readonly build: string;
  readonly lane: Lane;
  readonly to: number;
}

const moveCheckpoint = `update checkpoint set position = $1, updated_at = now()
  where consumer = $2 and slot = $3 and log = $4 and build = $5 and position = $6 and revision = $7`;

const valuesOf = ({ to, consumer, slot, log, build, lane }: Step) => [
  ...[to, consumer, slot, log, build, lane.position, lane.revision],
];
