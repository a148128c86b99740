import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, runAs, signal } from './account.js';
import { LocalPostgresError } from './errors.js';
import { isAlive, within } from './processes.js';

const END_WITHIN_MS = 30_000;
const pidFile = 'postmaster.pid';

/**
 * Ends a server that a killed process left running in the folder, and removes a stale `postmaster.pid` whose process id
 * belongs to something else by now (after a restart of the machine or container): PostgreSQL would refuse to start.
 * Only to be called by whoever holds the folder's claim.
 */
export async function endLeftoverServer(clusterFolder: string, account: Account): Promise<void> {
  const content = await readPidFile(clusterFolder, account);
  const pid = Number(content.split('\n')[0]);
  if (!pid) return;
  if (!(await isServerOf(pid, clusterFolder))) {
    if (account.isStranger) await runAs(account, '/bin/sh', ['-c', `rm -f ${pidFile}`], { cwd: clusterFolder });
    else await rm(join(clusterFolder, pidFile), { force: true });
    return;
  }
  await signal(account, pid, 'INT');
  if (await within(END_WITHIN_MS, () => !isAlive(pid))) return;
  await signal(account, pid, 'QUIT');
  if (await within(END_WITHIN_MS, () => !isAlive(pid))) return;
  throw new LocalPostgresError(
    'data-folder-in-use',
    `A PostgreSQL left behind (process ${pid}) still uses ${clusterFolder} and does not end. End it, then start again.`,
  );
}

/** Empty where there is none: the last server ended cleanly. */
export function readPidFile(clusterFolder: string, account: Account): Promise<string> {
  if (!account.isStranger) return readFile(join(clusterFolder, pidFile), 'utf8').catch(() => '');
  return runAs(account, '/bin/sh', ['-c', `[ ! -e ${pidFile} ] || cat ${pidFile}`], { cwd: clusterFolder });
}

/**
 * Where the system does not tell what a process runs, a living process counts as the server: better refuse than share.
 */
async function isServerOf(pid: number, clusterFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined); // no /proc, or just gone
  if (commandLine === undefined) return isAlive(pid);
  return commandLine.split('\0').some((part) => part === clusterFolder || part === `guichet.folder=${clusterFolder}`);
}
