import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');

/** Runs npm, whoever started us; answers what it printed and its exit code. */
export function npm(...args) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 };
  const path = process.env.npm_execpath;
  const { status, stdout, stderr } = path
    ? spawnSync(process.execPath, [path, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
}
