/** Reads zip archives by their central directory (APPNOTE 6.3), stored or deflated. Pure. */
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { ArchiveBudget, type ArchiveFile, damaged, type RandomAccess, refusedArchive, safePath } from './archive.js';

const inflated = promisify(inflateRaw);
const [endMark, entryMark, localMark] = [0x06054b50, 0x02014b50, 0x04034b50];
const [endBytes, longestComment, entryBytes, localBytes] = [22, 65_535, 46, 30];
const inLargeForm = 0xffffffff;

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
  readonly local: number;
}

/** MS-DOS date and time have no zone: they are taken for UTC. */
function instantOf(date: number, time: number): string {
  const [year, month, day] = [1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31];
  const at = new Date(Date.UTC(year, month, day, time >> 11, (time >> 5) & 63, (time & 31) * 2));
  return at.toISOString();
}

async function directoryOf(archive: RandomAccess): Promise<Buffer> {
  const length = Math.min(archive.bytes, endBytes + longestComment);
  const tail = await archive.read(archive.bytes - length, length);
  let at = tail.length - endBytes;
  while (at >= 0 && tail.readUInt32LE(at) !== endMark) at--;
  if (at < 0) throw damaged('it has no directory of its files');
  const [bytes, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (bytes === inLargeForm || offset === inLargeForm) throw damaged('it is a ZIP64 archive; pack it as tar');
  if (offset + bytes > archive.bytes) throw damaged('it ends too early');
  return archive.read(offset, bytes);
}

async function contentOf(archive: RandomAccess, path: string, entry: Entry): Promise<Uint8Array> {
  const { method, packed, bytes, crc, local } = entry;
  const head = await archive.read(local, localBytes);
  if (head.readUInt32LE(0) !== localMark) throw damaged(`${path} is not where the directory says`);
  const from = local + localBytes + head.readUInt16LE(26) + head.readUInt16LE(28);
  const raw = await archive.read(from, packed);
  const content = method === 0 ? raw : await unpacked(path, raw, bytes);
  if (content.length !== bytes || crc32(content) !== crc) throw damaged(`${path} is not what the directory says`);
  return content;
}

/** No more than the directory said, however much the data would give. */
const unpacked = (path: string, raw: Buffer, bytes: number): Promise<Buffer> =>
  inflated(raw, { maxOutputLength: Math.max(1, bytes) }).catch(() => {
    throw damaged(`${path} is not what the directory says`);
  });

/**
 * The files of an archive, in order.
 * @throws DomainError `archive-damaged`, `archive-unsafe`, `archive-too-large`, `archive-encrypted`
 */
export async function filesOfZip(archive: RandomAccess): Promise<readonly ArchiveFile[]> {
  const directory = await directoryOf(archive);
  const budget = new ArchiveBudget();
  const files: ArchiveFile[] = [];
  for (let at = 0; at + entryBytes <= directory.length;) {
    if (directory.readUInt32LE(at) !== entryMark) throw damaged('its directory is damaged');
    const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
    const [time, date] = [directory.readUInt16LE(at + 12), directory.readUInt16LE(at + 14)];
    const lengths = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const name = directory.subarray(at + entryBytes, at + entryBytes + nameLength).toString('utf8');
    const entry: Entry = {
      ...{ method, crc: directory.readUInt32LE(at + 16), packed: directory.readUInt32LE(at + 20) },
      ...{ bytes: directory.readUInt32LE(at + 24), local: directory.readUInt32LE(at + 42) },
    };
    at += entryBytes + nameLength + extraLength + commentLength;
    budget.add(name.endsWith('/') ? 0 : entry.bytes);
    if (name.endsWith('/')) continue;
    const path = safePath(name);
    if (flags & 1)
      throw refusedArchive('archive-encrypted', `${path} is encrypted: pack the files without a password.`);
    if (method !== 0 && method !== 8) throw damaged(`${path} is packed in a way that is not supported (${method})`);
    const read = () => contentOf(archive, path, entry);
    files.push({ path, at: instantOf(date, time), bytes: entry.bytes, read });
  }
  return files;
}
