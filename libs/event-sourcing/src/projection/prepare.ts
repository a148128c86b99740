import type pg from 'pg';
import { inOneTransaction, withClient } from '../database/sessions.js';
import { createBuild, type Database, readBuild } from '../runner/checkpoints.js';
import { consumerOf } from './projection-build.js';
import type { Projection } from './projection.js';
import { tableStatements } from './read-model-tables.js';

/** A projection, and the names of the logs it is folded from. */
export interface ReadModel {
  readonly projection: Projection;
  readonly logs: readonly string[];
}

export interface PrepareOptions {
  /** URL of the owner role. */
  readonly url: string;
  /** The role the service runs as. */
  readonly appRole: string;
  readonly readModels: readonly ReadModel[];
}

/**
 * What only the owner can do for the read models of a version: creates the live tables of projections that have none
 * yet, and stores by which statements the service rebuilds its tables later. Call it after `migrate`, before the
 * runners start. Several processes may call it at once.
 */
export function prepareReadModels({ url, appRole, readModels }: PrepareOptions): Promise<void> {
  return withClient(url, async (owner) => {
    await owner.query(`select pg_advisory_lock(hashtextextended('guichet/prepare', 0))`);
    for (const { projection, logs } of readModels) {
      await storeStatements(owner, projection, appRole);
      if (await readBuild(owner, consumerOf(projection), 'live')) continue;
      await inOneTransaction(owner, async () => {
        for (const statement of tableStatements(projection, 'live', appRole)) await owner.query(statement);
        const { version, tables } = projection;
        await createBuild(owner, { consumer: consumerOf(projection), slot: 'live', version, tables, logs });
      });
    }
  });
}

/** A version keeps its statements: replicas of the version before may have to rebuild theirs. */
async function storeStatements(owner: pg.Client, projection: Projection, appRole: string): Promise<void> {
  const { name, version } = projection;
  await owner.query(
    `insert into installation.read_model as r (projection, version, statements) values ($1, $2, $3)
     on conflict (projection, version) do update set statements = excluded.statements, stored_at = now()
      where r.statements <> excluded.statements`,
    [name, version, tableStatements(projection, 'next', appRole)],
  );
}

/** The projections whose tables of this version cannot be used or built yet: somebody has to prepare them first. */
export async function unpreparedReadModels(
  database: Database,
  projections: readonly Pick<Projection, 'name' | 'version'>[],
): Promise<string[]> {
  const unprepared: string[] = [];
  for (const projection of projections) {
    const { name, version } = projection;
    const live = await readBuild(database, consumerOf(projection), 'live');
    if (live && live.version > version) continue; // another version rebuilds them
    const { rowCount } = await database.query(
      'select from installation.read_model where projection = $1 and version = $2',
      [name, version],
    );
    if (!live || rowCount === 0) unprepared.push(name);
  }
  return unprepared;
}
