import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { LocalPostgresError } from '../errors.js';
import { type Copied, copyFile, eachOf, makePrivateFolder } from './copy.js';
import { listClusterFiles, listKeptFiles, listWal } from './data-files.js';
import {
  type BackupFile,
  type BackupSummary,
  createManifest,
  manifestFile,
  summaryOf,
  writtenManifest,
} from './manifest.js';
import { reachServer } from './running-server.js';

export interface BackupOptions {
  readonly dataDir: string;
  /** A folder that does not exist yet, or is empty. */
  readonly target: string;
  readonly productVersion: string;
  readonly onProgress?: (progress: { readonly files: number; readonly of: number }) => void;
}

const controlFile = 'postgres/global/pg_control';

/**
 * Copies a data folder while its instance works on, by PostgreSQL's procedure for it: pg_backup_start, the files as they
 * are, pg_backup_stop, then the write-ahead log between the two, which a slot has kept. All databases are of the same
 * instant, that of pg_backup_stop: what was acknowledged before is in it. An instance that is stopped is started for it.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 * @throws LocalPostgresError `not-empty`, `no-local-database`, or whatever keeps the server from starting
 */
export async function backUp({ onProgress, ...options }: BackupOptions): Promise<BackupSummary> {
  const [dataDir, target] = [resolve(options.dataDir), resolve(options.target)];
  if (!existsSync(join(dataDir, 'postgres'))) throw noDatabase(dataDir);
  await mustBeEmpty(target);
  const server = await reachServer(dataDir);
  const startedAt = new Date().toISOString();
  try {
    await makePrivateFolder(join(target, 'data'));
    const copy = new BackupCopy(dataDir, target, onProgress);
    // Before the database: a mark that says "done" must not be younger than what was done.
    await copy.all(await listKeptFiles(dataDir));
    const wal = await copyCluster(server.adminUrl, copy);
    const manifest = createManifest({
      ...{ productVersion: options.productVersion, postgresVersion: wal.version, startedAt },
      ...{ endedAt: new Date().toISOString(), wal: { start: wal.start, end: wal.end } },
      ...{ logHeads: wal.logHeads, folders: copy.folders, files: copy.files },
    });
    await writeFile(join(target, manifestFile), writtenManifest(manifest), { mode: 0o600, flush: true });
    return summaryOf(manifest);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw spaceProblem(target, error);
  } finally {
    await server.release();
  }
}

/** One session: both ends of the backup and the slot belong to it, and nothing of them is left when it ends. */
async function copyCluster(adminUrl: string, copy: BackupCopy) {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'guichet-backup' });
  await client.connect();
  const one = async <T extends object>(text: string): Promise<T> => (await client.query<T>(text)).rows[0]!;
  try {
    const { version } = await one<{ version: string }>(
      `select split_part(current_setting('server_version'), '.', 1) as version`,
    );
    await client.query(`select pg_create_physical_replication_slot('guichet_backup_' || pg_backend_pid(), true, true)`);
    const begun = await one<{ start: string; segment: string }>(
      `select lsn::text as start, pg_walfile_name(lsn) as segment from pg_backup_start('guichet', true) as lsn`,
    );
    await copy.cluster();
    const logHeads = await readLogHeads(adminUrl, client);
    const ended = await one<{ end: string; segment: string; label: string }>(
      `select lsn::text as end, pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(false)`,
    );
    await copy.all(await listWal(copy.dataDir, begun.segment, ended.segment));
    await copy.write('postgres/backup_label', ended.label);
    return { version, start: begun.start, end: ended.end, logHeads };
  } finally {
    await client.end();
  }
}

/** Where the logs stand now: the backup, which ends later, has at least that. */
async function readLogHeads(adminUrl: string, client: pg.Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where not datistemplate and datname <> 'postgres' order by datname`,
  );
  const heads: Record<string, number> = {};
  for (const { name } of rows) {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const database = new pg.Client({ connectionString: url.href });
    await database.connect();
    try {
      const there = await database.query<{ log: string | null }>(`select to_regclass('public.log_head') as log`);
      if (there.rows[0]?.log == null) continue;
      const { rows: found } = await database.query<{ position: string }>('select position from log_head');
      heads[name] = Number(found[0]?.position ?? 0);
    } finally {
      await database.end();
    }
  }
  return heads;
}

class BackupCopy {
  readonly files: BackupFile[] = [];
  folders: readonly string[] = [];

  constructor(
    readonly dataDir: string,
    private readonly target: string,
    private readonly onProgress: BackupOptions['onProgress'],
  ) {}

  async all(paths: readonly string[]): Promise<void> {
    let done = 0;
    await eachOf(paths, async (path) => {
      await this.one(path);
      this.onProgress?.({ files: ++done, of: paths.length });
    });
  }

  async cluster(): Promise<void> {
    const { files, folders } = await listClusterFiles(this.dataDir);
    this.folders = folders;
    for (const folder of folders) await makePrivateFolder(this.into(folder));
    await this.all(files);
    await this.write(controlFile, await readSteadily(join(this.dataDir, controlFile)));
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    await writeFile(this.into(path), content, { mode: 0o600, flag: 'wx', flush: true });
    this.files.push({ path, ...(await copyFile(this.into(path))) });
  }

  private async one(path: string): Promise<void> {
    let copied: Copied;
    try {
      copied = await copyFile(join(this.dataDir, path), this.into(path));
    } catch (error) {
      // Removed since it was listed, with its table: the write-ahead log says so too.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.files.push({ path, ...copied });
  }

  private into(path: string): string {
    return join(this.target, 'data', path);
  }
}

/** The control file has no page checksum that recovery could mend: read until two reads agree, so that none is torn. */
async function readSteadily(file: string): Promise<Buffer> {
  let last = await readFile(file);
  for (let attempt = 1; attempt <= 100; attempt++) {
    await pause(5);
    const next = await readFile(file);
    if (next.equals(last)) return next;
    last = next;
  }
  throw new LocalPostgresError('failed', `${file} changes all the time. Try the backup again.`);
}

export async function mustBeEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new LocalPostgresError('not-empty', `${folder} cannot be used: ${error.message}.`, { cause: error });
  });
  if (entries.length === 0) return;
  throw new LocalPostgresError(
    'not-empty',
    `${folder} is not empty. Choose a folder that is empty or does not exist yet.`,
  );
}

const noDatabase = (dataDir: string): LocalPostgresError =>
  new LocalPostgresError(
    'no-local-database',
    `${dataDir} holds no database. Set GUICHET_DATA_DIR (or --data) to the data folder. A product on a PostgreSQL of your own ` +
      "(GUICHET_POSTGRES_URL) is backed up with that server's tools, together with this folder's secrets.json.",
  );

export function spaceProblem(folder: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new LocalPostgresError('disk-full', `There is no space left for ${folder}. Free some, or choose another.`, {
    cause: error,
  });
}
