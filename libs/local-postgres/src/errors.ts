export type LocalPostgresProblem =
  | 'data-folder-in-use'
  | 'data-folder-not-usable'
  | 'disk-full'
  | 'other-version'
  | 'no-binaries'
  | 'no-account'
  | 'no-backup'
  | 'damaged-backup'
  | 'not-empty'
  | 'no-local-database'
  | 'failed';

/** Why the local PostgreSQL cannot run. The message is for the person at the terminal: what is wrong and what to do. */
export class LocalPostgresError extends Error {
  constructor(
    readonly problem: LocalPostgresProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LocalPostgresError';
  }
}

/** Turns what the system said about a folder into a sentence; any other error passes unchanged. */
export function folderProblem(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error);
  const why = {
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'it is on a read-only file system',
    ENOTDIR: 'part of its path is a file',
    EEXIST: 'there is a file of that name',
    ENOENT: 'it cannot be created',
  }[code];
  if (!why) return error;
  return new LocalPostgresError(
    'data-folder-not-usable',
    `The data folder ${folder} cannot be used: ${why}. Make it writable, or choose another with GUICHET_DATA_DIR.`,
    { cause: error },
  );
}

export function diskFull(folder: string, cause?: unknown): LocalPostgresError {
  return new LocalPostgresError(
    'disk-full',
    `There is no space left for the data folder ${folder}. Free some, or choose another with GUICHET_DATA_DIR.`,
    { cause },
  );
}
