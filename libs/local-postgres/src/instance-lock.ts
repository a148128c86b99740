import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalPostgresError, folderProblem } from './errors.js';
import { isAlive, startMark } from './processes.js';

interface Holder {
  readonly pid: number;
  readonly startMark?: string;
}

/**
 * Claims a data folder for this process. A claim whose process is gone (kill -9, power cut) is taken over.
 * @returns a function that gives the claim back
 * @throws LocalPostgresError `data-folder-in-use` while another process that lives holds it
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'instance.lock');
  const own = `${file}.${process.pid}.${randomUUID()}`;
  const claim: Holder = { pid: process.pid, startMark: await startMark(process.pid) };
  for (let attempt = 1; ; attempt++) {
    try {
      await writeFile(own, JSON.stringify(claim), { mode: 0o600 });
      await link(own, file); // complete, and for one of us only
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw folderProblem(folder, error);
    } finally {
      await rm(own, { force: true });
    }
    const holder = await holderOf(file);
    if ((holder && (await isStill(holder))) || attempt === 5) throw inUse(folder, holder);
    await rm(file, { force: true });
  }
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch (error) {
    // Gone meanwhile, or damaged by a power cut: nobody holds it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isStill({ pid, startMark: mark }: Holder): Promise<boolean> {
  if (!isAlive(pid)) return false;
  return mark === undefined || mark === (await startMark(pid));
}

function inUse(folder: string, holder: Holder | undefined): LocalPostgresError {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new LocalPostgresError(
    'data-folder-in-use',
    `The data folder ${folder} is in use by ${who}. Stop that one first, or choose another folder with GUICHET_DATA_DIR.`,
  );
}
