/**
 * `npm run test:containers`: builds the images, starts docker-compose.yml and works with it while containers are killed
 * and replaced (tests/containers). On a machine without Docker it says so and ends. `--own-engine` starts an engine for
 * this run and builds stand-ins for the images that would be pulled.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from '../workspace/ensure.mjs';
import { cacheFolder, dockerOf, machineEngine, startEngine } from './engine.mjs';

ensureInstalled();
const { serviceNames } = await import('../workspace/services.mjs');
const { buildStandIns, pulledImages } = await import('./stand-ins.mjs');

const isOwn = process.argv.includes('--own-engine');
const engine = isOwn ? await startEngine() : machineEngine();
if (engine === undefined) {
  console.log('No Docker engine with Compose answers on this machine: the containers are not tried.');
  process.exit();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void engine.stop().then(() => process.exit(1)));
try {
  const docker = dockerOf(engine);
  const standIns = async (images) => isOwn && buildStandIns({ docker, cache: cacheFolder() }, images);
  const { builtFrom, run } = pulledImages();
  await timed('what the images are built from', () => standIns(builtFrom));
  const images = timed('images', () => buildImages(docker));
  await Promise.all([images, timed('what runs beside them', () => standIns(run))]);
  process.exitCode = await jest();
} finally {
  await engine.stop();
}

async function buildImages(docker) {
  // Where the registry of packages is reached in the machine's own way.
  const network = isOwn ? ['--network=host'] : [];
  const build = (target, tag) =>
    docker(['build', '--quiet', ...network, '--target', target, '--tag', `${tag}:test`, root]);
  // What is in it is in all the others.
  await build('guichet', 'guichet');
  await Promise.all(serviceNames.map((name) => build(name, `guichet-${name}`)));
}

async function jest() {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(pinnedNode, [...flags, join(root, 'node_modules/jest/bin/jest.js'), '--runInBand'], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...engine.env,
      NODE_ENV: 'test',
      GUICHET_TEST_LANE: 'containers',
      GUICHET_TEST_DOCKER: engine.docker,
      GUICHET_TEST_COMPOSE: engine.compose.join(' '),
    },
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

async function timed(what, work) {
  const started = performance.now();
  await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
