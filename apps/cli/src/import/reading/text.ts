/** A file as text, piece by piece: gzip and the byte order mark are recognised. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { UnreadableFile } from '../mapping/mistakes.js';

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
  mustBeText(first.value);
  const all = startingWith(first.value, chunks);
  if (!first.value.subarray(0, 2).equals(gzipMagic)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const pump = feed(all, gunzip).catch((error: Error) => gunzip.destroy(error));
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    throw gzipProblem(error);
  } finally {
    gunzip.destroy();
    await pump;
  }
}

function gzipProblem(error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR')
    return new UnreadableFile('the file ends before its gzip data does: it was cut off on its way; fetch it again', {
      cause: error,
    });
  if (code === 'Z_DATA_ERROR')
    return new UnreadableFile('the gzip data is damaged; fetch the file again', { cause: error });
  return error as Error;
}

/** How other files begin that people take for text, and what to do about them. */
const others: readonly (readonly [begins: string, is: string, wants: string])[] = [
  ['504b0304', 'a ZIP or Excel file', 'unpack it; of a workbook save the sheet as CSV UTF-8'],
  ['d0cf11e0', 'an old Excel file', 'save the sheet as CSV UTF-8'],
  ['28b52ffd', 'compressed with zstd', 'unpack it, or compress it with gzip'],
  ['425a68', 'compressed with bzip2', 'unpack it, or compress it with gzip'],
  ['fd377a58', 'compressed with xz', 'unpack it, or compress it with gzip'],
  ['25504446', 'a PDF', 'export the table as CSV'],
  ['50415231', 'a Parquet file', 'export it as CSV or JSON lines'],
];

function mustBeText(first: Buffer): void {
  const begins = first.toString('hex', 0, 8);
  const other = others.find(([magic]) => begins.startsWith(magic));
  if (other) throw new UnreadableFile(`the file is ${other[1]}: ${other[2]}`);
  if (/^\s*<(!doctype html|html)/i.test(first.toString('latin1', 0, 200)))
    throw new UnreadableFile('the file is a web page: was the download a page to log in?');
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

/** A byte order mark decides over the mapping, which decides over UTF-8. UTF-16 shows by its zeros. */
async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string | undefined): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(markOf(chunk) ?? encoding ?? wideEncodingOf(chunk) ?? 'utf-8');
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

/** Text of two bytes a character: most of them are below 256, so that every second byte is zero. */
function wideEncodingOf(chunk: Buffer): string | undefined {
  const bytes = chunk.subarray(0, 1000);
  const zeros = [0, 0];
  bytes.forEach((byte, index) => byte === 0 && (zeros[index % 2]! += 1));
  const half = bytes.length / 2;
  if (bytes.length < 4 || Math.max(...zeros) < half * 0.7) return undefined;
  return zeros[1]! > zeros[0]! ? 'utf-16le' : 'utf-16be';
}
