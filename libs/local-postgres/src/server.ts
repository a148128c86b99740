import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import pg from 'pg';
import { type Account, nameInside, own, signal, start } from './account.js';
import type { Cluster } from './cluster.js';
import { LocalPostgresError, diskFull } from './errors.js';
import { isAlive, within } from './processes.js';
import type { Programs } from './programs.js';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

export interface ServerOptions {
  readonly account: Account;
  readonly programs: Programs;
  readonly cluster: Cluster;
  /** File that gets what the server says, since this start. */
  readonly log: string;
  /** On 127.0.0.1; a free one unless given. */
  readonly port?: number | undefined;
  /** Folder for a socket beside TCP; created where missing, entered by us and the server alone. */
  readonly socketFolder?: string | undefined;
  /** PostgreSQL's own settings. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface Server {
  /** URL of the superuser on the database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  isRunning(): boolean;
  /** Answers when the server has ended, whoever ended it, with the end of its log. */
  readonly ended: Promise<string>;
  /** Ends the server, cutting open connections: cleanly, or at once, so that the next start has to recover. */
  stop(how?: 'cleanly' | 'at once'): Promise<void>;
}

/**
 * Starts the server of a cluster, for as long as this process lives. @throws LocalPostgresError with the end of its log
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const deadline = performance.now() + START_WITHIN_MS;
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const server = await tryStart(options, port);
    if (typeof server === 'object') return server;
    const isPortLost = options.port === undefined && /Address already in use/.test(server) && attempt < 4;
    // The last processes of a server that was killed are still going.
    const isWaiting = /pre-existing shared memory block/.test(server) && performance.now() < deadline;
    if (!isPortLost && !isWaiting) throw startFailure(options, server, port);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Answers the server, or the end of its log where it did not start. */
async function tryStart(options: ServerOptions, port: number): Promise<Server | string> {
  const { account, cluster, log } = options;
  const child = await launch(options, port);
  const ended = once(child, 'exit').then(() => endOf(log));
  const host = options.socketFolder === undefined ? '' : `?host=${encodeURIComponent(options.socketFolder)}`;
  const adminUrl = `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres${host}`;
  let isUp = false;
  await within(START_WITHIN_MS, async () => {
    isUp = await answers(adminUrl);
    return isUp || hasEnded(child);
  });
  if (!isUp) {
    await stop(child, account);
    return endOf(log);
  }
  const watchdog = endWithUs(child, account, cluster.folder);
  const isRunning = () => !hasEnded(child);
  return { adminUrl, port, pid: child.pid ?? 0, ended, isRunning, stop: (how) => stop(child, account, watchdog, how) };
}

async function launch(options: ServerOptions, port: number): Promise<ChildProcess> {
  const { account, programs, cluster, log, socketFolder, settings } = options;
  const opened = [await open(log, 'w')]; // one start's log: it is for finding out why this one failed
  try {
    if (socketFolder !== undefined) {
      await makeSocketFolder(socketFolder, account);
      if (account.isStranger) opened.push(await open(socketFolder, 'r'));
    }
    const socket = account.isStranger && socketFolder !== undefined ? '/proc/self/fd/3' : (socketFolder ?? '');
    const all = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: socket === '' ? '' : `"${socket.replaceAll('"', '""')}"`,
      'guichet.folder': cluster.folder, // tells whose server a process is, where the folder has another name for it
      ...settings,
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [output, folder] = opened.map(({ fd }) => fd);
    const child = start(account, programs.postgres, ['-D', nameInside(account, cluster.folder), ...flags], {
      cwd: cluster.folder,
      stdio: ['ignore', output, output, ...(folder === undefined ? [] : [folder])],
      detached: true, // its own session: Ctrl-C is for us, who stop the services before their database
    });
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
    return child;
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}

async function makeSocketFolder(folder: string, account: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!account.isStranger) return;
  await chmod(folder, 0o770); // ours by the group
  await own(account, folder);
}

/** A shell that waits for our end, however it comes, and then ends the server: nothing is left behind by kill -9. */
function endWithUs(server: ChildProcess, { ids }: Account, folder: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const script = 'read -r word && exit; [ "$(head -n 1 postmaster.pid)" = "$1" ] && kill -INT "$1"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', String(server.pid)], {
    ...ids,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  for (const part of [watchdog, watchdog.stdin]) part.on('error', () => undefined); // without a shell the next start ends what was left behind
  watchdog.unref();
  return watchdog;
}

async function stop(
  server: ChildProcess,
  account: Account,
  watchdog?: ChildProcess,
  how: 'cleanly' | 'at once' = 'cleanly',
): Promise<void> {
  if (!hasEnded(server)) {
    // A fast shutdown rolls back what is open and writes a checkpoint.
    await signal(account, server.pid ?? 0, how === 'cleanly' ? 'INT' : 'QUIT');
    if (!(await within(STOP_WITHIN_MS, () => hasEnded(server)))) await signal(account, server.pid ?? 0, 'QUIT');
    await within(STOP_WITHIN_MS, () => hasEnded(server));
  }
  watchdog?.stdin?.end('ended\n');
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined || !isAlive(pid);

function startFailure({ log, cluster }: ServerOptions, said: string, port: number): LocalPostgresError {
  if (/No space left on device/.test(said)) return diskFull(cluster.folder);
  if (/Address already in use/.test(said)) {
    return new LocalPostgresError('failed', `Port ${port}, meant for PostgreSQL, is in use. Choose another or none.`);
  }
  const [, found, ours] = /initialized by PostgreSQL version (\d+).*this version (\d+)/.exec(said) ?? [];
  if (found !== undefined) {
    return new LocalPostgresError(
      'other-version',
      `The database in ${cluster.folder} was written by PostgreSQL ${found}; this installation brings ${ours}. ` +
        'Dump it with the old version and restore it here, or choose another data folder with GUICHET_DATA_DIR.',
    );
  }
  return new LocalPostgresError('failed', `PostgreSQL did not start. Its log, ${log}, ends with:\n${said}`);
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the same news as the rejection below
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

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
