/**
 * The peers we measure ourselves against have a lock file of their own: nobody installs them to use or test the
 * product.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const peersFolder = join(import.meta.dirname, 'peers');

/** Installs the packages of the peers' lock file, unless they are there. Exits with npm's code where that fails. */
export function ensurePeers() {
  const stamp = join(peersFolder, 'node_modules/.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(peersFolder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing the peers to measure against, once …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', peersFolder];
  const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error('The peers could not be installed; npm says why above.');
    process.exit(status || 1);
  }
  writeFileSync(stamp, lock);
}
