import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  access,
  chmod,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Account, canBeNobody, nameInside, own, runAs } from './account.js';
import { LocalPostgresError, diskFull, folderProblem } from './errors.js';
import type { Programs } from './programs.js';

export interface Cluster {
  readonly folder: string;
  /** Of the superuser `postgres`. */
  readonly password: string;
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

export const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres');

/** The folder's cluster, created where there is none. A creation that was cut off is started over. */
export async function openCluster(dataDir: string, programs: Programs, account: Account): Promise<Cluster> {
  const folder = clusterFolder(dataDir);
  const password = await keepPassword(join(dataDir, 'postgres-password'));
  if (await isEmpty(folder)) await createCluster({ folder, password, programs, account });
  else if (account.ids.uid !== undefined && (await stat(folder)).uid !== account.ids.uid)
    await handOver(folder, account);
  return { folder, password };
}

async function isEmpty(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (entries) => entries.length === 0,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
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

export interface NewCluster extends Cluster {
  readonly programs: Programs;
  readonly account: Account;
  /** More of initdb's own flags. */
  readonly flags?: readonly string[];
}

/** Creates a cluster, complete or not at all. @throws LocalPostgresError with what initdb said */
export async function createCluster({ folder, password, programs, account, flags = [] }: NewCluster): Promise<void> {
  const arriving = `${folder}.arriving`;
  const passwordFile = `${folder}.password`;
  try {
    await rm(arriving, { recursive: true, force: true });
    await makeClusterFolder(arriving, account);
    await writeFile(passwordFile, password, { mode: 0o600 });
    const opened = await open(passwordFile, 'r');
    try {
      await own(account, passwordFile);
      const [file, ...args] = [
        programs.initdb,
        `--pgdata=${nameInside(account, arriving)}`,
        `--pwfile=${account.isStranger ? '/proc/self/fd/0' : passwordFile}`,
        ...(account.isStranger ? ['--allow-group-access'] : []),
        ...['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums'],
        ...flags,
      ] as const;
      await initialise(account, file, args, { cwd: arriving, stdin: opened.fd, env: { ...process.env, LC_ALL: 'C' } });
    } finally {
      await opened.close();
    }
    await rename(arriving, folder);
  } catch (error) {
    await rm(arriving, { recursive: true, force: true });
    throw creationFailure(dirname(folder), error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const nameless = /could not look up effective user ID/;

/** initdb wants a name for whoever it runs as. A user without one (docker run --user 1234) becomes `nobody` for it. */
async function initialise(
  account: Account,
  file: string,
  args: readonly string[],
  options: Parameters<typeof runAs>[3],
): Promise<void> {
  try {
    await runAs(account, file, args, options);
  } catch (error) {
    if (!nameless.test((error as Error).message) || !(await canBeNobody())) throw error;
    await runAs({ ...account, prefix: ['unshare', '-U'] }, file, args, options);
  }
}

function creationFailure(dataDir: string, error: unknown): unknown {
  const { stderr: said = '' } = error as { stderr?: string };
  if (/No space left on device/.test(said)) return diskFull(dataDir, error);
  if (nameless.test(said)) {
    return new LocalPostgresError(
      'no-account',
      `This user (id ${process.getuid?.()}) has no name on this machine, and PostgreSQL's initdb asks for one. Add a line ` +
        'for it to /etc/passwd, start this as another user, or name a PostgreSQL server of your own with GUICHET_POSTGRES_URL.',
      { cause: error },
    );
  }
  if (said) return new LocalPostgresError('failed', `PostgreSQL could not be set up:\n${said}`, { cause: error });
  return folderProblem(dataDir, error);
}

/** Empty, private and the account's. Our group may enter: programs of the account are started in it, by us. */
export async function makeClusterFolder(folder: string, account: Account): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (account.isStranger) await chmod(folder, 0o750);
  await own(account, folder);
}

/** Gives all of a cluster's files to the account: they are ours after a start or a restore as somebody else. */
export async function handOver(folder: string, account: Account): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await own(account, join(entry.parentPath, entry.name));
  }
  await own(account, folder);
}
