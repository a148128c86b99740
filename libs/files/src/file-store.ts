import { DomainError } from '@guichet/event-sourcing';

/** The most that one file may have: 10 MiB. */
export const fileLimits = {
  bytes: 10 * 2 ** 20,
  /** So much of the beginning is looked at to see what a file is. */
  headBytes: 2 ** 20,
  /** Pictures that declare more are refused: showing one takes four bytes for each. */
  pixels: 50_000_000,
  sidePixels: 16_384,
} as const;

/** Both parts become names of folders and files: lower-case letters, digits and hyphens, at most 64. */
export interface FileKey {
  readonly tenantId: string;
  readonly fileId: string;
}

export interface StoredFile {
  readonly bytes: number;
  /** Of the content, 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface PutOptions {
  /** Fewer than `fileLimits.bytes`, if the caller allows fewer. */
  readonly limitBytes?: number;
  /**
   * Looks at the beginning of the file (all of it, if it is no longer than `fileLimits.headBytes`) before anything can
   * be seen, and throws to refuse the file.
   */
  readonly inspect?: (head: Uint8Array) => void | Promise<void>;
}

/**
 * Where the contents of files are. A file never changes: its id stands for its content. What is acknowledged survives
 * the death of the process and of the machine; what is not acknowledged is there whole or not at all.
 */
export interface FileStore {
  /**
   * Stores a file whole or not at all. The same content under the same key is "already so".
   * @throws DomainError `file-too-large`, `file-exists` for another content under this key, `files-full`, or what
   * `inspect` throws. The error of a source that breaks off is thrown as it is.
   */
  put(key: FileKey, content: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<StoredFile>;
  /** The content, or undefined if there is none. Read it to the end or destroy it: it holds an open file. */
  get(key: FileKey): Promise<{ readonly bytes: number; readonly content: NodeJS.ReadableStream } | undefined>;
  stat(key: FileKey): Promise<{ readonly bytes: number } | undefined>;
  /** @returns whether it was there */
  remove(key: FileKey): Promise<boolean>;
  /**
   * Removes what processes left that were killed while they wrote. A file that is still being written was touched
   * later than `before`.
   * @returns how many were removed
   */
  removeUnfinished(before: Date): Promise<number>;
}

/** A file that is not acceptable. HTTP answers 413 for `file-too-large`, 415 for `file-type-refused`, otherwise 422. */
export const refusedFile = (code: string, message: string, details: Readonly<Record<string, unknown>> = {}) =>
  new DomainError(code, message, details, 'invalid');
