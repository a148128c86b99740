/** Which files of a data folder a backup has. What PostgreSQL makes anew at a start is left out, as pg_basebackup does. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgresError } from '../errors.js';

/** Kept as folders, without what is in them; the write-ahead log is copied last, and only the part that belongs to the backup. */
const emptied = new Set(
  ['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'].map(
    (name) => `postgres/${name}`,
  ),
);
const leftOut = new Set(['postgres/postmaster.pid', 'postgres/postmaster.opts', 'postgres/global/pg_control']);
const isPassing = (name: string): boolean => name.startsWith('pgsql_tmp') || name.startsWith('pg_internal.init');

/** Of this instance as it runs, not of its data: the address is told anew at every start. */
const ofThisRun = /^(?:demo\.json|postgres\.log|instance\.lock.*|.*\.new)$/;

export interface Listing {
  readonly files: readonly string[];
  /** PostgreSQL wants its folders to be there, also those with nothing in them. */
  readonly folders: readonly string[];
}

/** The secrets and marks beside the database. */
export async function listKeptFiles(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !ofThisRun.test(entry.name)).map(({ name }) => name);
}

/** The cluster's files but for its control file and write-ahead log, relative to the data folder. */
export async function listClusterFiles(dataDir: string): Promise<Listing> {
  const files: string[] = [];
  const folders: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    folders.push(folder);
    for (const entry of await readdir(join(dataDir, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) throw elsewhere(path);
      if (leftOut.has(path) || isPassing(entry.name)) continue;
      if (!entry.isDirectory()) files.push(path);
      else if (emptied.has(path)) folders.push(path);
      else await walk(path);
    }
  };
  await walk('postgres');
  folders.push('postgres/pg_wal/archive_status');
  return { files, folders };
}

function elsewhere(path: string): LocalPostgresError {
  const message = `${path} is a link: part of the database is outside the data folder. Back it up with PostgreSQL's own tools.`;
  return new LocalPostgresError('failed', message);
}

/** The segments of the write-ahead log from one to another, both included, by their names. */
export async function listWal(dataDir: string, first: string, last: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'postgres/pg_wal'));
  return names
    .filter(
      (name) => (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last) || /^[0-9A-F]{8}\.history$/.test(name),
    )
    .sort()
    .map((name) => `postgres/pg_wal/${name}`);
}
