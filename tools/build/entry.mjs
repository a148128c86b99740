/** What a bundle starts with: it asks for the right Node, and says its version, before anything else is read. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where the sources come without their history (an image that is built from them), `GUICHET_COMMIT` names the commit. */
function commitOf() {
  const named = process.env.GUICHET_COMMIT;
  if (named) return named.slice(0, 12);
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

const leastMajor = 26;
const leastMinor = 1;

export const buildFacts = {
  version,
  commit: commitOf(),
  /** The oldest Node that the bundles run on: `crypto.randomUUIDv7` is not in an older one. */
  leastNode: `${leastMajor}.${leastMinor}`,
};

/**
 * Plain old syntax on purpose: whatever Node this is must be able to read it. The program is imported only then, since
 * syntax and modules that a Node does not know fail before the first statement runs.
 */
export function entryFor(app, { version, commit, leastNode } = buildFacts) {
  const name = app === 'cli' ? 'guichet' : `guichet-${app}`;
  return `#!/usr/bin/env node
var found = process.versions.node;
var major = parseInt(found, 10);
var minor = parseInt(found.split('.')[1], 10);
if (major < ${leastMajor} || (major === ${leastMajor} && minor < ${leastMinor})) {
  console.error('Guichet needs Node ${leastNode} or newer; this is ' + found + ' (' + process.execPath + '). See https://nodejs.org');
  process.exitCode = 1;
} else if (process.argv[2] === '--version') {
  console.log('${name} ${version} (commit ${commit}, Node ' + found + ')');
} else {
  import('./app.mjs');
}
`;
}
