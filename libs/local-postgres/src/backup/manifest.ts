/** What a backup says of itself. Written last: a folder without a manifest is no backup. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgresError } from '../errors.js';
import type { FileSum } from './checksums.js';

export const manifestFile = 'manifest.json';
/** The database, as PostgreSQL sent it. */
export const archiveFile = 'base.tar.gz';
/** PostgreSQL's list of the files in the archive, with a SHA-256 of each. */
export const fileListFile = 'backup_manifest';
/** Folder of what lies beside the database in a data folder: secrets and marks. */
export const keptFolder = 'kept';
/** Of this layout; another one cannot be read. */
const formatVersion = 2;

export interface BackupFile extends FileSum {
  /** In the backup; separated by `/`. */
  readonly path: string;
}

export interface Manifest {
  readonly formatVersion: number;
  /** Of the product that made it. */
  readonly productVersion: string;
  /** `18.4`. Another major version cannot read the files. */
  readonly postgresVersion: string;
  /** The files of a database fit the kind of machine that wrote them. */
  readonly platform: string;
  readonly startedAt: string;
  /** The backup is of this instant: everything acknowledged before it began is in it. */
  readonly endedAt: string;
  /** Places in PostgreSQL's write-ahead log. */
  readonly wal: { readonly start: string; readonly end: string };
  readonly files: readonly BackupFile[];
}

export type BackupSummary = Omit<Manifest, 'files'> & { readonly files: number; readonly bytes: number };

export const thisPlatform = `${process.platform}-${process.arch}`;

export const createManifest = (parts: Omit<Manifest, 'formatVersion' | 'platform'>): Manifest => ({
  formatVersion,
  platform: thisPlatform,
  ...parts,
});

export function summaryOf({ files, ...manifest }: Manifest): BackupSummary {
  return { ...manifest, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** With a checksum over the rest, so that no entry can be lost from it unnoticed. */
export function writtenManifest(manifest: Manifest): string {
  return `${JSON.stringify({ sha256: checksum(manifest), ...manifest }, undefined, 1)}\n`;
}

/** @throws LocalPostgresError `no-backup`, `damaged-backup` or `other-version` */
export async function readManifest(backup: string): Promise<Manifest> {
  const file = join(backup, manifestFile);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `${backup} is no backup: there is no ${manifestFile} in it. A backup that was cut off has none; make another.`;
    throw new LocalPostgresError('no-backup', message, { cause });
  });
  const manifest = parse(text, file);
  if (manifest.formatVersion !== formatVersion) {
    const message = `${backup} is a backup of format ${manifest.formatVersion}; this version reads ${formatVersion}. Restore it with the version that made it (${manifest.productVersion}).`;
    throw new LocalPostgresError('other-version', message);
  }
  return manifest;
}

function parse(text: string, file: string): Manifest {
  try {
    const { sha256, ...manifest } = JSON.parse(text) as Manifest & { sha256: string };
    if (sha256 === checksum(manifest)) return manifest;
  } catch {
    // Cut off or overwritten: said below.
  }
  throw new LocalPostgresError(
    'damaged-backup',
    `${file} was changed or cut off since it was written. Use another backup.`,
  );
}

const checksum = (manifest: Manifest): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
