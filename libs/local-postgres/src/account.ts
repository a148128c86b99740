import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { LocalPostgresError } from './errors.js';

const run = promisify(execFile);

/** How PostgreSQL's programs are run: as ourselves, or, for root (whom they refuse), as the user `postgres`. */
export interface Account {
  command(file: string, args: readonly string[]): [file: string, args: string[]];
  /** Hands a file or an empty folder over to the account. */
  own(path: string): Promise<void>;
}

const ourselves: Account = {
  command: (file, args) => [file, [...args]],
  own: () => Promise.resolve(),
};

/** @param paths files and folders the account has to reach, however private the folders above them are */
export async function serverAccount(paths: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return ourselves;
  const { uid, gid } = await postgresUser();
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const reachable = await Promise.all(paths.map((path) => isOpenToAll(dirname(path))));
  if (reachable.includes(false)) drop.push(...(await keepingReach()));
  return {
    command: (file, args) => ['setpriv', [...drop, '--', file, ...args]],
    own: (path) => chown(path, uid, gid),
  };
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    const uid = await id('-u').catch(async () => {
      // No such user yet, as in most containers.
      await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
      return id('-u');
    });
    await run('setpriv', ['--version']);
    return { uid, gid: await id('-g') };
  } catch (error) {
    throw new LocalPostgresError(
      'no-account',
      'PostgreSQL does not run as root, and the user `postgres` could not be used instead. Start this as another user, ' +
        'or install `setpriv` (util-linux) and create the user `postgres`.',
      { cause: error },
    );
  }
}

/** True when everybody may enter the folder and all folders above it. */
async function isOpenToAll(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o001) === 0) return false;
  return folder === dirname(folder) || isOpenToAll(dirname(folder));
}

/**
 * In a folder only root may enter (/root), the server keeps the one capability that lets it in: reading where the
 * system grants that, writing otherwise (containers grant only the latter).
 */
async function keepingReach(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(status) ?? [];
  const mayReadAll = (BigInt(`0x${effective}`) & 0b100n) !== 0n;
  const capability = mayReadAll ? 'dac_read_search' : 'dac_override';
  return [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
}
