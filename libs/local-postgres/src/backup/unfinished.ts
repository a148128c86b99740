import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalPostgresError } from '../errors.js';

/** In a data folder while a backup is restored into it. */
export const unfinishedFile = 'restore-unfinished';

/**
 * @throws LocalPostgresError where a restore was cut off: the folder must not be mistaken for an empty or a whole one.
 */
export async function mustNotBeHalfRestored(dataDir: string): Promise<void> {
  if (!existsSync(join(dataDir, unfinishedFile))) return;
  const message = `A restore into ${dataDir} was cut off, so it holds only part of the data. Empty the folder and restore again.`;
  throw new LocalPostgresError('data-folder-not-usable', message);
}
