import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import { transform } from 'esbuild';
import {
  buildApp,
  createTestDatabase,
  freePort,
  postgresForTests,
  root,
  startBundle,
  startIdleIssuer,
  type TestDatabase,
} from '@guichet/testing';

/** Each app's bundle runs where nothing else is: no packages, no sources, only its folder. */
const cleanUp: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const step of cleanUp.reverse()) await step();
});

const built = new Map<string, string>();
const builtOnce = (app: string): string => built.get(app) ?? built.set(app, dirname(buildApp(app))).get(app)!;

async function aloneInAFolder(app: string): Promise<{ bundle: string; cwd: string }> {
  const cwd = await mkdtemp(join(tmpdir(), `guichet-bundle-${app}-`));
  cleanUp.push(() => rm(cwd, { recursive: true, force: true }));
  await cp(builtOnce(app), cwd, { recursive: true });
  return { bundle: join(cwd, 'main.mjs'), cwd };
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();

/** The lines of a process's log; Node's own warnings are none of them. */
const logged = (output: string): { version?: string }[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { version?: string });

async function databaseSettings(service: string): Promise<Record<string, string>> {
  const database: TestDatabase = await createTestDatabase(`bundle_${service}`);
  cleanUp.push(() => database.drop());
  return { DATABASE_URL: database.appUrl, MIGRATION_DATABASE_URL: database.ownerUrl };
}

async function idleIssuer(): Promise<string> {
  const issuer = await startIdleIssuer();
  cleanUp.push(() => issuer.stop());
  return issuer.url;
}

it.each(serviceNames)(
  '%s starts from its bundle alone',
  async (service) => {
    const { bundle, cwd } = await aloneInAFolder(service);
    const port = await freePort();
    const env = {
      ...(await databaseSettings(service)),
      PORT: String(port),
      OIDC_ISSUER: service === 'identity' ? `http://127.0.0.1:${port}/identity` : await idleIssuer(),
      CURSOR_SECRET: 'a-secret-for-one-test-run-and-no-longer',
      IDENTITY_SECRET: 'another-secret-for-one-test-run-only',
      ...(service === 'knowledge' && { FILES_DIR: 'files' }),
      SHUTDOWN_DELAY_SECONDS: '0',
      KAFKA_BROKERS: '127.0.0.1:1', // nothing there: it answers, and is not ready until its database has a claim
    };
    const url = `http://127.0.0.1:${port}`;
    const address = `${url}/${service}/openapi.json`;
    const running = await startBundle(bundle, { name: service, cwd, env }).answers(address, 60_000);
    const openapi = (await (await fetch(address)).json()) as { info: { version: string } };
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('guichet_http_request_duration_seconds');
    expect(await running.stop('SIGTERM')).toBe(0);

    const labels = `service="${service}",version="${version}",commit="${commit}",node="${process.versions.node}"`;
    expect(metrics).toContain(`guichet_build_info{${labels}} 1`);
    expect(openapi.info.version).toBe(version);
    expect(logged(running.output).length).toBeGreaterThan(0);
    expect(new Set(logged(running.output).map((line) => line.version))).toEqual(new Set([version]));
    const said = execFileSync(process.execPath, [bundle, '--version'], { encoding: 'utf8' });
    expect(said).toBe(`guichet-${service} ${version} (commit ${commit}, Node ${process.versions.node})\n`);
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

/** Whether a bundle starts, as a Node of this version would see it. */
async function onNode(found: string, bundle: string, cwd: string): Promise<{ code: number | null; output: string }> {
  const disguise = join(cwd, 'disguise.cjs');
  const versions = { ...process.versions, node: found };
  await writeFile(disguise, `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} });`);
  const running = startBundle(bundle, { name: 'old', cwd, env: { NODE_OPTIONS: `--require=${disguise}` } });
  const code = await running.end();
  return { code, output: running.output };
}

it.each(['12.22.12', '20.19.1', '25.9.0', '26.0.0'])('on Node %s a bundle says which one it needs', async (found) => {
  const { bundle, cwd } = await aloneInAFolder('routing');
  const { code, output } = await onNode(found, bundle, cwd);
  expect({ code, output: output.replace(/ \(.*\)/, '') }).toEqual({
    code: 1,
    output: `Guichet needs Node 26.1 or newer; this is ${found}. See https://nodejs.org\n`,
  });
});

it.each(['26.1.0', '26.10.0', '27.0.0'])('on Node %s a bundle looks at its settings', async (found) => {
  const { bundle, cwd } = await aloneInAFolder('routing');
  expect((await onNode(found, bundle, cwd)).output).toContain('The settings cannot be used');
});

it('asks for its Node in words that every Node understands', async () => {
  const { bundle } = await aloneInAFolder('routing');
  const entry = readFileSync(bundle, 'utf8');
  // Written for the oldest Node that knows `import()` in a module, it is the same text.
  const { code } = await transform(entry, { target: 'node13.2', format: 'esm', minify: true });
  expect(code).toBe((await transform(entry, { target: 'esnext', format: 'esm', minify: true })).code);
  expect(entry).not.toMatch(/^import /m);
});

it('a service lists everything that is wrong with its settings, and does not start', async () => {
  const { bundle, cwd } = await aloneInAFolder('routing');
  const running = startBundle(bundle, { name: 'routing', cwd, env: { PORT: 'eighty', KAFKA_BROKERS: 'kafka' } });
  expect(await running.end()).toBe(1);
  for (const name of ['PORT', 'DATABASE_URL', 'OIDC_ISSUER', 'CURSOR_SECRET']) {
    expect(running.output).toContain(name);
  }
}, 60_000);
