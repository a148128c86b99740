import { readFileSync } from 'node:fs';
import { onDatabase } from './engines.js';

/** Of Linux, everywhere: a hundredth of a second. */
const tickMs = 10;

/** Milliseconds of processor time that `work` takes of this process and of the sessions of a server. */
export async function processorTime(adminUrl: string | undefined, work: () => Promise<unknown>): Promise<number> {
  const sessions = async () => (adminUrl === undefined ? 0 : sessionsMs(adminUrl));
  const [before, server] = [process.cpuUsage(), await sessions()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 + (await sessions()) - server;
}

async function sessionsMs(adminUrl: string): Promise<number> {
  const rows = await onDatabase(adminUrl, 'select pid from pg_stat_activity where pid <> pg_backend_pid()');
  return rows.reduce((sum, { pid }) => sum + ofProcess(Number(pid)), 0);
}

function ofProcess(pid: number): number {
  const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = after.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
