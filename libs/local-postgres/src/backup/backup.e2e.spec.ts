import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@guichet/testing';
import pg from 'pg';
import { type LocalPostgres, startLocalPostgres } from '../local-postgres.js';
import { backUp } from './backup.js';
import { type Manifest, writtenManifest } from './manifest.js';
import { checkBackup, restore } from './restore.js';

const productVersion = '1.2.3';

describe('a backup of a data folder', () => {
  let home: string;
  let dataDir: string;
  let backup: string;
  let server: LocalPostgres;
  const restored: LocalPostgres[] = [];
  const inHome = (name: string) => join(home, name);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'guichet-backup-'));
    [dataDir, backup] = [inHome('data'), inHome('backup')];
    server = await startLocalPostgres({ dataDir });
    await query(server, 'create database first');
    await query(server, 'create database second');
    for (const database of ['first', 'second'])
      await query(server, 'create table kept (id bigint primary key, filling text)', database);
    await writeFile(join(dataDir, 'secrets.json'), '{"identity":"kept"}', { mode: 0o600 });
    await writeFile(join(dataDir, 'demo.json'), '{}', { mode: 0o600 });
  }, 60_000);
  afterEach(() => Promise.all(restored.splice(0).map((one) => one.stop())));
  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  const start = async (folder: string) => {
    const started = await startLocalPostgres({ dataDir: folder });
    restored.push(started);
    return started;
  };

  it('is taken while writes go on, holds all that was acknowledged before, and all databases of one instant', async () => {
    const writer = await startWriting(server);
    await until('some writes', () => writer.acknowledged > 200);
    const acknowledgedBefore = writer.acknowledged;
    let acknowledgedAtLastFile = 0;
    // What was copied already is changed and written out again: recovery has to begin where the backup began.
    let checkpoint: Promise<unknown> | undefined;
    await backUp({
      ...{ dataDir, target: backup, productVersion },
      onProgress: ({ files, of }) => {
        if (of < 100 || files < of >> 1) return; // the database's files, of which there are many
        acknowledgedAtLastFile = writer.acknowledged;
        checkpoint ??= query(server, 'checkpoint');
      },
    });
    await checkpoint;
    const acknowledgedAfter = await writer.stop();
    expect(acknowledgedAtLastFile).toBeGreaterThan(acknowledgedBefore);

    await restore({ backup, dataDir: inHome('restored'), productVersion });
    const copy = await start(inHome('restored'));
    const [first, second] = [await ids(copy, 'first'), await ids(copy, 'second')];
    expect(first).toEqual(upTo(first.length)); // nothing left out in between
    expect(second).toEqual(upTo(second.length));
    expect(first.length).toBeGreaterThanOrEqual(acknowledgedAtLastFile);
    expect(first.length).toBeLessThanOrEqual(acknowledgedAfter + 1);
    // Each row is written to the first database, and then to the second.
    expect(first.length - second.length).toBeGreaterThanOrEqual(0);
    expect(first.length - second.length).toBeLessThanOrEqual(1);
    expect(await readFile(join(inHome('restored'), 'secrets.json'), 'utf8')).toBe('{"identity":"kept"}');
    expect(await query(copy, `insert into kept values (0, 'work goes on') returning id`, 'first')).toEqual([
      { id: '0' },
    ]);
    expect(await query(server, 'select slot_name from pg_replication_slots')).toEqual([]);
  }, 120_000);

  it('is for its owner only, and without what belongs to the running instance', async () => {
    const entries = await readdir(backup, { recursive: true });
    const open = [];
    for (const entry of entries) {
      const { mode } = await stat(join(backup, entry));
      if ((mode & 0o077) !== 0) open.push(entry);
    }
    expect(open).toEqual([]);
    expect(entries).toContain('data/postgres-password');
    for (const passing of ['demo.json', 'instance.lock', 'postgres.log', 'postgres/postmaster.pid'])
      expect(entries).not.toContain(`data/${passing}`);
  });

  it('is checked without being restored', async () => {
    const { files, bytes, logHeads } = await checkBackup(backup);
    expect(files).toBeGreaterThan(500);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(logHeads).toEqual({}); // these databases have no event log
  });

  const damages: Record<string, [(copy: string) => Promise<unknown>, RegExp]> = {
    'a changed byte': [flipAByte, /data\/postgres\/base\/.* has changed since the backup/],
    'a file cut off': [
      (copy) => truncate(join(copy, 'data/postgres/PG_VERSION'), 1),
      /PG_VERSION has 1 bytes instead of 3/,
    ],
    'a missing file': [(copy) => rm(join(copy, 'data/secrets.json')), /secrets\.json is missing/],
    'a changed manifest': [
      (copy) => changeText(join(copy, 'manifest.json'), (text) => text.replace('"1.2.3"', '"1.2.2"')),
      /manifest\.json was changed or cut off/,
    ],
    'no manifest': [(copy) => rm(join(copy, 'manifest.json')), /is no backup/],
    'a manifest that leads elsewhere': [
      (copy) =>
        changeManifest(copy, (manifest) => ({ ...manifest, files: [{ path: '../../x', bytes: 0, sha256: '' }] })),
      /lies outside/,
    ],
    'a folder that leads elsewhere': [
      (copy) => changeManifest(copy, (manifest) => ({ ...manifest, folders: ['postgres/../../x'] })),
      /lies outside/,
    ],
  };
  it.each(Object.entries(damages))('is refused with %s, and nothing is written', async (name, [damage, message]) => {
    const copy = inHome(name.replaceAll(' ', '-'));
    await cp(backup, copy, { recursive: true });
    await damage(copy);
    await expect(checkBackup(copy)).rejects.toThrow(message);
    await expect(restore({ backup: copy, dataDir: inHome('never'), productVersion })).rejects.toThrow(message);
    await expect(readdir(inHome('never'))).rejects.toThrow('ENOENT');
    await rm(copy, { recursive: true });
  });

  const misfits: Record<string, [Partial<Manifest>, RegExp]> = {
    PostgreSQL: [{ postgresVersion: '12' }, /of PostgreSQL 12; this installation brings \d+/],
    machine: [{ platform: 'plan9-vax' }, /made on plan9-vax/],
    'newer Guichet': [{ productVersion: '1.10.0' }, /made by Guichet 1\.10\.0; this is 1\.2\.3/],
    format: [{ formatVersion: 99 }, /of format 99/],
  };
  it.each(Object.entries(misfits))('is refused for another %s', async (name, [changes, message]) => {
    const other = inHome(`other-${name}`);
    await mkdir(other);
    await cp(join(backup, 'manifest.json'), join(other, 'manifest.json'));
    await changeManifest(other, (manifest) => ({ ...manifest, ...changes }));
    const attempt = restore({ backup: other, dataDir: inHome('never'), productVersion });
    await expect(attempt).rejects.toMatchObject({ problem: 'other-version', message: expect.stringMatching(message) });
  });

  it('touches no folder with something in it', async () => {
    await mkdir(inHome('used'));
    await writeFile(join(inHome('used'), 'mine'), 'precious');
    const notEmpty = { problem: 'not-empty', message: expect.stringContaining('is not empty') };
    await expect(restore({ backup, dataDir: inHome('used'), productVersion })).rejects.toMatchObject(notEmpty);
    await expect(backUp({ dataDir, target: inHome('used'), productVersion })).rejects.toMatchObject(notEmpty);
    expect(await readdir(inHome('used'))).toEqual(['mine']);
    await expect(backUp({ dataDir: inHome('used'), target: inHome('x'), productVersion })).rejects.toMatchObject({
      problem: 'no-local-database',
    });
  });

  it('is of a stopped instance too; a restore that was cut off does not start', async () => {
    const stopped = inHome('stopped');
    await restore({ backup, dataDir: stopped, productVersion });
    await backUp({ dataDir: stopped, target: inHome('again'), productVersion });
    await restore({ backup: inHome('again'), dataDir: inHome('third'), productVersion });
    const [copy, third] = [await start(stopped), await start(inHome('third'))];
    expect(await ids(third, 'second')).toEqual(await ids(copy, 'second'));
    expect(new URL(third.adminUrl).password).toBe(new URL(copy.adminUrl).password);

    await third.stop();
    await writeFile(join(inHome('third'), 'restore-unfinished'), '');
    await expect(startLocalPostgres({ dataDir: inHome('third') })).rejects.toThrow('was cut off');
  }, 60_000);
});

