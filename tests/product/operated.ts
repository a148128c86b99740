/**
 * An all-in-one as its operator meets it: started on a data folder, looked at through `npm run ops`, and in its
 * database.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixedToken, GuichetClient } from '@guichet/client';
import pg from 'pg';
import { buildApp, type Client, root, type Running, runTool, startBundle, tokensOf } from '@guichet/testing';

type Json = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, unknown>>;

/** One start of the product on one data folder. */
export class Operated {
  private constructor(
    readonly url: string,
    readonly dataDir: string,
    private readonly running: Running,
  ) {}

  static async start(dataDir: string, port: number): Promise<Operated> {
    const url = `http://127.0.0.1:${port}`;
    const env = { PORT: String(port), GUICHET_DATA_DIR: dataDir, GUICHET_DEMO_HISTORY: 'false' };
    const running = startBundle(buildApp('all-in-one'), { name: 'all-in-one', cwd: root, env });
    return new Operated(url, dataDir, await running.ready(url, 120_000));
  }

  stop(): Promise<number | null> {
    return this.running.stop('SIGTERM');
  }

  /** As the demo client, which may ask for any role. */
  async token(tenant: string, role: string): Promise<string> {
    const client = JSON.parse(await readFile(join(this.dataDir, 'demo.json'), 'utf8')) as Client;
    return tokensOf(this.url, client)(tenant, role);
  }

  /** @param after positions by service that the answer must have seen */
  async ask<T = Json>(token: string, path: string, body?: Json, after?: string): Promise<T> {
    // Once a second for a minute: figures follow a little later.
    const patience = { maxAttempts: 60, firstDelayMs: 1_000, maxDelayMs: 1_000 };
    const client = new GuichetClient({ baseUrl: this.url, tokens: fixedToken(token), ...patience });
    const seen = after === undefined ? {} : { after };
    const answer = await (body === undefined
      ? client.ask<T>('GET', path, seen)
      : client.send<T>('POST', path, body, seen));
    return { ...answer.body, ...(answer.position === undefined ? {} : { position: answer.position }) };
  }

  metrics(): Promise<string> {
    return fetch(`${this.url}/metrics`).then((response) => response.text());
  }

  ops(...args: string[]): Promise<{ code: number | null; output: string }> {
    return ops(this.dataDir, ...args);
  }

  async opsJson<T>(...args: string[]): Promise<T> {
    const { output } = await this.ops('--json', ...args);
    return JSON.parse(output) as T;
  }

  /** Behind the product's back, as the superuser of its database. */
  async sql(service: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const [, , , port] = (await readFile(join(this.dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    const password = await readFile(join(this.dataDir, 'postgres-password'), 'utf8');
    const client = new pg.Client(`postgresql://postgres:${password}@127.0.0.1:${port}/guichet_${service}`);
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }
}

/** `npm run ops -- …` on a data folder. */
export const ops = (dataDir: string, ...args: string[]): Promise<{ code: number | null; output: string }> =>
  runTool('apps/cli/guichet.mjs', ['ops', '--data', dataDir, ...args], { GUICHET_TOKEN: '', GUICHET_URL: '' });
