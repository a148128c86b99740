/** Whom PostgreSQL's programs run as. They refuse root, so root runs them as somebody else. See docs/adr. */
import { type ChildProcess, execFile, spawn, type StdioOptions } from 'node:child_process';
import { chown, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LocalPostgresError } from './errors.js';

const run = promisify(execFile);

export interface Account {
  /** What a program changes to before it starts; nothing where it runs as this process does. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** Stands before the command line of PostgreSQL's programs. */
  readonly prefix: readonly string[];
  /**
   * The account may not enter every folder that this process may enter (/root). Folders are handed to its programs
   * opened: as their working folder and as open files. Linux lets a program name these, whatever lies above them.
   */
  readonly isStranger: boolean;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly stdio?: StdioOptions;
  readonly detached?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

const ourselves: Account = { ids: {}, prefix: [], isStranger: false };

/** Root in a namespace of its own, where it is nobody: files stay root's, and no capability is needed. */
const rootAsNobody: Account = { ids: {}, prefix: ['unshare', '-U'], isStranger: false };

/** A folder's name for the programs of an account that run in it. */
export const nameInside = ({ isStranger }: Account, folder: string): string => (isStranger ? '/proc/self/cwd' : folder);

export function start(account: Account, file: string, args: readonly string[], options: RunOptions): ChildProcess {
  const [first = file, ...rest] = [...account.prefix, file, ...args];
  return spawn(first, rest, { ...account.ids, ...options });
}

/** Runs a program as the account to its end. @throws what it wrote to stderr, as `stderr` of the error */
export async function runAs(
  account: Account,
  file: string,
  args: readonly string[],
  options: Omit<RunOptions, 'stdio' | 'detached'> & { readonly stdin?: number } = {},
): Promise<string> {
  const { stdin, ...others } = options;
  const child = start(account, file, args, { ...others, stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (said.stderr += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return said.stdout;
  throw Object.assign(new Error(`${file} ended with ${code}: ${said.stderr.trim()}`), said);
}

/** Makes a file or folder the account's. Our group keeps its access, for a root that may not enter all folders. */
export async function own({ ids: { uid } }: Account, path: string): Promise<void> {
  if (uid !== undefined) await chown(path, uid, process.getgid?.() ?? 0);
}

/** Signals a process of the account: without the capability KILL, root may signal its own processes only. */
export async function signal(account: Account, pid: number, name: 'INT' | 'QUIT'): Promise<void> {
  try {
    process.kill(pid, `SIG${name}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return; // it has ended, which is what is wanted
    if (code !== 'EPERM' || account.ids.uid === undefined) throw error;
    await runAs(account, '/bin/sh', ['-c', `kill -${name} "$1" || true`, 'sh', String(pid)], { cwd: '/' });
  }
}

/**
 * @param clusterFolder the cluster's owner runs the server; where there is none yet, its parent must exist
 * @throws LocalPostgresError `no-account` or `data-folder-not-usable`, saying what to do
 */
export async function serverAccount(clusterFolder: string): Promise<Account> {
  const us = process.getuid?.();
  const owner = await ownerOf(clusterFolder);
  if (us === undefined) return ourselves; // Windows: PostgreSQL drops the administrator's rights by itself
  if (us !== 0) {
    if (owner === undefined || owner.uid === us) return ourselves;
    throw ownedByAnother(clusterFolder, owner.uid);
  }
  const other = owner !== undefined && owner.uid !== 0 ? owner : await unprivilegedUser();
  if (other !== undefined && (await canHandOverTo(other, dirname(clusterFolder)))) {
    return { ids: other, prefix: [], isStranger: process.platform === 'linux' };
  }
  if (owner !== undefined && owner.uid !== 0) throw ownedByAnother(clusterFolder, owner.uid);
  if (await canBeNobody()) return rootAsNobody;
  throw new LocalPostgresError(
    'no-account',
    'PostgreSQL does not run as root, and this root may start it neither as the user `postgres` or `nobody` (that takes ' +
      'the capabilities SETUID, SETGID and CHOWN) nor in a user namespace. Start this as another user (docker run ' +
      '--user …), give the container these capabilities, or name a PostgreSQL server of your own with GUICHET_POSTGRES_URL.',
  );
}

/** The user that a cluster belongs to, and the group that its files have. */
async function ownerOf(clusterFolder: string): Promise<{ uid: number; gid: number } | undefined> {
  const folder = await stat(clusterFolder).catch(() => undefined); // none yet
  if (folder === undefined) return undefined;
  const { uid } = folder;
  const file = await stat(join(clusterFolder, 'PG_VERSION')).catch(() => folder); // not even the group may look
  return { uid, gid: file.gid === 0 ? uid : file.gid };
}

/**
 * `postgres`, or `nobody`, whom nearly every system has. No account is created: that is for whoever runs the machine.
 */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name]))).catch(() => undefined); // not here
    const [uid, gid] = ids?.map(({ stdout }) => Number(stdout)) ?? [];
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  return undefined;
}

async function canHandOverTo(ids: { uid: number; gid: number }, folder: string): Promise<boolean> {
  const account = { ids, prefix: [], isStranger: true };
  const probe = await mkdtemp(join(folder, '.account-'));
  try {
    await own(account, probe);
    await runAs(account, '/bin/sh', ['-c', ':'], { cwd: '/' });
    return true;
  } catch {
    return false; // not allowed here: the caller goes another way or says so
  } finally {
    await rmdir(probe);
  }
}

/** initdb wants a name for whom it runs as: `id` fails where there is none. */
export async function canBeNobody(): Promise<boolean> {
  return run('unshare', ['-U', 'id', '-un']).then(
    () => true,
    () => false, // no such program, or the system forbids it
  );
}

function ownedByAnother(folder: string, uid: number): LocalPostgresError {
  return new LocalPostgresError(
    'data-folder-not-usable',
    `The database in ${folder} belongs to another account (user id ${uid}). Start this as that user, or choose another ` +
      'data folder with GUICHET_DATA_DIR.',
  );
}
