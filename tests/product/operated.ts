/** An all-in-one as its operator meets it: started on a data folder, looked at through `npm run ops`, and in its database. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { buildApp, root, type Running, runTool, startBundle } from '@guichet/testing';

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
    const { clientId, clientSecret } = JSON.parse(await readFile(join(this.dataDir, 'demo.json'), 'utf8')) as Json;
    const response = await fetch(`${this.url}/identity/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${String(clientId)}:${String(clientSecret)}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', tenant, role }),
    });
    if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  /** @param after positions by service that the answer must have seen */
  async ask<T = Json>(token: string, path: string, body?: Json, after?: string): Promise<T> {
    for (const deadline = Date.now() + 60_000; ;) {
      const response = await fetch(`${this.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(after === undefined ? {} : { 'guichet-after': after }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.ok) {
        const position = response.headers.get('guichet-position');
        return { ...((await response.json()) as T), ...(position === null ? {} : { position }) };
      }
      if (response.status !== 503 || Date.now() > deadline)
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    }
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
  runTool('apps/cli/ops.mjs', ['--data', dataDir, ...args], { GUICHET_TOKEN: '', GUICHET_URL: '' });
