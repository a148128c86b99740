import { createHash } from 'node:crypto';
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Copied {
  readonly bytes: number;
  readonly sha256: string;
}

const chunkBytes = 1 << 20;

/**
 * Reads a file to its end and, with `to`, writes what was read there: durable, readable by its owner only, in a folder of
 * which the same is true. A file that grows meanwhile is copied as far as it reached when its end was met.
 */
export async function copyFile(from: string, to?: string): Promise<Copied> {
  const source = await open(from, 'r');
  try {
    if (to === undefined) return await pump(source);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const target = await open(to, 'wx', 0o600);
    try {
      const copied = await pump(source, target);
      await target.sync();
      return copied;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function pump(source: File, target?: File): Promise<Copied> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, chunkBytes, bytes);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (target) await writeAll(target, chunk);
    bytes += bytesRead;
  }
}

async function writeAll(target: File, chunk: Buffer): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    offset += (await target.write(chunk, offset)).bytesWritten;
  }
}

/** A folder only its owner may enter, whatever the umask. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** Making a file durable is mostly waiting: several at a time. */
const atOnce = 16;

/** Works through a list several at a time; the first failure ends it, after what is under way. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].reverse();
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) {
      try {
        await work(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
