import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import {
  buildApp,
  createTestDatabase,
  freePort,
  postgresForTests,
  startBundle,
  type TestDatabase,
} from '@guichet/testing';

/** Each app's bundle runs where nothing else is: no packages, no sources, only the one file. */
const cleanUp: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const step of cleanUp.reverse()) await step();
});

async function aloneInAFolder(app: string): Promise<{ bundle: string; cwd: string }> {
  const cwd = await mkdtemp(join(tmpdir(), `guichet-bundle-${app}-`));
  cleanUp.push(() => rm(cwd, { recursive: true, force: true }));
  const bundle = join(cwd, 'main.mjs');
  await copyFile(buildApp(app), bundle);
  expect(await readdir(cwd)).toEqual(['main.mjs']);
  return { bundle, cwd };
}

async function databaseSettings(service: string): Promise<Record<string, string>> {
  const database: TestDatabase = await createTestDatabase(`bundle_${service}`);
  cleanUp.push(() => database.drop());
  return { DATABASE_URL: database.appUrl, MIGRATION_DATABASE_URL: database.ownerUrl };
}

it.each(serviceNames)(
  '%s starts from its bundle alone',
  async (service) => {
    const { bundle, cwd } = await aloneInAFolder(service);
    const port = await freePort();
    const env = {
      ...(await databaseSettings(service)),
      PORT: String(port),
      OIDC_ISSUER: `http://127.0.0.1:${port}/identity`,
      CURSOR_SECRET: 'a-secret-for-one-test-run-and-no-longer',
      IDENTITY_SECRET: 'another-secret-for-one-test-run-only',
      SHUTDOWN_DELAY_SECONDS: '0',
      KAFKA_BROKERS: '127.0.0.1:1', // nothing there: a service whose broker is away still answers its users
    };
    const url = `http://127.0.0.1:${port}`;
    const running = await startBundle(bundle, { name: service, cwd, env }).ready(url);
    expect((await fetch(`${url}/${service}/openapi.json`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('guichet_http_request_duration_seconds');
    expect(await running.stop('SIGTERM')).toBe(0);
  },
  180_000,
);

it('all-in-one starts from its bundle alone, on a PostgreSQL server of its own', async () => {
  const { bundle, cwd } = await aloneInAFolder('all-in-one');
  const { adminUrl } = await postgresForTests();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    GUICHET_POSTGRES_URL: adminUrl,
    GUICHET_DEMO_HISTORY: 'false',
    GUICHET_MODE: 'production',
  };
  const running = await startBundle(bundle, { name: 'all-in-one', cwd, env }).ready(url);
  expect((await fetch(`${url}/analytics/openapi.json`)).status).toBe(200);
  expect(await running.stop('SIGTERM')).toBe(0);
}, 180_000);

it('a service lists everything that is wrong with its settings, and does not start', async () => {
  const { bundle, cwd } = await aloneInAFolder('routing');
  const running = startBundle(bundle, { name: 'routing', cwd, env: { PORT: 'eighty', KAFKA_BROKERS: 'kafka' } });
  expect(await running.end()).toBe(1);
  for (const name of ['PORT', 'DATABASE_URL', 'MIGRATION_DATABASE_URL', 'OIDC_ISSUER', 'CURSOR_SECRET']) {
    expect(running.output).toContain(name);
  }
}, 60_000);
