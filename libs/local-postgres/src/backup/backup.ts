import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clusterFolder } from '../cluster.js';
import { LocalPostgresError } from '../errors.js';
import { type Progress, takeBaseBackup } from './base-backup.js';
import { sumOf } from './checksums.js';
import {
  archiveFile,
  type BackupSummary,
  createManifest,
  fileListFile,
  keptFolder,
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
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Backs a data folder up while its instance works on: PostgreSQL's own base backup, and the secrets and marks beside
 * the database. All databases are of one instant, that of the end. An instance that is stopped is started for it.
 * @throws LocalPostgresError `not-empty`, `no-local-database`, or whatever keeps the server from starting
 */
export async function backUp({ onProgress, productVersion, ...options }: BackupOptions): Promise<BackupSummary> {
  const [dataDir, target] = [resolve(options.dataDir), resolve(options.target)];
  if (!existsSync(clusterFolder(dataDir))) throw noDatabase(dataDir);
  await mustBeEmpty(target);
  const server = await reachServer(dataDir);
  const startedAt = new Date().toISOString();
  try {
    await makePrivateFolder(target);
    // Before the database: a mark that says "done" must not be younger than what was done.
    const kept = await copyKept(dataDir, target);
    const into = { archive: join(target, archiveFile), fileList: join(target, fileListFile) };
    const base = await takeBaseBackup(server.adminUrl, into, onProgress);
    const endedAt = new Date().toISOString();
    const files = [];
    for (const path of [...kept, fileListFile, archiveFile]) files.push({ path, ...(await sumOf(join(target, path))) });
    const manifest = createManifest({ productVersion, startedAt, endedAt, ...base, files });
    await writeFile(join(target, manifestFile), writtenManifest(manifest), { mode: 0o600, flush: true });
    return summaryOf(manifest);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw spaceProblem(target, error);
  } finally {
    await server.release();
  }
}

/** Of this instance as it runs, not of its data: the address is told anew at every start. */
const ofThisRun = /^(?:demo\.json|postgres\.log|instance\.lock.*|.*\.new|postgres\.password)$/;

async function copyKept(dataDir: string, target: string): Promise<string[]> {
  await makePrivateFolder(join(target, keptFolder));
  const entries = await readdir(dataDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !ofThisRun.test(entry.name)).map(({ name }) => name);
  for (const name of names) await copyPrivately(join(dataDir, name), join(target, keptFolder, name));
  return names.map((name) => `${keptFolder}/${name}`);
}

export async function copyPrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o600);
}

/** A folder only its owner may enter, whatever the umask. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
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
