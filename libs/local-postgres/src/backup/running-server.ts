import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { serverAccount } from '../account.js';
import { clusterFolder } from '../cluster.js';
import { readPidFile } from '../leftover.js';
import { startLocalPostgres } from '../local-postgres.js';

/** A server to back up, and how it is left afterwards. */
export interface Reached {
  readonly adminUrl: string;
  release(): Promise<void>;
}

/** The server that runs on a data folder; where none does, one is started for as long as it is needed. */
export async function reachServer(dataDir: string): Promise<Reached> {
  const adminUrl = await addressOfRunning(dataDir);
  if (adminUrl !== undefined) return { adminUrl, release: () => Promise.resolve() };
  const server = await startLocalPostgres({ dataDir });
  return { adminUrl: server.adminUrl, release: () => server.stop() };
}

async function addressOfRunning(dataDir: string): Promise<string | undefined> {
  const cluster = clusterFolder(dataDir);
  // Lines: process id, folder, start, port. None while no server runs.
  const lines = await readPidFile(cluster, await serverAccount(cluster));
  const port = Number(lines.split('\n')[3]);
  if (!port) return undefined;
  const password = await readFile(join(dataDir, 'postgres-password'), 'utf8');
  const adminUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return adminUrl;
  } catch {
    return undefined; // left behind by a server that was killed: starting one says so, or recovers
  } finally {
    await client.end();
  }
}
