import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installKafka } from './runtime.mjs';

const run = promisify(execFile);
const START_WITHIN_MS = 60_000;

/**
 * Prepares a folder for a broker: its settings and an empty log. A folder that has been prepared stays as it is.
 * @param {{ folder: string, port?: number, properties?: string, scram?: string }} options `properties` names a file
 * with
 *   more settings, which may use the same {places}; `scram` is NAME:PASSWORD of a user for SASL SCRAM-SHA-512
 */
export async function formatKafka({ folder, port, properties, scram }) {
  const jars = await installKafka();
  await mkdir(folder, { recursive: true });
  const data = join(folder, 'data');
  const settings = join(folder, 'server.properties');
  // A port given again replaces the old one; the log stays.
  if (!existsSync(settings) || port) {
    const values = { port: port ?? (await freePort()), controllerPort: await freePort(), data };
    const files = [join(import.meta.dirname, 'server.properties'), ...(properties ? [properties] : [])];
    const template = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
    await writeFile(
      settings,
      template.replace(/\{(\w+)\}/g, (_, name) => values[name]),
    );
  }
  if (!existsSync(join(data, 'meta.properties'))) {
    // May begin with a hyphen (one in 64): after a space it would be taken for a flag.
    const id = randomBytes(16).toString('base64url');
    const [name, password] = scram?.split(':') ?? [];
    const users = scram ? ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`] : [];
    const tool = ['-cp', `${jars}/*`, 'kafka.tools.StorageTool'];
    await run('java', [...tool, 'format', '--standalone', `--cluster-id=${id}`, '-c', settings, ...users]);
  }
  return { jars, settings };
}

/**
 * Starts one broker on loopback and answers once it takes requests.
 * @param {{ folder?: string, port?: number, properties?: string, scram?: string }} options without a folder: a
 * temporary
 *   one, removed at the stop; without a port: the folder's last one, or a free one; the others as for formatKafka
 */
export async function startKafka({ folder: given, ...options } = {}) {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'guichet-kafka-')));
  const { jars, settings } = await formatKafka({ ...options, folder });
  const port = Number(/^listeners=PLAINTEXT:\/\/localhost:(\d+)/m.exec(await readFile(settings, 'utf8'))[1]);
  const output = await open(join(folder, 'kafka.log'), 'a');
  const memory = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC'];
  const logging = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];
  const flags = [...memory, ...logging, '-cp', `${jars}/*`, 'kafka.Kafka', settings];
  const broker = spawn('java', flags, { stdio: ['ignore', output.fd, output.fd], detached: true });
  await output.close();
  await writeFile(join(folder, 'kafka.pid'), String(broker.pid));
  let isOver = false;
  const ended = new Promise((resolve) => broker.once('exit', resolve)).then(() => (isOver = true));
  const stop = async () => {
    broker.kill('SIGTERM');
    await Promise.race([ended, delay(15_000, undefined, { ref: false }).then(() => broker.kill('SIGKILL'))]);
    await ended;
    await rm(given ? join(folder, 'kafka.pid') : folder, { recursive: true, force: true });
  };

  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await takesRequests(port))) {
    if (!isOver && performance.now() < deadline) {
      await delay(50);
      continue;
    }
    const log = await readFile(join(folder, 'kafka.log'), 'utf8');
    await stop();
    throw new Error(`Kafka did not start on port ${port}. The end of its log:\n${log.slice(-2_000)}`);
  }
  return { brokers: [`localhost:${port}`], port, pid: broker.pid, folder, ended, stop };
}

/** Asks for the API versions, the first request of every client. */
function takesRequests(port) {
  const request = Buffer.from('0000000a' + '0012' + '0000' + '00000001' + 'ffff', 'hex');
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost', () => socket.write(request));
    const answer = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(2_000, () => answer(false));
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
