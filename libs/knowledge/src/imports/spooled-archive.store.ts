import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { archiveLimits, damaged, type RandomAccess, tooLarge } from './archive.js';

/** An archive that came in, on the disk of this process for as long as it is read; gzip is undone. */
export class SpooledArchive implements RandomAccess, AsyncDisposable {
  private constructor(
    private readonly folder: string,
    private readonly file: FileHandle,
    readonly bytes: number,
  ) {}

  /** @throws DomainError `archive-too-large`, `archive-damaged` */
  static async take(content: AsyncIterable<Uint8Array>): Promise<SpooledArchive> {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-import-'));
    try {
      const path = join(folder, 'archive');
      await write(path, content, archiveLimits.bytes);
      const whole = (await isGzip(path)) ? await unpacked(path, join(folder, 'unpacked')) : path;
      const file = await open(whole, 'r');
      const { size } = await file.stat();
      return new SpooledArchive(folder, file, size);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset < 0 || offset + length > this.bytes) throw damaged('it ends too early');
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.file.read(buffer, 0, length, offset);
    if (bytesRead !== length) throw damaged('it ends too early');
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function write(path: string, content: AsyncIterable<Uint8Array>, limitBytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(`it has more than ${limitBytes} bytes`, { bytes: limitBytes });
      await file.appendFile(chunk);
    }
  } finally {
    await file.close();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}

async function unpacked(path: string, to: string): Promise<string> {
  const content = createReadStream(path).pipe(createGunzip());
  await write(to, content as AsyncIterable<Uint8Array>, archiveLimits.unpackedBytes).catch((error: unknown) => {
    const isZlib =
      typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? damaged('its gzip is damaged') : error;
  });
  return to;
}
