import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { spawn } from 'node:child_process';
import { type Account, runAs, serverAccount } from '../account.js';
import { clusterFolder, handOver, prepareFolder } from '../cluster.js';
import { LocalPostgresError } from '../errors.js';
import { claimFolder } from '../instance-lock.js';
import { findPrograms } from '../programs.js';
import { copyPrivately, mustBeEmpty, spaceProblem } from './backup.js';
import { type FileSum, sumOf } from './checksums.js';
import {
  archiveFile,
  type BackupFile,
  type BackupSummary,
  fileListFile,
  keptFolder,
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
  for (const file of manifest.files) await mustBeWhole(folder, file);
  return summaryOf(manifest);
}

/**
 * Puts a backup into an empty folder, after it was compared with its manifest; each of the database's files is compared
 * with
 * PostgreSQL's list as well. The next start on that folder recovers to the instant of the backup.
 * @throws LocalPostgresError as `checkBackup`, and `not-empty`
 */
export async function restore({ productVersion, ...options }: RestoreOptions): Promise<BackupSummary> {
  const [backup, dataDir] = [resolve(options.backup), resolve(options.dataDir)];
  const manifest = await readManifest(backup);
  mustFit(manifest, productVersion);
  await mustBeEmpty(dataDir);
  await checkBackup(backup);
  await prepareFolder(dataDir);
  const release = await claimFolder(dataDir);
  const marker = join(dataDir, unfinishedFile);
  try {
    await writeFile(marker, `${backup}\n`, { mode: 0o600, flush: true });
    const account = await serverAccount(clusterFolder(dataDir));
    await mustBeOurVersion(manifest, account);
    await restoreCluster(backup, clusterFolder(dataDir), account);
    for (const { path } of manifest.files.filter((file) => file.path.startsWith(`${keptFolder}/`)))
      await copyPrivately(join(backup, path), join(dataDir, basename(path)));
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

async function restoreCluster(backup: string, folder: string, account: Account): Promise<void> {
  const arriving = `${folder}.arriving`;
  await mkdir(arriving, { mode: 0o700 });
  await unpack(join(backup, archiveFile), arriving);
  const { Files: listed } = JSON.parse(await readFile(join(backup, fileListFile), 'utf8')) as FileList;
  for (const { Path: path, Size: bytes, Checksum: sha256 } of listed)
    await mustBeWhole(arriving, { path, bytes, sha256 });
  if (account.isStranger) await chmod(arriving, 0o750);
  await handOver(arriving, account);
  await rename(arriving, folder);
}

/** PostgreSQL's, of which this is the part that is needed. */
interface FileList {
  readonly Files: readonly { readonly Path: string; readonly Size: number; readonly Checksum: string }[];
}

/** By the system's `tar`, as an administrator would. */
async function unpack(archive: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-xzof', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  tar.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', resolve);
  });
  const [code] = await Promise.all([
    ended,
    pipeline(createReadStream(archive), tar.stdin).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error; // tar has ended, and says why
    }),
  ]).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new LocalPostgresError(
      'failed',
      'The program `tar` is not on this machine. Install it, then restore again.',
      {
        cause,
      },
    );
  });
  if (code === 0) return;
  if (/No space left on device/.test(said)) throw Object.assign(new Error(said), { code: 'ENOSPC' });
  throw new LocalPostgresError('failed', `The database could not be unpacked: tar ended with ${code}.\n${said}`);
}

/** Before anything is written. */
function mustFit({ platform, productVersion }: Manifest, product: string): void {
  if (platform !== thisPlatform)
    throw wrongVersion(
      `The backup was made on ${platform}; this is ${thisPlatform}. A database's files fit only the kind of machine that wrote them.`,
    );
  if (isNewer(productVersion, product))
    throw wrongVersion(
      `The backup was made by Guichet ${productVersion}; this is ${product}. Use that version or a newer one.`,
    );
}

async function mustBeOurVersion({ postgresVersion, productVersion }: Manifest, account: Account): Promise<void> {
  const { postgres } = await findPrograms(account);
  const [, ours = ''] = /(\d+)(?:\.\d+)?\s*$/.exec(await runAs(account, postgres, ['--version'], { cwd: '/' })) ?? [];
  if (postgresVersion.split('.')[0] === ours) return;
  throw wrongVersion(
    `The backup is of PostgreSQL ${postgresVersion}; this installation brings ${ours}. Use the version of Guichet that made it (${productVersion}).`,
  );
}

const wrongVersion = (message: string): LocalPostgresError => new LocalPostgresError('other-version', message);

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const place = [0, 1, 2].find((index) => a?.[index] !== b?.[index]);
  return place !== undefined && (a?.[place] ?? 0) > (b?.[place] ?? 0);
}

/** Whatever a list says: nothing is read or written elsewhere. */
async function mustBeWhole(folder: string, file: BackupFile): Promise<void> {
  const path = join(folder, file.path);
  if (!path.startsWith(`${folder}${sep}`)) throw damaged(file, 'lies outside of it');
  const { bytes, sha256 }: FileSum = await sumOf(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? damaged(file, 'is missing') : error;
  });
  if (bytes !== file.bytes) throw damaged(file, `has ${bytes} bytes instead of ${file.bytes}`);
  if (sha256 !== file.sha256) throw damaged(file, 'has changed since the backup');
}

const damaged = ({ path }: Pick<BackupFile, 'path'>, what: string): LocalPostgresError =>
  new LocalPostgresError(
    'damaged-backup',
    `The backup is damaged: ${path} ${what}. Nothing was restored; use another backup.`,
  );
