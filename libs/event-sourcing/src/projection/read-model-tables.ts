import pg from 'pg';
import { protectionOf } from '../database/row-security.js';
import { type Slot } from '../runner/checkpoints.js';
import { schemaOf } from './projection-build.js';
import type { Projection } from './projection.js';

/** The owner's statements: a projection's tables in the schema of `slot`, under row-level security, for the app role. */
export function tableStatements(
  projection: Pick<Projection, 'ddl' | 'tables'>,
  slot: Slot,
  appRole: string,
): readonly string[] {
  const schema = schemaOf[slot];
  return [
    ...projection.ddl(schema),
    ...projection.tables.flatMap((table) => {
      const name = `${schema}.${pg.escapeIdentifier(table)}`;
      const grant = `grant select, insert, update, delete on ${name} to ${pg.escapeIdentifier(appRole)}`;
      return [...protectionOf(name), grant];
    }),
  ];
}

// The service's role owns no table: the owner's functions do for it what is below.

/** Creates the tables of a version that `prepareReadModels` has stored, in the schema of the slot 'next'. */
export async function createNextTables(
  session: pg.ClientBase,
  { name, version }: Pick<Projection, 'name' | 'version'>,
): Promise<void> {
  await session.query('select installation.create_next_tables($1, $2)', [name, version]);
}

export async function dropTables(
  session: pg.ClientBase,
  tables: readonly string[],
  slot: Exclude<Slot, 'live'>,
): Promise<void> {
  await session.query('select installation.drop_tables($1, $2)', [tables, slot]);
}

export async function moveTables(
  session: pg.ClientBase,
  tables: readonly string[],
  from: Slot,
  to: Slot,
): Promise<void> {
  await session.query('select installation.move_tables($1, $2, $3)', [tables, from, to]);
}
