import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { type Account, serverAccount } from './account.js';
import { type Binaries, type Cluster, findBinaries, openCluster, prepareFolder } from './cluster.js';
import { mustNotBeHalfRestored } from './backup/unfinished.js';
import { LocalPostgresError, diskFull } from './errors.js';
import { claimFolder } from './instance-lock.js';
import { endLeftoverServer } from './leftover.js';
import { isAlive, within } from './processes.js';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

export interface LocalPostgresOptions {
  /** Created where missing; holds the cluster, its password and its log. One process at a time may use it. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number;
}

export interface LocalPostgres {
  /** URL of the superuser on the database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Answers when the server has ended, whoever ended it, with the end of its log. */
  readonly ended: Promise<string>;
  /** Ends the server cleanly, cutting open connections, and gives the folder free. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the product, on loopback only. Data of a process that was killed is recovered,
 * and a server it left behind is ended first.
 * @throws LocalPostgresError saying what is wrong and what to do
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  await prepareFolder(dataDir);
  const release = await claimFolder(dataDir);
  try {
    await mustNotBeHalfRestored(dataDir);
    const account = await serverAccount([binaries.postgres, join(dataDir, 'postgres')]);
    const cluster = await openCluster(dataDir, binaries, account);
    await endLeftoverServer(cluster.folder);
    const server = await startServer(dataDir, binaries, account, cluster, options.port);
    return { ...server, stop: () => server.stop().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function startServer(
  dataDir: string,
  binaries: Binaries,
  account: Account,
  cluster: Cluster,
  asked?: number,
  attempt = 1,
): Promise<LocalPostgres> {
  const port = asked ?? (await freePort());
  const socket = await socketFolder(dataDir, account);
  const log = join(dataDir, 'postgres.log');
  const server = await spawnServer(
    log,
    ...account.command(binaries.postgres, ['-D', cluster.folder, ...settings(port, socket)]),
  );
  const ended = once(server, 'exit').then(() => endOf(log));
  const host = socket === undefined ? '' : `?host=${encodeURIComponent(socket)}`;
  const adminUrl = `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres${host}`;

  let isUp = false;
  await within(START_WITHIN_MS, async () => {
    isUp = await answers(adminUrl);
    return isUp || hasEnded(server);
  });
  if (isUp) {
    const watchdog = endWithUs(server, cluster.folder);
    return { adminUrl, port, pid: server.pid ?? 0, ended, stop: () => stop(server, watchdog) };
  }
  await stop(server);
  const said = await endOf(log);
  if (attempt < 4 && isPassing(said, asked)) {
    return startServer(dataDir, binaries, account, cluster, asked, attempt + 1);
  }
  throw startFailure(dataDir, said, port);
}

/** What the system takes for a socket's address, less the name that PostgreSQL gives it. */
const maxSocketFolder = 80;

/**
 * Where this process meets its server: a socket of the file system costs both half of what TCP does. Nobody else can open the
 * folder. Undefined where there are none, or the data folder's path is too long for one: then it is TCP.
 */
async function socketFolder(dataDir: string, account: Account): Promise<string | undefined> {
  const folder = join(dataDir, 'socket');
  if (process.platform === 'win32' || Buffer.byteLength(folder) > maxSocketFolder) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await account.own(folder);
  return folder;
}

const settings = (port: number, socket: string | undefined): string[] =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socket === undefined ? '' : `"${socket.replaceAll('"', '""')}"`,
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off', // the queries are short
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function spawnServer(log: string, file: string, args: string[]): Promise<ChildProcess> {
  const output = await open(log, 'w'); // one start's log: it is for finding out why this one failed
  try {
    // Its own session: Ctrl-C at the terminal is for us, who stop the services before their database.
    const server = spawn(file, args, { stdio: ['ignore', output.fd, output.fd], detached: true });
    await Promise.race([
      once(server, 'spawn'),
      once(server, 'error').then(([error]) => Promise.reject(error as Error)),
    ]);
    return server;
  } finally {
    await output.close();
  }
}

/** A shell that waits for our end, however it comes, and then ends the server: nothing is left behind by kill -9. */
function endWithUs(server: ChildProcess, folder: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const script = 'cat >/dev/null; [ "$(head -n 1 "$2/postmaster.pid")" = "$1" ] && kill -INT "$1"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.once('error', () => undefined); // without a shell the next start ends what was left behind
  watchdog.unref();
  return watchdog;
}

async function stop(server: ChildProcess, watchdog?: ChildProcess): Promise<void> {
  watchdog?.kill('SIGKILL');
  if (hasEnded(server)) return;
  server.kill('SIGINT'); // PostgreSQL's fast shutdown: rolls back what is open, writes a checkpoint
  if (!(await within(STOP_WITHIN_MS, () => hasEnded(server)))) server.kill('SIGQUIT'); // recovers at the next start
  await within(STOP_WITHIN_MS, () => hasEnded(server));
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined || !isAlive(pid);

/** Somebody took the port in between, or the last processes of a killed server are still going. */
const isPassing = (said: string, askedPort?: number): boolean =>
  (askedPort === undefined && /Address already in use/.test(said)) || /pre-existing shared memory block/.test(said);

function startFailure(dataDir: string, said: string, port: number): LocalPostgresError {
  if (/No space left on device/.test(said)) return diskFull(dataDir);
  if (/Address already in use/.test(said)) {
    return new LocalPostgresError('failed', `Port ${port}, meant for PostgreSQL, is in use. Choose another or none.`);
  }
  const log = join(dataDir, 'postgres.log');
  return new LocalPostgresError('failed', `PostgreSQL did not start. Its log, ${log}, ends with:\n${said}`);
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false; // not yet: the caller asks again until the server is up or has ended
  } finally {
    await client.end();
  }
}

const endOf = async (log: string): Promise<string> => (await readFile(log, 'utf8')).slice(-2_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
