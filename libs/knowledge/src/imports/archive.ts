/** What an import reads files from, whatever packed them. Paths are names only: nothing is ever written to them. Pure. */
import { DomainError } from '@guichet/event-sourcing';

/** A file of an archive; a Git history may have a path several times, oldest first. */
export interface ArchiveFile {
  readonly path: string;
  /** RFC 3339, UTC: from when on it was so. */
  readonly at: string;
  readonly bytes: number;
  /** null: the file was removed. */
  readonly read: (() => Promise<Uint8Array>) | null;
}

/** Bytes that are read from any place. */
export interface RandomAccess {
  readonly bytes: number;
  /** @throws DomainError `archive-damaged` where there are fewer */
  read(offset: number, length: number): Promise<Buffer>;
}

export const archiveLimits = {
  /** Of the archive as it is sent. */
  bytes: 100 * 2 ** 20,
  /** Of all that is in it, unpacked. */
  unpackedBytes: 500 * 2 ** 20,
  files: 50_000,
  /** Of what is read as text: articles, front matter, records of a help centre. */
  textBytes: 50 * 2 ** 20,
  pathLength: 1_000,
} as const;

export const refusedArchive = (code: string, message: string, details: Readonly<Record<string, unknown>> = {}) =>
  new DomainError(code, message, details, 'invalid');

export const damaged = (why: string) => refusedArchive('archive-damaged', `The archive cannot be read: ${why}.`);

/**
 * A path within the archive's folder, with `/` between its parts.
 * @throws DomainError `archive-unsafe` for one that leads out of it
 */
export function safePath(path: string): string {
  const parts = path.replace(/^(?:\.\/)+/, '').split('/');
  const isUnsafe =
    /[\\\p{Cc}\ufffd]/u.test(path) || /^[a-z]:/i.test(path) || parts.some((part) => ['', '.', '..'].includes(part));
  if (!isUnsafe && path.length <= archiveLimits.pathLength) return parts.join('/');
  const shown = path.slice(0, 200).replace(/[\p{Cc}\ufffd]/gu, '?');
  const message = `The archive has the path "${shown}", which leads out of its folder or cannot be a path. Pack the folder anew.`;
  throw refusedArchive('archive-unsafe', message, { path: shown });
}

/** Counts what an archive has. */
export class ArchiveBudget {
  private files = 0;
  private unpacked = 0;

  /** @throws DomainError `archive-too-large` */
  add(bytes: number): void {
    this.files++;
    this.unpacked += bytes;
    if (this.files > archiveLimits.files)
      throw tooLarge(`it has more than ${archiveLimits.files} files`, { files: archiveLimits.files });
    if (this.unpacked > archiveLimits.unpackedBytes)
      throw tooLarge(`what is in it has more than ${archiveLimits.unpackedBytes} bytes`, {
        bytes: archiveLimits.unpackedBytes,
      });
  }
}

export const tooLarge = (why: string, details: Readonly<Record<string, unknown>>) =>
  refusedArchive('archive-too-large', `The archive is too large: ${why}. Import it in parts.`, details);
