/** Reads and writes tar archives: POSIX.1-2001 (pax), with the long names of GNU tar. Pure. */
import { ArchiveBudget, type ArchiveFile, damaged, type RandomAccess, safePath } from './archive.js';

const block = 512;
const rounded = (bytes: number) => Math.ceil(bytes / block) * block;
/** Of an extended header or a long name. */
const longestHeader = 65_536;

const text = (bytes: Buffer) => new TextDecoder('utf-8').decode(bytes).replace(/\0.*$/s, '');

function number(field: Buffer, what: string): number {
  // GNU tar writes numbers that have no place as binary ones.
  if ((field[0] ?? 0) & 0x80) throw damaged(`${what} is too large`);
  const digits = text(field).trim();
  if (!/^[0-7]*$/.test(digits)) throw damaged(`${what} is no number`);
  return parseInt(digits || '0', 8);
}

function mustBeSummed(header: Buffer): void {
  const written = number(header.subarray(148, 156), 'a checksum');
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== written) throw damaged('a checksum is wrong; it is no tar archive, or damaged');
}

/** Records `<length> <key>=<value>\n`. */
function paxRecords(bytes: Buffer): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at);
    const length = Number(bytes.subarray(at, space).toString('latin1'));
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at + 1 || at + length > bytes.length)
      throw damaged('an extended header is damaged');
    const record = bytes.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    if (equals > 0) found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return found;
}

interface Header {
  readonly name: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly kind: string;
}

function headerIn(bytes: Buffer): Header {
  mustBeSummed(bytes);
  const prefix = text(bytes.subarray(257, 262)) === 'ustar' ? text(bytes.subarray(345, 500)) : '';
  const name = text(bytes.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    bytes: number(bytes.subarray(124, 136), 'a length'),
    seconds: number(bytes.subarray(136, 148), 'a time'),
    kind: String.fromCharCode(bytes[156] ?? 0),
  };
}

const instant = (seconds: number): string => {
  const date = new Date(Math.round(seconds * 1000));
  if (Number.isNaN(date.getTime())) throw damaged('a time is none');
  return date.toISOString();
};

/**
 * The regular files of an archive, in order. Links, devices and folders are passed over.
 * @throws DomainError `archive-damaged`, `archive-unsafe`, `archive-too-large`
 */
export async function filesOfTar(archive: RandomAccess): Promise<readonly ArchiveFile[]> {
  const budget = new ArchiveBudget();
  const files: ArchiveFile[] = [];
  let pax: Readonly<Record<string, string>> = {};
  let longName: string | undefined;
  for (let at = 0; at < archive.bytes;) {
    if (at + block > archive.bytes) throw damaged('it ends too early');
    const bytes = await archive.read(at, block);
    if (bytes.every((byte) => byte === 0)) return files;
    const header = headerIn(bytes);
    const { kind } = header;
    const from = at + block;
    const length = kind !== 'x' && pax['size'] !== undefined ? Number(pax['size']) : header.bytes;
    if (!Number.isSafeInteger(length) || length < 0 || from + length > archive.bytes)
      throw damaged('it ends too early');
    at = from + rounded(length);
    if (kind === 'x' || kind === 'g' || kind === 'L') {
      budget.add(length);
      if (length > longestHeader) throw damaged('a header is too long');
      const extra = await archive.read(from, length);
      if (kind === 'x') pax = paxRecords(extra);
      if (kind === 'L') longName = text(extra);
      continue;
    }
    if (kind === '0' || kind === '\0') {
      budget.add(length);
      const path = safePath(pax['path'] ?? longName ?? header.name);
      const seconds = pax['mtime'] === undefined ? header.seconds : Number(pax['mtime']);
      files.push({ path, at: instant(seconds), bytes: length, read: () => archive.read(from, length) });
    }
    [pax, longName] = [{}, undefined];
  }
  throw damaged('it ends too early');
}

const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const length = bytes + String(bytes + String(bytes).length).length;
  return `${length}${rest}`;
};

function header(name: string, bytes: number, milliseconds: number, kind: string): Buffer {
  const made = Buffer.alloc(block);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  made.write(name, 0, 100, 'utf8');
  made.write(`${octal(0o644, 7)}${octal(0, 7)}${octal(0, 7)}`, 100, 'latin1');
  made.write(octal(bytes, 11) + octal(Math.max(0, Math.floor(milliseconds / 1000)), 11), 124, 'latin1');
  made.write('        ', 148, 'latin1');
  made.write(`${kind}`, 156, 'latin1');
  made.write('ustar\u000000', 257, 'latin1');
  const sum = made.reduce((all, byte) => all + byte, 0);
  made.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return made;
}

/** What stands before a file: its name and time, of full length and to the millisecond. */
export function tarHeaders(path: string, at: string, bytes: number): Buffer {
  const milliseconds = Date.parse(at);
  const extended = Buffer.from(record('path', path) + record('mtime', (milliseconds / 1000).toFixed(3)));
  const padded = Buffer.concat([extended], rounded(extended.length));
  return Buffer.concat([
    header('pax', extended.length, milliseconds, 'x'),
    padded,
    header(path, bytes, milliseconds, '0'),
  ]);
}

/** What stands after a file of so many bytes. */
export const tarPadding = (bytes: number): Buffer => Buffer.alloc(rounded(bytes) - bytes);

/** What ends an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * block);
