/** A file as text, piece by piece: gzip and the byte order mark are recognised. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

export interface TextFile {
  readonly chunks: AsyncIterable<string>;
  /** Of the bytes as they stand on disk; complete once `chunks` is read. */
  readonly digest: Hash;
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

export function openText(file: string, encoding: string | undefined): TextFile {
  const digest = createHash('sha256');
  return { chunks: decoded(inflated(bytes(file, digest)), encoding), digest };
}

async function* bytes(file: string, digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    yield chunk;
  }
}

async function* inflated(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await chunks.next();
  if (first.done) return;
  const all = startingWith(first.value, chunks);
  if (!first.value.subarray(0, 2).equals(gzipMagic)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const pump = feed(all, gunzip).catch((error: Error) => gunzip.destroy(error));
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } finally {
    gunzip.destroy();
    await pump;
  }
}

async function feed(chunks: AsyncIterable<Buffer>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const chunk of chunks) {
    if (gunzip.destroyed) return;
    if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve).once('close', resolve));
  }
  gunzip.end();
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** A byte order mark decides over the mapping, which decides over UTF-8. */
async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string | undefined): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(markOf(chunk) ?? encoding ?? 'utf-8');
    const text = decoder.decode(chunk, { stream: true });
    if (text) yield text;
  }
  const rest = decoder?.decode();
  if (rest) yield rest;
}

function markOf(chunk: Buffer): string | undefined {
  if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) return 'utf-8';
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  return undefined;
}
