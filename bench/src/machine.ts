import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import pg from 'pg';

/** What a figure depends on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  /** Settings of the server that decide what a commit costs. */
  readonly settings: Readonly<Record<string, string>>;
  /** 1-minute load before anything was measured. */
  readonly loadBefore: number;
  readonly commit: string;
  readonly day: string;
}

const settings = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
];

export async function describeMachine(adminUrl: string): Promise<Machine> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const shown: Record<string, string> = {};
    for (const name of settings) {
      const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
      shown[name] = rows[0]?.value ?? '?';
    }
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
    return {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
      node: process.version,
      postgres: rows[0]?.version ?? '?',
      settings: shown,
      loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
      commit: await commit(),
      day: new Date().toISOString().slice(0, 10),
    };
  } finally {
    await client.end();
  }
}

/** With a plus where the working tree differs from it. */
async function commit(): Promise<string> {
  const git = promisify(execFile);
  try {
    const { stdout: hash } = await git('git', ['rev-parse', '--short', 'HEAD']);
    const { stdout: changes } = await git('git', ['status', '--porcelain', '--', 'libs', 'apps', 'tools']);
    return `${hash.trim()}${changes ? '+' : ''}`;
  } catch {
    return 'unknown'; // an archive without its history
  }
}
