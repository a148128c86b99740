import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedFeed } from '@guichet/messaging';
import { bootstrap, type RunningHost } from '@guichet/http-host';
import { loadConfig, platformSettings } from '@guichet/config';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import { decodeJwt } from 'jose';

const clientSecret = 'a-demo-secret-of-this-test-alone+/&%';
const issuer = 'http://public.test/identity';

describe('npm run token', () => {
  let database: TestDatabase;
  let host: RunningHost;
  let dataDir: string;
  beforeAll(async () => {
    database = await createTestDatabase('token');
    const urls = { databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl };
    const secret = 'a secret that seals the keys of this test';
    const { IdentityModule } = await import('@guichet/identity');
    const module = IdentityModule.register({
      feed: new EmbeddedFeed(),
      ...urls,
      issuer,
      mode: 'demo',
      secret,
      demo: { clientSecret },
    });
    const environment = { OIDC_ISSUER: issuer, CURSOR_SECRET: randomUUID(), PORT: '0', LOG_LEVEL: 'silent' };
    const settings = loadConfig(platformSettings, environment);
    host = await bootstrap({ services: [{ name: 'identity', module }], settings });
    dataDir = await mkdtemp(join(tmpdir(), 'guichet-token-'));
    await publish(host.url);
  });
  afterAll(async () => {
    await host.stop({ atOnce: true });
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  const publish = (url: string) =>
    writeFile(join(dataDir, 'demo.json'), JSON.stringify({ url, issuer, clientId: 'demo', clientSecret }));

  const token = (args: readonly string[], folder = dataDir) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const tool = join(import.meta.dirname, '../../guichet.mjs');
      const env = { ...process.env, GUICHET_DATA_DIR: folder, NODE_OPTIONS: '' };
      execFile(process.execPath, [tool, 'token', ...args], { env }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('prints a token and nothing else', async () => {
    const { code, out, err } = await token(['--tenant', 'demo', '--role', 'supervisor', '--role', 'agent']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(decodeJwt(out.trim())).toMatchObject({ iss: issuer, tenant_slug: 'demo', roles: ['agent', 'supervisor'] });
  });

  it('prints the token of a certain person', async () => {
    const { out } = await token(['--role', 'agent', '--person', 'claire@demo.example']);
    expect(decodeJwt(out.trim())).toMatchObject({ name: 'Claire Dubois' });
  });

  it.each([
    [['--tenant', 'nowhere'], 'No token: there is no tenant nowhere.'],
    [['--role', 'emperor'], 'No token: role must be one of reader, requester'],
    [['--colour', 'red'], 'There is no option --colour'],
  ])('says why it has none for %j', async (args, words) => {
    const { code, out, err } = await token(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).not.toContain('    at ');
  });

  it('says that no demo runs', async () => {
    expect(await token([], join(dataDir, 'none'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('npm start'),
    });
    await publish('http://127.0.0.1:9');
    const { code, err } = await token([]);
    await publish(host.url);
    expect(code).toBe(1);
    expect(err).toContain('http://127.0.0.1:9 does not answer');
  });
});