/** Rows 1, 2, 3, …: each into the first database, then into the second; acknowledged when both have it. */
async function startWriting(server: LocalPostgres) {
  const clients = ['first', 'second'].map((name) => clientOf(server, name));
  await Promise.all(clients.map((client) => client.connect()));
  const state = { acknowledged: 0, isStopping: false };
  const filling = 'x'.repeat(500);
  const writing = (async () => {
    for (let id = 1; !state.isStopping; id++) {
      for (const client of clients) await client.query('insert into kept values ($1, $2)', [id, filling]);
      state.acknowledged = id;
    }
  })();
  return {
    get acknowledged() {
      return state.acknowledged;
    },
    stop: async () => {
      state.isStopping = true;
      await writing;
      await Promise.all(clients.map((client) => client.end()));
      return state.acknowledged;
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const ids = async (server: LocalPostgres, database: string): Promise<number[]> =>
  (await query(server, 'select id::int from kept where id > 0 order by id', database)).map((row) => Number(row['id']));

async function changeText(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

async function changeManifest(backup: string, change: (manifest: Manifest) => Manifest): Promise<void> {
  await changeText(join(backup, 'manifest.json'), (text) => {
    const { sha256: _, ...manifest } = JSON.parse(text) as Manifest & { sha256: string };
    return writtenManifest(change(manifest));
  });
}

/** In the middle of a page of a table. */
async function flipAByte(backup: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(backup, 'manifest.json'), 'utf8')) as Manifest;
  const table = files.find(({ path, bytes }) => path.startsWith('postgres/base/') && bytes > 8192)!;
  const file = join(backup, 'data', table.path);
  const content = await readFile(file);
  content[5000] = content[5000]! ^ 1;
  await writeFile(file, content);
}

const clientOf = ({ adminUrl }: LocalPostgres, database: string) => {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return new pg.Client({ connectionString: url.href });
};

async function query(server: LocalPostgres, text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
  const client = clientOf(server, database);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
