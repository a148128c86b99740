import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCluster, type Server, startServer } from './keeper/postgres-server.mjs';
import type { TestPostgres } from './postgres.js';

/** A server of one's own, to be killed and started again. */
export interface OwnPostgres extends TestPostgres {
  /** kill -9 of the server and all its sessions; the data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data, whether it was killed or died; answers when it has recovered. */
  restart(): Promise<void>;
  isRunning(): boolean;
  /** Makes a folder the server's own: for a tablespace. */
  give(folder: string): Promise<void>;
  /** Ends it and throws the data away. */
  stop(): Promise<void>;
}

export interface OwnPostgresOptions {
  /** Flags of initdb. */
  readonly initdb?: readonly string[];
  /** Settings of the server. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Where the cluster is created; a temporary folder unless given. */
  readonly folder?: string;
}

const run = promisify(execFile);

/** A PostgreSQL for one test alone, from npm's binaries. */
export async function startOwnPostgres({ initdb, settings, folder }: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'guichet-own-postgres-')));
  const cluster = await createCluster(own, initdb);
  let running: Server = await startServer(cluster, settings);
  const { adminUrl, port } = running;
  const isRunning = () => running.server.exitCode === null && running.server.signalCode === null;
  return {
    adminUrl,
    isRunning,
    async kill() {
      const { pid } = running.server;
      const sessions = await childrenOf(pid);
      for (const victim of [pid, ...sessions]) if (victim) killHard(victim);
      await running.ended;
    },
    async restart() {
      await running.ended;
      running = await startServer(cluster, { ...settings, port });
    },
    async give(path) {
      const { uid, gid } = cluster.as;
      if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
    },
    async stop() {
      if (isRunning()) running.server.kill('SIGQUIT');
      await running.ended;
      await rm(own, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const processes = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return processes.flatMap(([child, parent]) => (child && parent === pid ? [child] : []));
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It went by itself in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
