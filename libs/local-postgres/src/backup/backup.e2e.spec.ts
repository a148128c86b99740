import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type LocalPostgres, startLocalPostgres } from '../local-postgres.js';
import { within } from '../processes.js';
import { backUp } from './backup.js';
import { sumOf } from './checksums.js';
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
    expect(await within(30_000, () => writer.acknowledged > 200)).toBe(true);
    const acknowledgedBefore = writer.acknowledged;
    let acknowledgedMeanwhile = 0;
    // What was copied already is changed and written out again: recovery has to begin where the backup began.
    let checkpoint: Promise<unknown> | undefined;
    await backUp({
      ...{ dataDir, target: backup, productVersion },
      onProgress: () => {
        acknowledgedMeanwhile ||= writer.acknowledged; // the last progress is told after the end
        checkpoint ??= query(server, 'checkpoint');
      },
    });
    await checkpoint;
    const acknowledgedAfter = await writer.stop();
    expect(acknowledgedMeanwhile).toBeGreaterThan(acknowledgedBefore);

    await restore({ backup, dataDir: inHome('restored'), productVersion });
    const copy = await start(inHome('restored'));
    const [first, second] = [await ids(copy, 'first'), await ids(copy, 'second')];
    expect(first).toEqual(upTo(first.length)); // nothing left out in between
    expect(second).toEqual(upTo(second.length));
    expect(first.length).toBeGreaterThanOrEqual(acknowledgedMeanwhile);
    expect(first.length).toBeLessThanOrEqual(acknowledgedAfter + 1);
    // Each row is written to the first database, and then to the second.
    expect(first.length - second.length).toBeGreaterThanOrEqual(0);
    expect(first.length - second.length).toBeLessThanOrEqual(1);
    expect(await readFile(join(inHome('restored'), 'secrets.json'), 'utf8')).toBe('{"identity":"kept"}');
    expect(await query(copy, `insert into kept values (0, 'work goes on') returning id`, 'first')).toEqual([
      { id: '0' },
    ]);
    expect(await query(server, 'select slot_name from pg_replication_slots')).toEqual([]);
    expect(await query(server, `select pid from pg_stat_activity where application_name = 'guichet-backup'`)).toEqual(
      [],
    );
  }, 120_000);

  it('is for its owner only, and without what belongs to the running instance', async () => {
    const entries = await readdir(backup, { recursive: true });
    const open = [];
    for (const entry of entries) {
      const { mode } = await stat(join(backup, entry));
      if ((mode & 0o077) !== 0) open.push(entry);
    }
    expect(open).toEqual([]);
    expect([...entries].sort()).toEqual([
      'backup_manifest',
      'base.tar.gz',
      'kept',
      'kept/postgres-password',
      'kept/secrets.json',
      'manifest.json',
    ]);
  });

  it('is checked without being restored', async () => {
    const { files, bytes, postgresVersion } = await checkBackup(backup);
    expect(files).toBe(4);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(postgresVersion).toMatch(/^\d+\.\d+$/);
  });

  const damages: Record<string, [(copy: string) => Promise<unknown>, RegExp]> = {
    'a changed byte': [flipAByte, /base\.tar\.gz has changed since the backup/],
    'a file cut off': [(copy) => truncate(join(copy, 'base.tar.gz'), 1000), /base\.tar\.gz has 1000 bytes instead of/],
    'a missing file': [(copy) => rm(join(copy, 'kept/secrets.json')), /secrets\.json is missing/],
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
    PostgreSQL: [{ postgresVersion: '12.4' }, /of PostgreSQL 12\.4; this installation brings \d+/],
    machine: [{ platform: 'plan9-vax' }, /made on plan9-vax/],
    'newer Guichet': [{ productVersion: '1.10.0' }, /made by Guichet 1\.10\.0; this is 1\.2\.3/],
    format: [{ formatVersion: 99 }, /of format 99/],
  };
  it.each(Object.entries(misfits))('is refused for another %s', async (name, [changes, message]) => {
    const other = inHome(`other-${name}`);
    await cp(backup, other, { recursive: true });
    await changeManifest(other, (manifest) => ({ ...manifest, ...changes }));
    const attempt = restore({ backup: other, dataDir: inHome('never'), productVersion });
    await expect(attempt).rejects.toMatchObject({ problem: 'other-version', message: expect.stringMatching(message) });
  });

  it('is compared with the list that PostgreSQL made of its files, too', async () => {
    const copy = inHome('relisted');
    await cp(backup, copy, { recursive: true });
    await changeText(join(copy, 'backup_manifest'), (text) =>
      text.replace('"Path": "PG_VERSION", "Size": 3', '"Path": "PG_VERSION", "Size": 4'),
    );
    await changeManifest(copy, (manifest) => manifest, 'backup_manifest');
    const target = inHome('half');
    await expect(restore({ backup: copy, dataDir: target, productVersion })).rejects.toThrow(
      /PG_VERSION has 3 bytes instead of 4/,
    );
    expect(await readdir(target)).toEqual([]);
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

/** @param resummed file whose sum is taken anew, as if it had been so from the start */
async function changeManifest(
  backup: string,
  change: (manifest: Manifest) => Manifest,
  resummed?: string,
): Promise<void> {
  const file = join(backup, 'manifest.json');
  const { sha256: _, ...manifest } = JSON.parse(await readFile(file, 'utf8')) as Manifest & { sha256: string };
  const files = await Promise.all(
    manifest.files.map(async (one) =>
      one.path === resummed ? { ...one, ...(await sumOf(join(backup, one.path))) } : one,
    ),
  );
  await writeFile(file, writtenManifest(change({ ...manifest, files })));
}

async function flipAByte(backup: string): Promise<void> {
  const file = join(backup, 'base.tar.gz');
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
