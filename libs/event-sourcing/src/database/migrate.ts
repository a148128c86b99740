import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { protectTenantTables } from './row-security.js';

/**
 * Forward only: a migration is never taken back, and the version of the service before it must be able to live with it.
 */
export type Migration = new () => MigrationInterface;

export interface MigrateOptions {
  /** URL of the owner role. */
  readonly url: string;
  /** The role the service runs as; it gets what it needs; logs it reads, and appends to through functions only. */
  readonly appRole: string;
  readonly migrations: readonly Migration[];
}

/** Schemas of the read models: the live ones, those being rebuilt, those of before the last swap. */
export const readModelSchemas = ['read_model', 'read_model_next', 'read_model_previous'] as const;

/** The service's role reads these; what is written to them is written by functions. */
const readOnlyTables = [
  ...['event_log', 'log_head', 'received_log', 'received_log_head', 'command_answer'],
  ...['log_mark', 'direct_writing', 'migrations'],
];

/** Where the migrations that are done stand. */
export const migrationsTable = 'migrations';
/** Whoever waits for another process's migrations asks so often whether they are done. */
const askAgainMs = 100;

/** The names of those that the database does not have yet. Works as the service's own role and as the owner. */
export async function missingMigrations(
  database: pg.Pool | pg.ClientBase,
  migrations: readonly Migration[],
): Promise<string[]> {
  const wanted = migrations.map(nameOf);
  const { rows } = await database.query<{ there: string | null }>('select to_regclass($1)::text as there', [
    migrationsTable,
  ]);
  if (!rows[0]?.there) return wanted;
  const { rows: done } = await database.query<{ name: string }>(`select name from ${migrationsTable}`);
  const names = new Set(done.map(({ name }) => name));
  return wanted.filter((name) => !names.has(name));
}

/** As TypeORM finds it. */
export const nameOf = (migration: Migration): string => new migration().name ?? migration.name;

/** Answers their names, in the order in which they ran. */
async function runMigrations(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    migrations: [...migrations],
    migrationsTableName: migrationsTable,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: 2,
  });
  await source.initialize();
  try {
    return (await source.runMigrations()).map(({ name }) => name);
  } finally {
    await source.destroy();
  }
}

/**
 * Brings the database up to date, one transaction per migration. Several processes may call it at once: one works, the
 * others wait. Answers the names of the migrations it has done. Throws what the failing migration threw, with everything
 * before it in place.
 */
export async function migrate({ url, appRole, migrations }: MigrateOptions): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url });
  await lock.connect();
  try {
    await takeTurn(lock);
    // A start that has nothing to migrate need not load what migrates.
    const isMissingSome = (await missingMigrations(lock, migrations)).length > 0;
    const done = isMissingSome ? await runMigrations(url, migrations) : [];
    await grant(lock, appRole);
    return done;
  } finally {
    await lock.end();
  }
}

/**
 * Asks again and again: a statement that waits for the lock would hold a snapshot, and `create index concurrently` of
 * the process that has the lock waits for every snapshot to go. PostgreSQL sees no deadlock in it, because the lock and
 * the index belong to two sessions. A turn ends with its session, so that no process that died keeps the others
 * waiting.
 */
async function takeTurn(lock: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await lock.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('guichet/migrate', 0)) as taken`,
    );
    if (rows[0]?.taken) return;
    await pause(askAgainMs);
  }
}

/** What the service may do, and whose rows it sees. */
async function grant(client: pg.Client, appRole: string): Promise<void> {
  const role = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tableowner = current_user`,
  );
  const direct = await directWriting(client);
  await client.query('begin');
  await protectTenantTables(client);
  await client.query(`grant usage on schema public, ${readModelSchemas.join(', ')} to ${role}`);
  await client.query(`grant usage, select on all sequences in schema public to ${role}`);
  for (const { name } of rows) {
    await client.query(`revoke all on public.${pg.escapeIdentifier(name)} from ${role}, public`);
    await client.query(`grant ${direct[name] ?? privilegesOn(name)} on public.${pg.escapeIdentifier(name)} to ${role}`);
  }
  await client.query('revoke execute on all functions in schema public from public');
  await client.query(`grant execute on all functions in schema public to ${role}`);
  await grantInstallation(client, role);
  await client.query('commit');
}

/**
 * The schema `installation` is the owner's: the service reads what stands there, and asks its functions. It is a schema
 * of its own because the version before gives the service's role all tables of the schema public to write.
 */
async function grantInstallation(client: pg.Client, role: string): Promise<void> {
  await client.query('create schema if not exists installation');
  await client.query(`grant usage on schema installation to ${role}`);
  await client.query(`grant select on all tables in schema installation to ${role}`);
  await client.query('revoke execute on all functions in schema installation from public');
  await client.query(`grant execute on all functions in schema installation to ${role}`);
}

/**
 * What replicas of the version before need until they are gone: they append by statements of their own. After an hour
 * the next start withdraws it; a database that was new with this version never had it.
 */
async function directWriting(client: pg.Client): Promise<Readonly<Partial<Record<string, string>>>> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.direct_writing') is not null as there`,
  );
  if (!rows[0]?.there) return {};
  const { rowCount } = await client.query('select from direct_writing where until > now()');
  return rowCount ? { event_log: 'select, insert', log_head: 'select, update' } : {};
}

function privilegesOn(table: string): string {
  if (readOnlyTables.includes(table)) return 'select';
  return 'select, insert, update, delete';
}
