import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves about this many bytes free. */
  fill(leaveBytes: number): Promise<void>;
  /** Takes away what `fill` put there. */
  empty(): Promise<void>;
  unmount(): Promise<void>;
}

const run = promisify(execFile);

/**
 * A tmpfs of so many bytes that everybody may write to, as a server that runs as another user must; or why this machine
 * lets nobody mount one (that takes root, outside most containers).
 */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk | { readonly whyNot: string }> {
  const path = await mkdtemp(join(tmpdir(), 'guichet-small-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=1777`, 'tmpfs', path]);
  } catch (error) {
    await rmdir(path);
    return { whyNot: `no file system can be mounted here: ${(error as Error).message.trim()}` };
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill(leaveBytes) {
      const { bsize, bfree } = await statfs(path);
      await writeFile(filler, Buffer.alloc(Math.max(0, bsize * bfree - leaveBytes)));
    },
    empty: () => rm(filler, { force: true }),
    async unmount() {
      await run('umount', [path]);
      await rmdir(path);
    },
  };
}

/**
 * `describe` for tests on a disk of `mountSmallDisk`; where none could be mounted the block is skipped, with the
 * reason.
 */
export function describeWithDisk(
  name: string,
  disk: SmallDisk | { readonly whyNot: string },
  block: (disk: SmallDisk) => void,
): void {
  if (!('whyNot' in disk)) return describe(name, () => block(disk));
  console.warn(`Skipped "${name}": ${disk.whyNot}`);
  describe.skip(`${name} (skipped: ${disk.whyNot})`, () => block(disk as never));
}
