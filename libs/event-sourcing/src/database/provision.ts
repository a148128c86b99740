import { createHmac } from 'node:crypto';
import pg from 'pg';

export interface ProvisionOptions {
  /** URL of a role that may create roles and databases, e.g. postgres://postgres:…@host:5432/postgres. */
  readonly adminUrl: string;
  readonly database: string;
  /**
   * Passwords of the two roles; by default each is derived from the admin URL's password, so that it stays the same.
   */
  readonly ownerPassword?: string;
  readonly appPassword?: string;
}

/**
 * Creates a service's database and its two roles where they are missing: `<database>_owner` owns it and runs the
 * migrations, `<database>_app` is what the service runs as. Safe to call at every start and from several processes at
 * once. PostgreSQL 15 or newer.
 */
export async function provisionDatabase(options: ProvisionOptions): Promise<{ ownerUrl: string; appUrl: string }> {
  const { adminUrl, database } = options;
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(database)) throw new Error(`Not a name for a database: ${database}`);
  const admin = new URL(adminUrl);
  const owner = login(admin, `${database}_owner`, options.ownerPassword);
  const app = login(admin, `${database}_app`, options.appPassword);

  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Held until the connection ends: two processes starting at once must not both find the database missing.
    await client.query(`select pg_advisory_lock(hashtextextended('guichet/provision', 0))`);
    await ensureRole(client, owner);
    await ensureRole(client, app);
    await ensureDatabase(client, database, owner.role);
    await client.query(`revoke all on database ${pg.escapeIdentifier(database)} from public`);
    await client.query(
      `grant connect on database ${pg.escapeIdentifier(database)} to ${pg.escapeIdentifier(app.role)}`,
    );
  } finally {
    await client.end();
  }
  return { ownerUrl: urlFor(admin, database, owner), appUrl: urlFor(admin, database, app) };
}

interface Login {
  readonly role: string;
  readonly password: string;
}

function login(admin: URL, role: string, password?: string): Login {
  const derived = () =>
    createHmac('sha256', decodeURIComponent(admin.password)).update(`guichet/${role}`).digest('base64url');
  return { role, password: password ?? derived() };
}

async function ensureRole(client: pg.Client, { role, password }: Login): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  const verb = rowCount ? 'alter' : 'create';
  await client.query(`${verb} role ${pg.escapeIdentifier(role)} login password ${pg.escapeLiteral(password)}`);
}

async function ensureDatabase(client: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount) return;
  // Only a member of a role may hand it a database; a superuser is a member of all.
  await client.query(`grant ${pg.escapeIdentifier(owner)} to current_user`);
  await client.query(
    `create database ${pg.escapeIdentifier(database)} owner ${pg.escapeIdentifier(owner)} template template0 encoding 'UTF8'`,
  );
}

function urlFor(admin: URL, database: string, { role, password }: Login): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  url.username = role;
  url.password = password;
  return url.href;
}

/** The role of a database's URL. */
export const roleOf = (url: string): string => decodeURIComponent(new URL(url).username);
