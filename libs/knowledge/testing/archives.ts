/** For tests: archives of files, made in memory. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from 'node:zlib';
import type { RandomAccess } from '../src/imports/archive.js';
import { tarEnd, tarHeaders, tarPadding } from '../src/imports/tar-archive.js';

export interface Packed {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly at?: string;
}

const someday = '2024-01-01T00:00:00.000Z';

export const tarOf = (...files: readonly Packed[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    Buffer.concat([
      ...files.flatMap(({ path, content, at = someday }) => {
        const bytes = Buffer.from(content);
        return [tarHeaders(path, at, bytes.length), bytes, tarPadding(bytes.length)];
      }),
      tarEnd(),
    ]),
  );

/** @param lies what the directory says otherwise than the content does */
export function zipOf(files: readonly Packed[], lies: { readonly bytes?: number; readonly flags?: number } = {}) {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, content } of files) {
    const [name, bytes] = [Buffer.from(path), Buffer.from(content)];
    const packed = deflateRawSync(bytes);
    const said = lies.bytes ?? bytes.length;
    const fields = (head: Buffer, from: number) => {
      head.writeUInt16LE(lies.flags ?? 0, from);
      head.writeUInt16LE(8, from + 2);
      head.writeUInt16LE(0, from + 4);
      head.writeUInt16LE((44 << 9) | (1 << 5) | 1, from + 6);
      head.writeUInt32LE(crc32(bytes), from + 8);
      head.writeUInt32LE(packed.length, from + 12);
      head.writeUInt32LE(said, from + 16);
      head.writeUInt16LE(name.length, from + 20);
    };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    fields(local, 6);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    fields(entry, 8);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, name);
    parts.push(local, name, packed);
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  const listed = Buffer.concat(directory);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Uint8Array.from(Buffer.concat([...parts, listed, end]));
}

export const inMemory = (content: Uint8Array | string): RandomAccess => {
  const bytes = Buffer.from(content);
  return { bytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
};
