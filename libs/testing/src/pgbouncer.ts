import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@guichet/local-postgres';
import { until } from './until.js';

export interface PgBouncerOptions {
  /** The database, with the role that it lets through. */
  readonly url: string;
  readonly poolMode: 'session' | 'transaction';
  /** What a client's session is to begin with is passed over, instead of refused. */
  readonly dropsOptions?: true;
  /** What each of its own sessions begins with. */
  readonly connectQuery?: string;
}

export interface PgBouncer {
  /** The same database through this pooler. */
  urlFor(url: string): string;
  stop(): Promise<void>;
}

/** Debian's package puts it where only root looks. */
const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(existsSync);

/** `describe` for tests behind PgBouncer; skipped, with the reason, where it is not on this machine. */
export function describeWithPgBouncer(name: string, block: () => void): void {
  if (program !== undefined || process.env['REQUIRE_PGBOUNCER']) return describe(name, block);
  const whyNot = 'PgBouncer is not on this machine';
  console.warn(`Skipped "${name}": ${whyNot}`);
  describe.skip(`${name} (skipped: ${whyNot})`, block);
}

/** A pooler before a PostgreSQL, for one test. */
export async function startPgBouncer({
  url,
  poolMode,
  dropsOptions,
  connectQuery,
}: PgBouncerOptions): Promise<PgBouncer> {
  if (program === undefined) throw new Error('PgBouncer is not on this machine. On Debian: apt-get install pgbouncer');
  const folder = await mkdtemp(join(tmpdir(), 'guichet-pgbouncer-'));
  const [port, { username, password, port: behind }] = [await freePort(), new URL(url)];
  const [users, file, log] = [join(folder, 'users'), join(folder, 'pgbouncer.ini'), join(folder, 'log')];
  await writeFile(users, `"${username}" "${password}"\n`);
  const first = connectQuery === undefined ? '' : ` connect_query='${connectQuery.replaceAll("'", "''")}'`;
  const lines = [
    ...['[databases]', `* = host=127.0.0.1 port=${behind}${first}`],
    ...['[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', `logfile = ${log}`],
    ...['auth_type = scram-sha-256', `auth_file = ${users}`, `pool_mode = ${poolMode}`],
    ...(dropsOptions ? ['ignore_startup_parameters = options'] : []),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(folder, 0o777); // it does not run as root
  const asWhom = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child: ChildProcess = spawn(program, ['-q', ...asWhom, file], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  await until('PgBouncer to listen', async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer has ended: ${await readFile(log, 'utf8')}`);
    return answers(port);
  });
  return {
    urlFor: (url) => {
      const through = new URL(url);
      through.searchParams.delete('host');
      through.host = `127.0.0.1:${port}`;
      return through.href;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
