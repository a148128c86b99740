import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Account, serverAccount } from '../account.js';
import { findBinaries, majorVersion, prepareFolder } from '../cluster.js';
import { LocalPostgresError } from '../errors.js';
import { claimFolder } from '../instance-lock.js';
import { mustBeEmpty, spaceProblem } from './backup.js';
import { type Copied, copyFile, eachOf, makePrivateFolder } from './copy.js';
import {
  type BackupFile,
  type BackupSummary,
  type Manifest,
  readManifest,
  summaryOf,
  thisPlatform,
} from './manifest.js';
import { unfinishedFile } from './unfinished.js';

export interface RestoreOptions {
  readonly backup: string;
  /** A folder that does not exist yet, or is empty. */
  readonly dataDir: string;
  readonly productVersion: string;
}

/**
 * Reads a whole backup and compares it with its manifest.
 * @throws LocalPostgresError `no-backup`, `damaged-backup` naming the first file that differs, `other-version`
 */
export async function checkBackup(backup: string): Promise<BackupSummary> {
  const folder = resolve(backup);
  const manifest = await readManifest(folder);
  for (const path of [...manifest.files.map((file) => file.path), ...manifest.folders]) mustBeInside(folder, path);
  for (const file of manifest.files) {
    mustBeWhole(file, await copyFile(join(folder, 'data', file.path)).catch((error: unknown) => missing(file, error)));
  }
  return summaryOf(manifest);
}

/**
 * Puts a backup into an empty folder, after it was compared with its manifest. The next start on that folder recovers
 * to the instant of the backup.
 * @throws LocalPostgresError as `checkBackup`, and `not-empty`
 */
export async function restore(options: RestoreOptions): Promise<BackupSummary> {
  const [backup, dataDir] = [resolve(options.backup), resolve(options.dataDir)];
  const manifest = await readManifest(backup);
  const { postgres } = await findBinaries();
  mustFit(manifest, await majorVersion(postgres), options.productVersion);
  await mustBeEmpty(dataDir);
  await checkBackup(backup);
  await prepareFolder(dataDir);
  const release = await claimFolder(dataDir);
  const marker = join(dataDir, unfinishedFile);
  try {
    await writeFile(marker, `${backup}\n`, { mode: 0o600, flush: true });
    const account = await serverAccount([postgres, join(dataDir, 'postgres')]);
    await makeFolders(manifest, dataDir, account);
    await eachOf(manifest.files, async (file) => {
      const to = join(dataDir, file.path);
      mustBeWhole(file, await copyFile(join(backup, 'data', file.path), to));
      if (file.path.startsWith('postgres')) await account.own(to);
    });
    await rm(marker);
    return summaryOf(manifest);
  } catch (error) {
    // The folder was empty: everything in it is ours. The mark goes when the rest has gone.
    const entries = (await readdir(dataDir)).filter((name) => name !== 'instance.lock' && name !== unfinishedFile);
    await Promise.all(entries.map((name) => rm(join(dataDir, name), { recursive: true, force: true })));
    await rm(marker, { force: true });
    throw spaceProblem(dataDir, error);
  } finally {
    await release();
  }
}

async function makeFolders({ folders }: Manifest, dataDir: string, account: Account): Promise<void> {
  for (const folder of folders) {
    const made = join(dataDir, folder);
    await makePrivateFolder(made);
    await account.own(made);
  }
}

function mustFit({ postgresVersion, platform, productVersion }: Manifest, ours: string, product: string): void {
  const wrong = (message: string) => new LocalPostgresError('other-version', message);
  if (postgresVersion !== ours)
    throw wrong(
      `The backup is of PostgreSQL ${postgresVersion}; this installation brings ${ours}. Use the version of Guichet that made it (${productVersion}).`,
    );
  if (platform !== thisPlatform)
    throw wrong(
      `The backup was made on ${platform}; this is ${thisPlatform}. A database's files fit only the kind of machine that wrote them.`,
    );
  if (isNewer(productVersion, product))
    throw wrong(
      `The backup was made by Guichet ${productVersion}; this is ${product}. Use that version or a newer one.`,
    );
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const place = [0, 1, 2].find((index) => a?.[index] !== b?.[index]);
  return place !== undefined && (a?.[place] ?? 0) > (b?.[place] ?? 0);
}

/** Whatever the manifest says: nothing is read or written elsewhere. */
function mustBeInside(folder: string, path: string): void {
  if (!join(folder, path).startsWith(`${folder}${sep}`)) throw damaged({ path }, 'lies outside of it');
}

function mustBeWhole(file: BackupFile, { bytes, sha256 }: Copied): void {
  if (bytes !== file.bytes) throw damaged(file, `has ${bytes} bytes instead of ${file.bytes}`);
  if (sha256 !== file.sha256) throw damaged(file, 'has changed since the backup');
}

function missing(file: BackupFile, error: unknown): never {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged(file, 'is missing');
  throw error;
}

const damaged = ({ path }: Pick<BackupFile, 'path'>, what: string): LocalPostgresError =>
  new LocalPostgresError(
    'damaged-backup',
    `The backup is damaged: data/${path} ${what}. Nothing was restored; use another backup.`,
  );
