/** Whose a database is: one row, written before anything else is, that names its service and its installation. */
import pg from 'pg';
import { nameOf, type Migration, migrationsTable } from './migrate.js';
import { sqlState } from './postgres-errors.js';
import { rollBack, withClient } from './sessions.js';

export interface DatabaseIdentity {
  /** A UUID that no other database has; a copy made by the server's own means has the same. */
  readonly databaseId: string;
  /** The service whose database it is. */
  readonly service: string;
  /** The installation that the service belongs to. */
  readonly installation: string;
}

/** Who wants a database, and what a database of before identities has to hold to be theirs. */
export interface Claimant {
  readonly service: string;
  readonly installation: string;
  /** All migrations of the service. */
  readonly migrations: readonly Migration[];
  /** Those of them that no other service has. */
  readonly ownMigrations: readonly Migration[];
  /** Names under which its projections and policies keep checkpoints. */
  readonly consumers: readonly string[];
}

/** The database is somebody else's. The message completes "<the setting that leads there> leads to …". */
export class ForeignDatabase extends Error {
  override readonly name = 'ForeignDatabase';
}

/** Whose the database is; undefined where nobody has claimed it. Works as the service's own role and as the owner. */
export async function readDatabaseIdentity(database: pg.Pool | pg.ClientBase): Promise<DatabaseIdentity | undefined> {
  try {
    const { rows } = await database.query<DatabaseIdentity>(
      `select database_id as "databaseId", service, installation from installation.identity`,
    );
    return rows[0];
  } catch (error) {
    const isMissing = ['42P01', '3F000'].includes(sqlState(error) ?? '');
    if (isMissing) return undefined;
    throw error;
  }
}

type Claim = Pick<Claimant, 'service' | 'installation'>;

/** @throws ForeignDatabase naming both where the database is another service's or another installation's */
export function mustBelongTo({ service, installation }: Claim, identity: DatabaseIdentity): void {
  if (identity.service === service && identity.installation === installation) return;
  throw new ForeignDatabase(
    `a database that belongs to ${identity.service} of the installation "${identity.installation}"; ` +
      `this is ${service} of the installation "${installation}" (GUICHET_INSTALLATION).`,
  );
}

/**
 * Writes down whose the database is, or finds that it is the claimant's already. Call it before anything is migrated.
 * An empty database is taken. A database of a version before identities is taken by the service whose migrations are
 * recorded in it.
 * @param url of the owner role
 * @throws ForeignDatabase; nothing is written then
 */
export function claimDatabase(url: string, claimant: Claimant): Promise<DatabaseIdentity> {
  return withClient(url, async (owner) => {
    const known = await readDatabaseIdentity(owner);
    if (known) {
      mustBelongTo(claimant, known);
      return known;
    }
    await owner.query('begin');
    try {
      const claimed = await claim(owner, claimant);
      await owner.query('commit');
      return claimed;
    } catch (error) {
      await rollBack(owner);
      throw error;
    }
  });
}

/** Two services may have been given one empty database: one of them is first. */
async function claim(owner: pg.Client, claimant: Claimant): Promise<DatabaseIdentity> {
  await owner.query(`select pg_advisory_xact_lock(hashtextextended('guichet/claim', 0))`);
  if (!(await isThere(owner, 'installation.identity'))) {
    await mustBeFree(owner, claimant);
    await owner.query('create schema if not exists installation');
    await owner.query(`
      create table installation.identity (
        id smallint primary key check (id = 0),
        database_id uuid not null default gen_random_uuid(),
        service text not null,
        installation text not null,
        created_at timestamptz not null default now())`);
  }
  await owner.query(
    `insert into installation.identity (id, service, installation) values (0, $1, $2) on conflict do nothing`,
    [claimant.service, claimant.installation],
  );
  const identity = await readDatabaseIdentity(owner);
  if (!identity) throw new Error('The identity of the database was written, and is not there.');
  mustBelongTo(claimant, identity);
  return identity;
}

async function isThere(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  return rows[0]?.there === true;
}

/** Tables of extensions are nobody's. */
const tables = `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') limit 1`;

/** Empty, or of this service since before databases had identities. */
async function mustBeFree(owner: pg.Client, claimant: Claimant): Promise<void> {
  const { rowCount: tableCount } = await owner.query(tables);
  if (tableCount === 0) return;
  if (!(await isThere(owner, migrationsTable)))
    throw new ForeignDatabase(
      `a database that is not empty, and not of Guichet: it has tables, and no record of migrations. ` +
        `Give ${claimant.service} a database of its own.`,
    );
  const { rows } = await owner.query<{ name: string }>(`select name from ${migrationsTable}`);
  const recorded = rows.map(({ name }) => name);
  const known = new Set(claimant.migrations.map(nameOf));
  const foreign = recorded.find((name) => !known.has(name));
  if (foreign !== undefined)
    throw new ForeignDatabase(
      `a database of another service: it has the migration ${foreign}, which ${claimant.service} does not have.`,
    );
  const own = new Set(claimant.ownMigrations.map(nameOf));
  if (recorded.some((name) => own.has(name)) || (await isUnused(owner))) return;
  if (own.size === 0 && (await knowsOneOf(owner, claimant.consumers))) return;
  throw new ForeignDatabase(
    `a database in which nothing shows that it is the one of ${claimant.service}: neither a migration nor a read model of it.`,
  );
}

/** Migrations may have ended half-way, before anything was kept. */
async function isUnused(owner: pg.Client): Promise<boolean> {
  for (const table of ['consumer', 'event_log', 'received_log']) {
    if (!(await isThere(owner, table))) continue;
    const { rowCount } = await owner.query(`select from ${table} limit 1`);
    if (rowCount !== 0) return false;
  }
  return true;
}

async function knowsOneOf(owner: pg.Client, consumers: readonly string[]): Promise<boolean> {
  const { rowCount } = await owner.query('select from consumer where name = any ($1) limit 1', [consumers]);
  return rowCount !== 0;
}
