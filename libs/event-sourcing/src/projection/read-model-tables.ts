import pg from 'pg';
import { protectReadModel } from '../database/row-security.js';
import { type Slot } from '../runner/checkpoints.js';
import { schemaOf } from './projection-build.js';
import type { Projection } from './projection.js';

/** Creates a projection's tables in the schema of `slot`, each under row-level security, writable for the app role. */
export async function createTables(
  owner: pg.ClientBase,
  projection: Projection,
  slot: Slot,
  appRole: string,
): Promise<void> {
  const schema = schemaOf[slot];
  for (const statement of projection.ddl(schema)) await owner.query(statement);
  for (const table of projection.tables) {
    const name = `${schema}.${pg.escapeIdentifier(table)}`;
    await protectReadModel(owner, name);
    await owner.query(`grant select, insert, update, delete on ${name} to ${pg.escapeIdentifier(appRole)}`);
  }
}

export async function dropTables(owner: pg.ClientBase, tables: readonly string[], slot: Slot): Promise<void> {
  if (tables.length === 0) return;
  const names = tables.map((table) => `${schemaOf[slot]}.${pg.escapeIdentifier(table)}`);
  await owner.query(`drop table if exists ${names.join(', ')}`);
}

export async function moveTables(owner: pg.ClientBase, tables: readonly string[], from: Slot, to: Slot): Promise<void> {
  for (const table of tables) {
    await owner.query(`alter table ${schemaOf[from]}.${pg.escapeIdentifier(table)} set schema ${schemaOf[to]}`);
  }
}
