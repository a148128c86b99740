import { type TestDatabase, postgresForTests } from '@guichet/testing';
import pg from 'pg';

/** A backup of a database, to be restored over it while nobody works with it. */
export interface DatabaseCopy {
  restore(): Promise<void>;
  /** Brings back what `restore` replaced. */
  undo(): Promise<void>;
  remove(): Promise<void>;
}

export async function copyOf({ name }: TestDatabase): Promise<DatabaseCopy> {
  const { adminUrl } = await postgresForTests();
  const [database, older, newer] = [name, `${name}_older`, `${name}_newer`].map((part) => pg.escapeIdentifier(part));
  const [owner, app] = [`${name}_owner`, `${name}_app`].map((part) => pg.escapeIdentifier(part));
  const statements = async (...texts: string[]) => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    try {
      for (const text of texts) {
        await client.query(endSessions, [[name, `${name}_older`, `${name}_newer`]]);
        await client.query(text);
      }
    } finally {
      await client.end();
    }
  };
  await statements(
    `create database ${older} template ${database} owner ${owner}`,
    `revoke all on database ${older} from public`,
    `grant connect on database ${older} to ${app}`,
  );
  return {
    restore: () =>
      statements(`alter database ${database} rename to ${newer}`, `alter database ${older} rename to ${database}`),
    remove: () => statements(`drop database if exists ${older}`, `drop database if exists ${newer}`),
    undo: () => statements(`drop database ${database}`, `alter database ${newer} rename to ${database}`),
  };
}

const endSessions = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = any ($1)';
