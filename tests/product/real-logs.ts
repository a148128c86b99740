import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenSource } from '@guichet/client';
import { root, runTool } from '@guichet/testing';
import { type Comparison, compareHelpdeskItaly, compareUci498, type Truth } from './ground-truth/index.js';
import type { Product } from './product.js';

/**
 * Imports two real logs and asks for every figure that is known of them, on both engines, and again after a rebuild.
 */
const logs = [
  {
    name: 'helpdesk-italy',
    file: 'helpdesk_italy/helpdesk.csv.gz',
    truth: 'helpdesk_italy/ground_truth.json',
    compare: compareHelpdeskItaly,
  },
  {
    name: 'uci498',
    file: 'uci498_servicenow/incident_event_log.csv.gz',
    truth: 'uci498_servicenow/ground_truth.json',
    compare: compareUci498,
  },
] as const;

interface Report {
  readonly sent: { readonly intake: { readonly position: number }; readonly routing: { readonly position: number } };
  readonly events: { readonly total: number };
}

const minute = 60_000;
// The comparison reads every one of 25,000 tickets, with one token.
const unlimited = { RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0' };

/** The folder of the real logs; undefined, with a skipped test that says so, where there is none. */
export function realLogs(): string | undefined {
  const folder = process.env['GUICHET_REAL_LOGS'];
  if (folder === undefined || folder === '') {
    it.skip('the real logs are not here: set GUICHET_REAL_LOGS to their folder', () => undefined);
    return undefined;
  }
  if (!existsSync(folder)) throw new Error(`GUICHET_REAL_LOGS names ${folder}, which does not exist.`);
  return folder;
}

/** Every known figure of both logs in `data`, asked of a product started for it. */
export function itHasTheFigures(data: string, start: (settings: Record<string, string>) => Promise<Product>): void {
  let product: Product;
  beforeAll(async () => {
    product = await start(unlimited);
  }, 5 * minute);
  afterAll(async () => {
    await product?.stop();
  }, minute);

  it.each(logs)(
    'every known figure of $name, and again after a rebuild',
    async ({ name, file, truth, compare }) => {
      const report = await importLog(product, join(data, file), name);
      const askers = { figures: product.tokens(name, 'analyst'), events: product.tokens(name, 'supervisor') };
      await caughtUp(product, askers.figures, report);
      const known = JSON.parse(readFileSync(join(data, truth), 'utf8')) as Truth;
      expectNoDifference(await compare(product.url, askers, known));

      await rebuildFigures(product);
      // What is read off the events of every ticket comes from the log, which a rebuild does not touch.
      expectNoDifference(await compare(product.url, askers, known, { everyTicket: false }));
    },
    30 * minute,
  );

  it(
    'changes nothing when a log is imported again',
    async () => {
      const [{ file, name }] = logs;
      const tokens = product.tokens(name, 'analyst');
      const before = await kpi(product, tokens, 'tickets-opened');
      const again = await importLog(product, join(data, file), name, ['--restart']);
      await caughtUp(product, tokens, again);
      expect(await kpi(product, tokens, 'tickets-opened')).toBe(before);
    },
    10 * minute,
  );
}

function expectNoDifference({ compared, differences, notDerivable }: Comparison): void {
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(100);
  for (const { figure, reason } of notDerivable) expect(`${figure}: ${reason}`).toMatch(/.+: .{20,}/);
}

async function importLog(product: Product, file: string, name: string, more: readonly string[] = []): Promise<Report> {
  const reportFile = join(product.dataDir, `${name}.report.json`);
  const mapping = join(root, `apps/cli/mappings/${name}.yaml`);
  const args = [
    file,
    '--mapping',
    mapping,
    '--tenant',
    name,
    '--report',
    reportFile,
    '--out',
    product.dataDir,
    ...more,
  ];
  const { code, output } = await runTool('apps/cli/guichet.mjs', ['import', ...args], {
    GUICHET_DATA_DIR: product.dataDir,
  });
  if (code !== 0) throw new Error(`The import of ${name} ended with ${code}:\n${output}`);
  return JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
}

async function ask<T>(
  product: Product,
  tokens: TokenSource,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T }> {
  const headers = {
    authorization: `Bearer ${await tokens.token()}`,
    'content-type': 'application/json',
    ...init.headers,
  };
  const response = await fetch(`${product.url}${path}`, { ...init, headers });
  return { status: response.status, body: (await response.json()) as T };
}

/** Asks for figures that have seen all of the import; a 503 says "not yet" and is asked again. */
async function caughtUp(product: Product, tokens: TokenSource, { sent }: Report): Promise<void> {
  const after = `intake=${sent.intake.position},routing=${sent.routing.position}`;
  const deadline = Date.now() + 10 * minute;
  for (;;) {
    const { status, body } = await ask(product, tokens, '/analytics/v1/kpis/backlog', {
      headers: { 'guichet-after': after },
    });
    if (status === 200) return;
    if (status !== 503 || Date.now() > deadline)
      throw new Error(`The figures did not follow: ${status} ${JSON.stringify(body)}`);
  }
}

async function kpi(product: Product, tokens: TokenSource, id: string): Promise<number> {
  const { status, body } = await ask<{ value: number }>(product, tokens, `/analytics/v1/kpis/${id}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.value;
}

async function rebuildFigures(product: Product): Promise<void> {
  const operator = product.tokens('demo', 'operator');
  const path = '/analytics/v1/operations/projections';
  const begun = await ask(product, operator, `${path}/ticket-facts/rebuild`, { method: 'POST', body: '{}' });
  if (begun.status !== 202) throw new Error(JSON.stringify(begun.body));
  const deadline = Date.now() + 10 * minute;
  for (;;) {
    // Each replica knows of the rebuilds it was asked for: ask until the one that has it says it is done.
    const { body } = await ask<{ rebuilds: { state: string; error?: string }[] }>(product, operator, path);
    const [rebuild] = body.rebuilds;
    if (rebuild?.state === 'swapped') return;
    if (rebuild?.state === 'failed' || Date.now() > deadline) throw new Error(JSON.stringify(body));
    await new Promise((done) => setTimeout(done, 50));
  }
}
