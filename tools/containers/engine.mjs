/** The Docker engine that containers are tried on: the machine's own, or one that lives for a run. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const startWithinMs = 60_000;

/** Where images and stand-ins are kept from run to run. */
export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'guichet', 'containers');

/** The commands of the machine's engine; undefined where none answers. */
export function machineEngine() {
  if (!succeeds('docker', ['version'])) return undefined;
  const compose = succeeds('docker', ['compose', 'version']) ? ['docker', 'compose'] : ['docker-compose'];
  if (!succeeds(compose[0], [...compose.slice(1), 'version'])) return undefined;
  return { docker: 'docker', compose, env: {}, stop: async () => {} };
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * Starts an engine of Debian's packages beside whatever else this machine has: on a socket of its own, since a program
 * that finds an engine on the usual one takes it for the machine's.
 */
export async function startEngine() {
  const cache = cacheFolder();
  const [data, run] = [join(cache, 'docker'), '/run/guichet'];
  for (const folder of [data, run]) mkdirSync(folder, { recursive: true });
  const log = join(cache, 'dockerd.log');
  const socket = `unix://${run}/docker.sock`;
  const folders = ['--data-root', data, '--exec-root', join(run, 'docker'), '--pidfile', join(run, 'docker.pid')];
  const output = openSync(log, 'w');
  const daemon = spawn('/usr/sbin/dockerd', ['--host', socket, ...folders, '--bip', '172.31.255.1/24'], {
    stdio: ['ignore', output, output],
  });
  const ended = once(daemon, 'exit').catch(() => undefined);
  const stop = async () => {
    daemon.kill('SIGTERM');
    await ended;
  };
  const env = { DOCKER_HOST: socket, DOCKER_BUILDKIT: '1' };
  const engine = { docker: '/usr/bin/docker', compose: ['/usr/bin/docker-compose'], env, stop };
  for (const deadline = Date.now() + startWithinMs; !answers(engine); await delay(200)) {
    if (daemon.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`The engine did not start. The end of its log:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
  return engine;
}

function answers({ docker, env }) {
  return spawnSync(docker, ['version'], { stdio: 'ignore', env: { ...process.env, ...env } }).status === 0;
}

/** Runs `docker` with arguments; answers what it writes. What it complains of goes to this terminal. */
export const dockerOf =
  ({ docker, env }) =>
  async (args) => {
    const child = spawn(docker, args, {
      env: { ...process.env, DOCKER_BUILDKIT: '1', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}`);
    return said;
  };
