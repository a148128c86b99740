import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import pg from 'pg';
import { type LocalPostgres, startLocalPostgres } from './local-postgres.js';
import { isAlive, within } from './processes.js';

describe('the local PostgreSQL', () => {
  let dataDir: string;
  const running: LocalPostgres[] = [];
  const children: ChildProcess[] = [];
  const start = async (folder = dataDir) => {
    const server = await startLocalPostgres({ dataDir: folder });
    running.push(server);
    return server;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'guichet-local-postgres-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data over a stop, and listens on loopback only', async () => {
    const first = await start();
    await query(first, 'create table kept (id int)');
    expect(await query(first, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await first.stop();
    await expect(query(first, 'select 1')).rejects.toThrow(/ECONNREFUSED|ENOENT/);

    expect(await query(await start(), 'select count(*)::int from kept')).toEqual([{ count: 0 }]);
  });

  it('is met on a socket that is ours alone, or over TCP where its path would be too long', async () => {
    const near = await start();
    expect(await query(near, 'select inet_client_addr() as address')).toEqual([{ address: null }]);
    expect((await stat(join(dataDir, 'socket'))).mode & 0o007).toBe(0);
    await near.stop();
    const far = await startLocalPostgres({ dataDir: join(dataDir, 'a-long-name'.repeat(8)) });
    running.push(far);
    expect(await query(far, 'select host(inet_client_addr()) as address')).toEqual([{ address: '127.0.0.1' }]);
  });

  it('names the process that uses the folder already', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      problem: 'data-folder-in-use',
      message: expect.stringMatching(`in use by process ${process.pid}.*GUICHET_DATA_DIR`),
    });
  });

  it('ends with a process that was killed, and recovers what that had committed', async () => {
    const { child, server } = await startInChild(dataDir);
    children.push(child);
    await query(server, 'create table kept as select generate_series(1, 1000) as id');
    child.kill('SIGKILL');
    expect(await within(30_000, () => !isAlive(server.pid))).toBe(true);

    expect(await query(await start(), 'select count(*)::int from kept')).toEqual([{ count: 1000 }]);
  });

  it('recovers after a kill of the server itself, and tells that it has ended', async () => {
    const killed = await start();
    await query(killed, 'create table kept as select generate_series(1, 1000) as id');
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    await killed.stop();

    expect(await query(await start(), 'select count(*)::int from kept')).toEqual([{ count: 1000 }]);
  });

  it('is not fooled by a stale postmaster.pid whose process id belongs to something else', async () => {
    const first = await start();
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    const left = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, left.replace(/^\d+/, String(process.pid)));
    await writeFile(join(dataDir, 'instance.lock'), JSON.stringify({ pid: process.pid, startMark: '1' }));

    expect(await query(await start(), 'select 1 as up')).toEqual([{ up: 1 }]);
  });

  it('starts a creation that was cut off over again', async () => {
    await mkdir(join(dataDir, 'postgres.arriving', 'base'), { recursive: true });
    expect(await query(await start(), 'select 1 as up')).toEqual([{ up: 1 }]);
  });

  it('works in a folder that nobody else may enter', async () => {
    const hidden = join(dataDir, 'hidden');
    await mkdir(hidden, { mode: 0o700 });
    await chmod(dataDir, 0o700);
    expect(await query(await start(join(hidden, 'data')), 'select 1 as up')).toEqual([{ up: 1 }]);
  });

  it('says why a folder cannot be used', async () => {
    await writeFile(join(dataDir, 'file'), '');
    for (const folder of [join(dataDir, 'file'), join(dataDir, 'file', 'below'), '/proc/guichet']) {
      await expect(start(folder)).rejects.toMatchObject({
        problem: 'data-folder-not-usable',
        message: expect.stringMatching(/cannot be used: .*GUICHET_DATA_DIR/),
      });
    }
  });

  it("refuses another version's data", async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toMatchObject({ problem: 'other-version' });
  });
});

/** Starts the server in a process of its own, which can be killed. */
async function startInChild(dataDir: string) {
  const program = `import { startLocalPostgres } from './local-postgres.js';
    const { adminUrl, pid } = await startLocalPostgres({ dataDir: process.argv[2] });
    console.log(JSON.stringify({ adminUrl, pid }));
    setInterval(() => {}, 1e6);`;
  const outfile = join(import.meta.dirname, `../../../node_modules/.cache/guichet/local-postgres-${process.pid}.mjs`);
  await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const child = spawn(process.execPath, [outfile, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  await rm(outfile);
  return { child, server: JSON.parse(line.toString()) as Pick<LocalPostgres, 'adminUrl' | 'pid'> };
}

async function query({ adminUrl }: Pick<LocalPostgres, 'adminUrl'>, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
