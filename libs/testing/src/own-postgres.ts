import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { own, type Server } from '@guichet/local-postgres';
import { createTestCluster, startTestServer } from './keeper/test-cluster.js';
import type { TestPostgres } from './postgres.js';

/** A server of one's own, to be killed and started again. */
export interface OwnPostgres extends TestPostgres {
  /** kill -9 of the server and all its sessions; the data stays. */
  kill(): Promise<void>;
  /**
   * Starts it again on the same port with the same data, whether it was killed or died; answers when it has recovered.
   */
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
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'guichet-own-postgres-')));
  const cluster = await createTestCluster(home, initdb);
  let running: Server = await startTestServer(cluster, settings);
  const { adminUrl, port } = running;
  return {
    adminUrl,
    isRunning: () => running.isRunning(),
    async kill() {
      const { pid } = running;
      const sessions = await childrenOf(pid);
      for (const victim of [pid, ...sessions]) killHard(victim);
      await running.ended;
    },
    async restart() {
      await running.ended;
      running = await startTestServer(cluster, settings, port);
    },
    give: (path) => own(cluster.account, path),
    async stop() {
      await running.stop('at once');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number): Promise<number[]> {
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
