import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Account,
  type Cluster,
  createCluster,
  findPrograms,
  type Programs,
  type Server,
  serverAccount,
  startServer,
} from '@guichet/local-postgres';

export interface TestCluster {
  readonly account: Account;
  readonly programs: Programs;
  readonly cluster: Cluster;
  /** The server's own log, since its last start. */
  readonly log: string;
}

export type ServerSettings = Readonly<Record<string, string | number>>;

/** Creates a cluster in `<folder>/data`, as the product does; `flags` are initdb's own. */
export async function createTestCluster(folder: string, flags: readonly string[] = []): Promise<TestCluster> {
  const cluster = { folder: join(folder, 'data'), password: randomBytes(12).toString('hex') };
  const account = await serverAccount(cluster.folder);
  const programs = await findPrograms(account);
  await createCluster({ ...cluster, programs, account, flags: ['--no-sync', ...flags] });
  return { account, programs, cluster, log: join(folder, 'postgres.log') };
}

/** Starts a server on the cluster. GUICHET_TEST_FSYNC=off trades durability for speed. */
export function startTestServer(cluster: TestCluster, settings: ServerSettings = {}, port?: number): Promise<Server> {
  const usual = {
    max_connections: 400,
    fsync: process.env.GUICHET_TEST_FSYNC === 'off' ? 'off' : 'on',
    max_wal_size: '4GB',
  };
  return startServer({ ...cluster, port, settings: { ...usual, ...settings } });
}
