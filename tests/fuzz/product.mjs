/** An all-in-one with nothing but its demo people, on data that is gone afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureBuilt, pinnedNode } from '../../tools/workspace/ensure.mjs';

const startMs = 120_000;
/** The limits have tests of their own; here they would refuse most of what is sent. 0 limits nothing. */
const unlimited = { RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0', RATE_LIMIT_ADDRESS: '0', RATE_LIMIT_IMPORTS: '0' };

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Answers its address, a client that may ask for any role, what it has logged, and what stops it. */
export async function startProduct() {
  const bundle = ensureBuilt('all-in-one');
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-fuzz-'));
  const env = {
    ...process.env,
    ...unlimited,
    PORT: String(await freePort()),
    GUICHET_DATA_DIR: dataDir,
    GUICHET_DEMO_HISTORY: 'false',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
  };
  delete env.NODE_OPTIONS;
  const child = spawn(pinnedNode, ['--enable-source-maps', bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  const keep = (chunk) => lines.push(chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  };
  const published = join(dataDir, 'demo.json');
  for (const until = Date.now() + startMs; !existsSync(published); await pause(100)) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`The product did not start:\n${lines.join('')}`);
    }
  }
  const { url, clientId, clientSecret } = JSON.parse(await readFile(published, 'utf8'));
  const hasEnded = () => child.exitCode !== null;
  return { url, clientId, clientSecret, stop, hasEnded, log: () => lines.join('') };
}
