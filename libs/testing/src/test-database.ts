import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { postgresForTests } from './postgres.js';

export interface TestDatabase {
  readonly name: string;
  /** Superuser on this database: for looking behind the scenes. */
  readonly adminUrl: string;
  /** `<name>_owner`: runs migrations. */
  readonly ownerUrl: string;
  /** `<name>_app`: what a service runs as. */
  readonly appUrl: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Superuser of the server; that of the test run unless given. */
  readonly adminUrl?: string;
}

/** A fresh, empty database with the roles a service has: `<name>_owner` owns it, `<name>_app` may connect. */
export async function createTestDatabase(prefix = 'test', options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const adminUrl = options.adminUrl ?? (await postgresForTests()).adminUrl;
  const name = `${prefix}_${randomBytes(5).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const [database, owner, app] = [name, `${name}_owner`, `${name}_app`].map((part) => pg.escapeIdentifier(part));

  await onServer(adminUrl, [
    `create role ${owner} login password '${password}'`,
    `create role ${app} login password '${password}'`,
    `create database ${database} owner ${owner}`,
    `revoke all on database ${database} from public`,
    `grant connect on database ${database} to ${app}`,
  ]);
  const inside = urlOf(adminUrl, name);
  await onServer(inside, [`alter schema public owner to ${owner}`, `grant usage on schema public to ${app}`]);

  return {
    name,
    adminUrl: inside,
    ownerUrl: urlOf(adminUrl, name, `${name}_owner`, password),
    appUrl: urlOf(adminUrl, name, `${name}_app`, password),
    drop: () =>
      onServer(adminUrl, [
        `drop database if exists ${database} with (force)`,
        `drop role if exists ${owner}`,
        `drop role if exists ${app}`,
      ]),
  };
}

async function onServer(connectionString: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function urlOf(adminUrl: string, database: string, user?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (user) url.username = user;
  if (password) url.password = password;
  return url.href;
}
