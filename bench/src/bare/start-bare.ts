import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort, root, Running } from '@guichet/testing';
import pg from 'pg';
import type { BenchContext } from '../line.js';

/** Copies of what the product's requests read and write, with their indexes, in a database of the product. */
async function copyTables(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const columns = `position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at, recorded_at`;
    await client.query(`
      create schema bare;
      create table bare.ticket (like read_model.ticket including all);
      create table bare.event_log (like event_log including all);
      create sequence bare.position`);
    const { rows: names } = await client.query<{ column_name: string }>(
      `select column_name from information_schema.columns
        where table_schema = 'read_model' and table_name = 'ticket' and is_generated = 'NEVER'`,
    );
    const stored = names.map(({ column_name }) => column_name).join(', ');
    await client.query(`insert into bare.ticket (${stored}) select ${stored} from read_model.ticket`);
    for (const log of ['event_log', 'received_log']) {
      await client.query(
        `insert into bare.event_log (${columns})
         select ${columns.replace('position', `nextval('bare.position')`)} from ${log} where type <> 'Unreadable'`,
      );
    }
    await client.query('analyze bare.ticket, bare.event_log');
    const { rows } = await client.query<{ tenant_id: string }>('select tenant_id from bare.ticket limit 1');
    return rows[0]?.tenant_id ?? '';
  } finally {
    await client.end();
  }
}

/** Starts bare.main.ts as a process of its own beside the product; answers its URL. Undone with the line. */
export async function startBare(context: BenchContext, databaseUrl: string): Promise<string> {
  const tenant = await copyTables(databaseUrl);
  const port = await freePort();
  const script = join(import.meta.dirname, 'bare.main.ts');
  const loader = join(root, 'tools/workspace/typescript.mjs');
  const env = { ...process.env, PORT: String(port), BARE_DATABASE_URL: databaseUrl, BARE_TENANT: tenant };
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64', '--import', loader, script];
  const child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const running = new Running('bare', child);
  context.after(() => running.stop());
  const url = `http://127.0.0.1:${port}`;
  await running.answers(`${url}/departments/none/queue`, 60_000);
  return url;
}
