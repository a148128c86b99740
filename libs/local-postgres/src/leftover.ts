import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgresError } from './errors.js';
import { isAlive, within } from './processes.js';

const END_WITHIN_MS = 30_000;

/**
 * Ends a server that a killed process left running in the folder, and removes a stale `postmaster.pid` whose process id
 * belongs to something else by now (after a restart of the machine or container): PostgreSQL would refuse to start.
 * Only to be called by whoever holds the folder's claim.
 */
export async function endLeftoverServer(clusterFolder: string): Promise<void> {
  const file = join(clusterFolder, 'postmaster.pid');
  const content = await readFile(file, 'utf8').catch(() => undefined); // none: the last one ended cleanly
  const pid = Number(content?.split('\n')[0]);
  if (!pid) return;
  if (!(await isServerOf(pid, clusterFolder))) {
    await rm(file, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  if (await within(END_WITHIN_MS, () => !isAlive(pid))) return;
  process.kill(pid, 'SIGQUIT');
  if (await within(END_WITHIN_MS, () => !isAlive(pid))) return;
  throw new LocalPostgresError(
    'data-folder-in-use',
    `A PostgreSQL left behind (process ${pid}) still uses ${clusterFolder} and does not end. End it, then start again.`,
  );
}

/** Where the system does not tell what a process runs, a living process counts as the server: better refuse than share. */
async function isServerOf(pid: number, clusterFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined); // no /proc, or just gone
  if (commandLine === undefined) return isAlive(pid);
  return commandLine.split('\0').includes(clusterFolder);
}
