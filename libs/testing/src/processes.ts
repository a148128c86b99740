/** Runs the product's bundles as real processes, for tests that look at them from outside. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

/** Builds an app's bundle from the sources as they are; answers its path. */
export function buildApp(app: string): string {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/build/build.mjs'), app], {
    cwd: root,
    encoding: 'utf8',
    env: plainEnv(),
  });
  if (status !== 0) throw new Error(`${app} does not build: ${stderr}`);
  return join(root, 'dist/apps', app, 'main.mjs');
}

/** This process's environment without what jest and npm put into it. */
function plainEnv(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_ENV|JEST_|npm_)/.test(name));
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export class Running {
  private readonly chunks: string[] = [];
  private ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    const keep = (chunk: Buffer) => this.chunks.push(chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('exit', (code, signal) => (this.ended = { code, signal }));
  }

  get output(): string {
    return this.chunks.join('');
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  /** Waits until `<url>/health/ready` answers 200; fails with the process's output when it ends or the time is up. */
  ready(url: string, timeoutMs = 60_000): Promise<this> {
    return this.answers(`${url}/health/ready`, timeoutMs);
  }

  /** As `ready`, for a URL of any kind. */
  async answers(url: string, timeoutMs: number): Promise<this> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (this.ended) throw new Error(`${this.name} ended with ${this.ended.code}:\n${this.output}`);
      if (await isOk(url)) return this;
      if (Date.now() > deadline) throw new Error(`${this.name} was not ready within ${timeoutMs} ms:\n${this.output}`);
      await pause(50);
    }
  }

  /** Sends the signal and waits for the end; answers the exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.ended) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    return this.ended?.code ?? null;
  }

  /** Waits for the process to end by itself; answers its exit code. */
  async end(): Promise<number | null> {
    if (!this.ended) await once(this.child, 'exit');
    return this.ended?.code ?? null;
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // nothing listens yet
  }
}

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Starts a bundle in a folder of its own, with nothing but the given settings added to the environment. */
export function startBundle(
  bundle: string,
  options: { name: string; cwd: string; env: Record<string, string>; args?: readonly string[] },
): Running {
  const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: { ...plainEnv(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Running(options.name, child);
}

/** Runs one of the workspace's tools to its end. */
export async function runTool(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...plainEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = new Running(script, child);
  const code = await running.end();
  return { code, output: running.output };
}
