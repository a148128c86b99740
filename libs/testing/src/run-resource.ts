import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** What a keeper writes once its server answers, or why it does not. */
type KeeperState<T> = { readonly pid: number } & ({ readonly ready: T } | { readonly error: string });

/**
 * One server for the whole test run, started by whichever test file asks first. A keeper process owns it and stops it
 * as soon as the run's main process is gone, however it went: nothing to wire into Jest, nothing started for unit
 * tests.
 */
export async function sharedByTheRun<T>(kind: 'postgres' | 'kafka' | 'opensearch', timeoutMs: number): Promise<T> {
  const run = process.send ? process.ppid : process.pid; // Jest's workers are forked with a channel to the main process
  const folder = join(tmpdir(), `guichet-tests-${process.getuid?.() ?? 'user'}`);
  const stateFile = join(folder, `${run}-${kind}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const claim = `${stateFile}.claim`;

  const state = await until(
    `the test run's ${kind} server`,
    async () => {
      const current = await readState<T>(stateFile);
      if (current && isAlive(current.pid)) return current;
      // Left behind by a keeper that was killed: the process id has come round again.
      if (current) await rm(stateFile, { force: true });
      const claimant = Number(await readFile(claim, 'utf8').catch(() => '0')); // absent until somebody claims
      if (claimant && !isAlive(claimant)) await rm(claim, { force: true });
      if (await claimed(claim)) startKeeper(kind, run, stateFile, claim);
      return undefined;
    },
    timeoutMs,
  );
  if ('error' in state) throw new Error(`The test run's ${kind} server did not start: ${state.error}`);
  return state.ready;
}

async function readState<T>(file: string): Promise<KeeperState<T> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as KeeperState<T>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True for exactly one caller; the claim holds until the keeper goes. */
async function claimed(claim: string): Promise<boolean> {
  try {
    const file = await open(claim, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function startKeeper(kind: string, run: number, stateFile: string, claim: string): void {
  const script = join(import.meta.dirname, 'keeper', `${kind}-keeper.mjs`);
  const loader = new URL('../../../tools/workspace/typescript.mjs', import.meta.url).href;
  const flags = ['--disable-warning=ExperimentalWarning', '--import', loader];
  const keeper = spawn(process.execPath, [...flags, script, String(run), stateFile, claim, randomUUID()], {
    detached: true, // Ctrl-C ends Jest; the keeper sees that and cleans up
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  keeper.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but somebody else's
  }
}
