import { sharedByTheRun } from './run-resource.js';

export interface TestPostgres {
  /** URL of a superuser on the database `postgres`. */
  readonly adminUrl: string;
}

let asked: Promise<TestPostgres> | undefined;

/**
 * A real PostgreSQL for the whole test run: GUICHET_TEST_POSTGRES_URL where set, otherwise one started from npm's
 * binaries in a temporary folder, stopped when the run ends. GUICHET_TEST_FSYNC=off trades durability for speed.
 */
export function postgresForTests(): Promise<TestPostgres> {
  const adminUrl = process.env.GUICHET_TEST_POSTGRES_URL;
  if (adminUrl) return Promise.resolve({ adminUrl });
  asked ??= sharedByTheRun<TestPostgres>('postgres', 60_000);
  return asked;
}
