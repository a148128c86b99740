/** What a database does at most without batching: clients that each insert one row and commit, again and again. */
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createPool } from '@guichet/event-sourcing';
import type pg from 'pg';
import type { BenchContext } from '../line.js';
import { flatOut } from '../load/flat-out.js';
import { reply, idOf } from '../log/replies.js';

const run = promisify(execFile);
// A colon before a letter would be a variable of pgbench's.
const row = JSON.stringify(reply(idOf(1), 1).data).replace(/:(?=[a-z])/g, ': ');
const insert = 'insert into one_row (data) values ($1)';

export interface OneRowInserts {
  /** `pgbench`, or `pg` from this process. */
  readonly by: 'pgbench' | 'pg';
  /**
   * Rows a second, for about so many seconds once it is known how many that is; the first time for 50 rows a client.
   */
  perSecond(clients: number, seconds: number): Promise<number>;
  /** The same from this process, through pg with a prepared statement. */
  perSecondThroughPg(clients: number, seconds: number): Promise<number>;
}

/** A table of (id, data jsonb) in a database of its own. */
export async function createOneRowInserts(context: BenchContext): Promise<OneRowInserts> {
  const { adminUrl } = await context.database('one_row');
  const pool = createPool({ url: adminUrl, max: 64 });
  context.after(() => pool.end());
  await pool.query('create table one_row (id bigserial primary key, data jsonb not null)');
  const throughPg = (clients: number, seconds: number) => insertsThroughPg(pool, clients, seconds);
  const pgbench = await findPgbench();
  if (pgbench === undefined) return { by: 'pg', perSecond: throughPg, perSecondThroughPg: throughPg };
  const folder = await mkdtemp(join(tmpdir(), 'guichet-bench-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, 'one-row.sql');
  await writeFile(script, `insert into one_row (data) values ('${row}');\n`);
  // pgbench counts its time from before it connects, which may take longer than the measurement: so many rows instead.
  const rows = new Map<number, number>();
  return {
    by: 'pgbench',
    perSecond: async (clients, seconds) => {
      const each = rows.get(clients) ?? 50;
      const perSecond = await insertsByPgbench({ pgbench, script, url: adminUrl }, clients, each);
      rows.set(clients, Math.max(50, Math.round((perSecond * seconds) / clients)));
      return perSecond;
    },
    perSecondThroughPg: throughPg,
  };
}

async function insertsThroughPg(pool: pg.Pool, clients: number, seconds: number): Promise<number> {
  const connections = await Promise.all(Array.from({ length: clients }, () => pool.connect()));
  try {
    const { perSecond } = await flatOut(clients, seconds, (client) =>
      (connections[client] as pg.PoolClient).query({ name: 'one row', text: insert, values: [row] }),
    );
    return perSecond;
  } finally {
    for (const connection of connections) connection.release();
  }
}

async function insertsByPgbench(
  { pgbench, script, url }: { readonly pgbench: string; readonly script: string; readonly url: string },
  clients: number,
  rowsEach: number,
): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  const amounts = [`--client=${clients}`, `--jobs=${Math.min(2, clients)}`, `--transactions=${rowsEach}`];
  const flags = ['--no-vacuum', '--protocol=prepared', ...amounts, `--file=${script}`];
  const { stdout } = await run(pgbench, flags, { env: { ...process.env, ...env } });
  return tpsOf(stdout);
}

/** Transactions a second in the words of pgbench, the time to connect left out. */
export function tpsOf(output: string): number {
  const tps = Number(/^tps = ([\d.]+) \(without initial connection time\)/m.exec(output)?.[1]);
  if (!(tps > 0)) throw new Error(`pgbench does not say how much it did: ${output}`);
  return tps;
}

/** On the PATH, or where Debian keeps the programs of each version. */
async function findPgbench(): Promise<string | undefined> {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  for (const folder of folders) {
    const file = join(folder, 'pgbench');
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}
