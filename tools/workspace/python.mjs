/** A Python of its own for a tool, outside the repository: made once for each list of requirements. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './ensure.mjs';

const oldest = [3, 10];

/** Said as it is, without a stack trace. */
export class Missing extends Error {}

const run = (command, args) => spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 });

function pythonCommand(tool) {
  const program = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';
  let tooOld;
  for (const command of ['python3', 'python']) {
    const { status, stdout } = run(command, ['-c', program]);
    if (status !== 0) continue;
    const [major, minor] = stdout.trim().split(' ').map(Number);
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return { command, version: stdout.trim() };
    tooOld = `${major}.${minor}`;
  }
  throw new Missing(
    `${tool} needs Python ${oldest.join('.')} or newer with its modules venv and ensurepip` +
      `${tooOld ? `; this one is ${tooOld}` : ', and finds none'}. On Debian or Ubuntu: apt-get install python3-venv`,
  );
}

/**
 * Answers the path of a Python that has what a file lists, each at its version.
 *
 * @param {{ name: string, tool: string, requirements: string }} wanted `name` is that of the folder; `tool`, who asks,
 *   begins a sentence; `requirements` is the file
 * @throws Missing that says what to install
 */
export function pythonWith({ name, tool, requirements }) {
  const { command, version } = pythonCommand(tool);
  const key = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'guichet');
  const folder = join(cache, `${name}-${key}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  console.log(`Installing what ${requirements.slice(root.length + 1)} lists, once …`);
  mkdirSync(cache, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  const steps = [
    [command, ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements]],
    [python, ['-m', 'pip', 'check', '--quiet', '--disable-pip-version-check']],
  ];
  for (const [program, args] of steps) {
    const { status, stderr, stdout } = run(program, args);
    if (status !== 0)
      throw new Missing(`${tool} could not install what it needs: ${program} ${args.join(' ')}\n${stderr}${stdout}`);
  }
  mkdirSync(`${complete}.new`);
  renameSync(`${complete}.new`, complete);
  return python;
}
