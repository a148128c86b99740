/** What a separately deployed service does when something it stands on is away or is another one's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultInstallation } from '@guichet/contracts';
import { withClient } from '@guichet/event-sourcing';
import { IntakeModule } from '@guichet/intake';
import { RoutingModule } from '@guichet/routing';
import {
  buildApp,
  createTestDatabase,
  freePort,
  type IdleIssuer,
  type Running,
  startBundle,
  startFaultProxy,
  startIdleIssuer,
  type TestDatabase,
  until,
} from '@guichet/testing';

let bundle: string;
let issuer: IdleIssuer;
let cwd: string;
let database: TestDatabase;
let port: number;
let running: Running | undefined;

beforeAll(async () => {
  bundle = buildApp('routing');
  issuer = await startIdleIssuer();
}, 120_000);
afterAll(() => issuer.stop());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'guichet-starts-'));
  database = await createTestDatabase('routing');
  port = await freePort();
});
afterEach(async () => {
  await running?.stop('SIGKILL');
  running = undefined;
  await database.drop();
  await rm(cwd, { recursive: true, force: true });
});

const start = (settings: Record<string, string>): Running => {
  const env = {
    PORT: String(port),
    DATABASE_URL: database.appUrl,
    OIDC_ISSUER: issuer.url,
    CURSOR_SECRET: 'a-secret-for-one-test-run-and-no-longer',
    KAFKA_BROKERS: '127.0.0.1:1', // nothing there: it answers, and is not ready until its database has a claim
    SHUTDOWN_DELAY_SECONDS: '0',
    ...settings,
  };
  return (running = startBundle(bundle, { name: 'routing', cwd, env }));
};
const at = (path: string) => `http://127.0.0.1:${port}${path}`;
const waitsFor = async (setting: string, words: string) => {
  const reason = async () => {
    const answer = await fetch(at('/health/ready')).catch(() => undefined);
    if (answer?.status === 200) throw new Error('It is ready.');
    const { checks } = ((await answer?.json()) ?? { checks: {} }) as { checks: Record<string, string> };
    return checks[setting]?.includes(words);
  };
  await until(`it waits for ${setting}`, reason, 60_000);
  expect((await fetch(at('/health/live'))).status).toBe(200);
};
const place = () => ({ databaseUrl: database.appUrl, installation: defaultInstallation });
const owned = () => ({ ...place(), migrationDatabaseUrl: database.ownerUrl });
const content = () =>
  withClient(database.adminUrl, async (admin) => {
    const tables = await admin.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by 1`,
    );
    const rows: [string, unknown][] = [];
    for (const { name } of tables.rows)
      rows.push([name, (await admin.query(`select to_jsonb(t) as row from ${name} t order by 1`)).rows]);
    return rows;
  });

/** It serves, and of all that it waits for only the brokers are still away. */
async function hasStarted(process: Running): Promise<void> {
  await process.answers(at('/routing/openapi.json'), 60_000);
  await until('only the brokers to be missing', async () => {
    const ready = await fetch(at('/health/ready'));
    const { checks } = (await ready.json()) as { checks: Record<string, string> };
    const missing = Object.values(checks).filter((check) => check !== 'ok');
    return ready.status === 503 && missing.length === 1 && /kafka|broker/i.test(missing.join());
  });
}

it('routing with the URLs of intake ends before it writes anything, and says why', async () => {
  await IntakeModule.migrate(owned());
  const before = await content();
  const both = start({ MIGRATION_DATABASE_URL: database.ownerUrl });
  expect(await both.end()).toBe(1);
  expect(both.output).toContain('DATABASE_URL');
  expect(both.output).toContain('intake');
  expect(both.output).toContain('routing');
  const appOnly = start({});
  expect(await appOnly.end()).toBe(1);
  expect(appOnly.output).toContain('intake');
  expect(await content()).toEqual(before);
  expect(both.output + appOnly.output).not.toContain(new URL(database.appUrl).password);
}, 120_000);

it('waits for a PostgreSQL and an issuer that are away, says which, and goes on by itself', async () => {
  const proxy = await startFaultProxy(database.appUrl);
  proxy.dieAt(1, 'before');
  const late = await freePort();
  const process = start({
    DATABASE_URL: proxy.urlFor(database.appUrl),
    MIGRATION_DATABASE_URL: proxy.urlFor(database.ownerUrl),
    OIDC_ISSUER: `http://127.0.0.1:${late}`,
    OIDC_JWKS_URL: `http://127.0.0.1:${late}/jwks`,
  });
  await waitsFor('DATABASE_URL', 'PostgreSQL cannot be reached');
  await waitsFor('OIDC_JWKS_URL', 'cannot be reached');
  const refused = await fetch(at('/routing/v1/departments'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  proxy.revive();
  const lateIssuer = await startIdleIssuer(late);
  await hasStarted(process);
  expect(await process.stop('SIGTERM')).toBe(0);
  await lateIssuer.stop();
  await proxy.close();
}, 180_000);

it('ends in peace when it is told to while it waits', async () => {
  const process = start({ OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` });
  await waitsFor('OIDC_ISSUER', 'cannot be reached');
  expect(await process.stop('SIGTERM')).toBe(0);
}, 60_000);

it('without the owner’s password waits until somebody has migrated', async () => {
  const process = start({});
  await waitsFor('DATABASE_URL', 'run `guichet migrate routing`');
  await RoutingModule.migrate(owned());
  await hasStarted(process);
  expect(await process.stop('SIGTERM')).toBe(0);
}, 180_000);

it('ends with the names of all settings that are wrong', async () => {
  const wrong = new URL(database.appUrl);
  wrong.password = 'wrong-secret-word';
  const process = start({ DATABASE_URL: wrong.href, OIDC_ISSUER: `${issuer.url}/misspelt` });
  expect(await process.end()).toBe(1);
  for (const word of ['DATABASE_URL cannot be used', 'OIDC_ISSUER cannot be used', '404'])
    expect(process.output).toContain(word);
  expect(process.output).not.toContain('wrong-secret-word');
}, 60_000);
