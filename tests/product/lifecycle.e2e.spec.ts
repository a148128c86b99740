import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { buildApp, freePort, root, type Running, runTool, startBundle } from '@guichet/testing';

/** `npm start` as its user sees it: one process, a data folder, and everything that can be wrong with them. */
let bundle: string;
let home: string;
let dataDir: string;
const started: Running[] = [];

beforeAll(async () => {
  bundle = buildApp('all-in-one');
  home = await mkdtemp(join(tmpdir(), 'guichet-lifecycle-'));
  dataDir = join(home, 'data');
}, 300_000);
// Before the next test: they share the data folder.
afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.stop('SIGTERM')));
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

function start(port: number, env: Record<string, string> = {}): Running {
  const settings = { PORT: String(port), GUICHET_DATA_DIR: dataDir, GUICHET_DEMO_HISTORY: 'false', ...env };
  const running = startBundle(bundle, { name: 'all-in-one', cwd: root, env: settings });
  started.push(running);
  return running;
}

async function token(role: string): Promise<string> {
  const { code, output } = await runTool('apps/cli/guichet.mjs', ['token', '--tenant', 'demo', '--role', role], {
    GUICHET_DATA_DIR: dataDir,
  });
  if (code !== 0) throw new Error(output);
  return output.trim();
}

const get = async <T>(url: string, bearer: string): Promise<T> =>
  (await (await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })).json()) as T;

async function openTicket(url: string, bearer: string, subject: string, key: string): Promise<{ ticketId: string }> {
  const response = await fetch(`${url}/intake/v1/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ subject, body: 'Hello', channel: 'portal' }),
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as { ticketId: string };
}

it('starts, says where it is, and goes on with the same data after Ctrl-C and after kill -9', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const first = await start(port).ready(url);
  const kept = await openTicket(url, await token('requester'), 'Kept over a restart', 'lifecycle-1');
  expect(first.output).toContain(`Guichet is ready at ${url}`);
  expect(await first.stop('SIGINT')).toBe(0);

  const second = await start(port).ready(url);
  const again = await openTicket(url, await token('requester'), 'Kept over a restart', 'lifecycle-1');
  expect(again.ticketId).toBe(kept.ticketId);
  const acknowledged = await openTicket(url, await token('requester'), 'Acknowledged, then killed', 'lifecycle-2');
  await second.stop('SIGKILL');

  const third = await start(port).ready(url);
  const bearer = await token('agent');
  const found = await get<{ subject: string }>(`${url}/intake/v1/tickets/${acknowledged.ticketId}`, bearer);
  expect(found.subject).toBe('Acknowledged, then killed');
  expect(await third.stop('SIGTERM')).toBe(0);
}, 180_000);

it('says that the port is in use, and does not touch the data folder', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const running = start(port, { GUICHET_DATA_DIR: join(home, 'untouched') });
  expect(await running.end()).toBe(1);
  expect(running.output).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(running.output).toContain(`PORT=${port + 1}`);
  await expect(readFile(join(home, 'untouched'))).rejects.toThrow('ENOENT');
  other.close();
}, 60_000);

it('says that another instance uses the data folder', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const first = await start(port).ready(url);
  const second = start(await freePort());
  expect(await second.end()).toBe(1);
  expect(second.output).toContain(`is in use by process ${first.pid}.`);
  expect(second.output).toContain('GUICHET_DATA_DIR');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(await first.stop('SIGTERM')).toBe(0);
}, 120_000);

it('says that the data folder cannot be written to', async () => {
  const file = join(home, 'a-file');
  await writeFile(file, '');
  const running = start(await freePort(), { GUICHET_DATA_DIR: join(file, 'data') });
  expect(await running.end()).toBe(1);
  expect(running.output).toMatch(/data folder .* cannot be used/);
  if (process.getuid?.() === 0) return; // root may write anywhere
  const readOnly = join(home, 'read-only');
  await mkdir(readOnly);
  await chmod(readOnly, 0o500);
  const refused = start(await freePort(), { GUICHET_DATA_DIR: readOnly });
  expect(await refused.end()).toBe(1);
  expect(refused.output).toContain('may not write there');
}, 60_000);

it('lists every wrong setting at once', async () => {
  const running = start(0, { PORT: 'eighty', LOG_LEVEL: 'loud', GUICHET_DEMO_HISTORY: 'perhaps' });
  expect(await running.end()).toBe(1);
  for (const name of ['PORT', 'LOG_LEVEL', 'GUICHET_DEMO_HISTORY']) expect(running.output).toContain(name);
}, 60_000);

(process.platform === 'linux' ? it : it.skip)(
  'takes its signing keys from nobody else, whatever address it listens on',
  async () => {
    const forger = await generateKeyPair('RS256', { extractable: true });
    let asked = 0;
    const port = await freePort();
    const url = `http://127.0.0.2:${port}`;
    const running = await start(port, { HOST: '127.0.0.2' }).ready(url);
    const real = await token('agent');
    // Whoever listens at the usual address of the same port offers a key under the name of the issuer's own.
    const key = {
      ...(await exportJWK(forger.publicKey)),
      kid: decodeProtectedHeader(real).kid,
      alg: 'RS256',
      use: 'sig',
    };
    const impostor = createHttpServer((_request, response) => {
      asked++;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
    }).listen(port, '127.0.0.1');
    await once(impostor, 'listening');
    const forged = await new SignJWT(decodeJwt(real))
      .setProtectedHeader({ ...decodeProtectedHeader(real), alg: 'RS256' })
      .sign(forger.privateKey);
    const status = async (bearer: string) =>
      (await fetch(`${url}/routing/v1/departments`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    expect([await status(forged), await status(real), asked]).toEqual([401, 200, 0]);
    impostor.close();
    expect(await running.stop('SIGTERM')).toBe(0);
  },
  120_000,
);

(process.platform === 'linux' ? it : it.skip)(
  'listens on loopback only',
  async () => {
    const port = await freePort();
    const running = await start(port).ready(`http://127.0.0.1:${port}`);
    const listening = await listeningAddresses();
    const own = listening.filter((address) => address.port === port);
    expect(own.map(({ address }) => address)).toEqual(['0100007F']); // 127.0.0.1 in /proc's byte order
    expect(await running.stop('SIGTERM')).toBe(0);
  },
  60_000,
);

/** Listening TCP sockets, as Linux lists them. */
async function listeningAddresses(): Promise<{ address: string; port: number }[]> {
  const text = await readFile('/proc/net/tcp', 'utf8');
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .map(([, local = '']) => {
      const [address = '', port = '0'] = local.split(':');
      return { address, port: Number.parseInt(port, 16) };
    });
}
