/** What is sent: a file as it is, a folder packed by `tar`, or its history as `git fast-export` writes it. */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../command-line.js';

const run = promisify(execFile);
/** As the service takes at most. */
const mostBytes = 100 * 2 ** 20;

/** @throws UsageError for what is not there, is too large, or cannot be packed */
export async function archiveOf(
  path: string,
  { history, signal }: { readonly history: boolean; readonly signal: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no ${resolve(path)}`);
  if (history && !found.isDirectory()) throw new UsageError('--history is of a folder in a Git repository');
  if (found.isDirectory())
    return history
      ? output('git', ['-C', path, 'fast-export', '--reencode=yes', '--signed-tags=strip', 'HEAD', '--', '.'], signal)
      : output('tar', ['-cf', '-', '--exclude', '.git', '-C', path, '.'], signal);
  if (found.size > mostBytes) throw tooLarge(path);
  return Uint8Array.from(await readFile(path));
}

async function output(program: string, args: readonly string[], signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { stdout } = await run(program, args, { encoding: 'buffer', maxBuffer: mostBytes, signal });
    return Uint8Array.from(stdout);
  } catch (error) {
    signal.throwIfAborted();
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: Buffer };
    if (code === 'ENOENT') throw new UsageError(`The program ${program} is needed for it, and is not there.`);
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') throw tooLarge(args.join(' '));
    throw new UsageError(`${program} cannot do it: ${stderr?.toString('utf8').trim() ?? String(error)}`);
  }
}

const tooLarge = (what: string): UsageError =>
  new UsageError(`${what} has more than ${mostBytes / 2 ** 20} MiB, which is the most that comes in at once.`);
