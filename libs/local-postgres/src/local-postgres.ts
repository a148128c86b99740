import { join, resolve } from 'node:path';
import { serverAccount } from './account.js';
import { mustNotBeHalfRestored } from './backup/unfinished.js';
import { clusterFolder, openCluster, prepareFolder } from './cluster.js';
import { claimFolder } from './instance-lock.js';
import { endLeftoverServer } from './leftover.js';
import { findPrograms } from './programs.js';
import { type Server, startServer } from './server.js';

export interface LocalPostgresOptions {
  /** Created where missing; holds the cluster, its password and its log. One process at a time may use it. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number;
}

/** A server whose `stop` also gives the data folder free. */
export type LocalPostgres = Server;

const settings = {
  max_connections: 200,
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off', // the queries are short
};

/**
 * Starts the PostgreSQL that comes with the product, on loopback only. Data of a process that was killed is recovered,
 * and a server it left behind is ended first.
 * @throws LocalPostgresError saying what is wrong and what to do
 */
export async function startLocalPostgres({ port, ...options }: LocalPostgresOptions): Promise<LocalPostgres> {
  const dataDir = resolve(options.dataDir);
  await prepareFolder(dataDir);
  const release = await claimFolder(dataDir);
  try {
    await mustNotBeHalfRestored(dataDir);
    const account = await serverAccount(clusterFolder(dataDir));
    const programs = await findPrograms(account);
    const cluster = await openCluster(dataDir, programs, account);
    await endLeftoverServer(cluster.folder, account);
    const log = join(dataDir, 'postgres.log');
    const socketFolder = socketFolderOf(dataDir);
    const server = await startServer({ account, programs, cluster, log, port, socketFolder, settings });
    return { ...server, stop: (how) => server.stop(how).finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** What the system takes for a socket's address, less the name that PostgreSQL gives it. */
const maxSocketFolder = 80;

/**
 * Where this process meets its server: a socket of the file system costs both half of what TCP does. Undefined where
 * there are none, or the data folder's path is too long for one: then it is TCP.
 */
function socketFolderOf(dataDir: string): string | undefined {
  const folder = join(dataDir, 'socket');
  return process.platform === 'win32' || Buffer.byteLength(folder) > maxSocketFolder ? undefined : folder;
}
