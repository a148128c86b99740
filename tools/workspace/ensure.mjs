/**
 * What `npm start` and `npm test` need before anything of the project can run. Only Node's own modules (≥ 20.19):
 * on a fresh clone nothing is installed yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const pinnedNode = join(root, 'node_modules/.bin/node');
const stamp = join(root, 'node_modules/.guichet-installed');

/** Of the lock file and the patches: what the installed packages follow from. */
function lockHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const patch of readdirSync(join(root, 'patches')).sort())
    hash.update(readFileSync(join(root, 'patches', patch)));
  return hash.digest('hex');
}

/** Remembers which lock file and patches the installed packages belong to; the root's postinstall calls it. */
export const markInstalled = () => writeFileSync(stamp, lockHash());

const isInstalled = () => existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();

/** Installs the packages of the lock file, patched, unless they are there. Exits with npm's code where that fails. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `Guichet needs Node 20.19 or newer to install itself; this is ${process.version}. See https://nodejs.org`,
    );
    process.exit(1);
  }
  if (isInstalled()) return mustRun();
  console.log('Installing packages, once (a minute or two) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0 || !isInstalled()) {
    console.error(
      'The packages could not be installed; npm says why above. Mend that, then run the same command again.',
    );
    process.exit(result.status || 1);
  }
  mustRun();
}

/** The pinned Node is a program for many Linuxes, and needs a library that small ones lack. */
function mustRun() {
  const { error, status, stderr } = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  if (status === 0) return;
  const hint = stderr?.includes('libatomic')
    ? ' Install that library: apt-get install libatomic1 (Debian, Ubuntu), dnf install libatomic (Fedora).'
    : '';
  console.error(`The Node of the packages does not run here: ${error?.message ?? stderr.trim()}.${hint}`);
  process.exit(1);
}

/** Newest modification below a folder, in milliseconds since 1970. */
function newestChange(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.endsWith('.spec.ts')) continue;
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

/** Builds an app's bundle unless it is newer than every source. Answers its path. */
export function ensureBuilt(app) {
  const bundle = join(root, 'dist/apps', app, 'main.mjs');
  const sources = ['apps', 'libs', 'tools/build'].map((folder) => newestChange(join(root, folder)));
  const isFresh = existsSync(bundle) && statSync(bundle).mtimeMs > Math.max(...sources, statSync(stamp).mtimeMs);
  if (!isFresh) {
    const { status } = spawnSync(pinnedNode, [join(root, 'tools/build/build.mjs'), app], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) process.exit(status || 1);
  }
  return bundle;
}

/**
 * Runs a program on the pinned Node with this terminal's streams. Ctrl-C reaches the program by itself (one process
 * group); SIGTERM and SIGHUP are passed on. Ends this process with the program's exit code. Answers the program.
 * @param isWatched gives the program a channel, on which it sees that this process has ended
 */
export function runPinned(args, env = {}, { isWatched = false } = {}) {
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const stdio = ['inherit', 'inherit', 'inherit', ...(isWatched ? ['ipc'] : [])];
  const child = spawn(pinnedNode, args, { cwd: root, stdio, env: { ...process.env, PATH: path, ...env } });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
  return child;
}

/** Runs a tool's TypeScript (an absolute path) on the pinned Node, with this command's arguments; see `runPinned`. */
export function runTypeScript(file, env = {}) {
  const loader = new URL('./typescript.mjs', import.meta.url).href;
  const flags = ['--disable-warning=ExperimentalWarning', '--enable-source-maps', '--import', loader];
  runPinned([...flags, file, ...process.argv.slice(2)], env);
}
