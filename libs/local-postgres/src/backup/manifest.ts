/** What a backup says of itself. Written last: a folder without a manifest is no backup. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgresError } from '../errors.js';

export const manifestFile = 'manifest.json';
/** Of this layout; another one cannot be read. */
const formatVersion = 1;

export interface BackupFile {
  /** Below `data/` in the backup, as below the data folder; separated by `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly formatVersion: number;
  /** Of the product that made it. */
  readonly productVersion: string;
  /** Major version: the files are of no use to another. */
  readonly postgresVersion: string;
  /** The files of a database fit the kind of machine that wrote them. */
  readonly platform: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Places in PostgreSQL's write-ahead log; the backup is of the instant of `end`. */
  readonly wal: { readonly start: string; readonly end: string };
  /** By database: the position its event log had reached at least. */
  readonly logHeads: Readonly<Record<string, number>>;
  /** Also those with nothing in them: PostgreSQL wants them, and some archives drop them. */
  readonly folders: readonly string[];
  readonly files: readonly BackupFile[];
}

export type BackupSummary = Omit<Manifest, 'files' | 'folders'> & { readonly files: number; readonly bytes: number };

export const thisPlatform = `${process.platform}-${process.arch}`;

export const createManifest = (parts: Omit<Manifest, 'formatVersion' | 'platform'>): Manifest => ({
  formatVersion,
  platform: thisPlatform,
  ...parts,
});

export function summaryOf({ files, folders: _, ...manifest }: Manifest): BackupSummary {
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
