/** A folder of secrets, one file each, which only the account that needs a file and root may read. */
import { chmod, chown, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { accounts, type Reader } from './secret-files.js';

export class SecretsFolder {
  constructor(readonly folder: string) {}

  /** Undefined where there is no such file. */
  async read(path: string): Promise<string | undefined> {
    try {
      return (await readFile(join(this.folder, path), 'utf8')).replace(/\r?\n$/, '');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Whole or not at all. Root hands the file to its reader and keeps it readable for its own group, since a container
   * may have taken root's right to read every file; anybody else keeps the file.
   */
  async write(path: string, text: string, reader: Reader): Promise<void> {
    const file = join(this.folder, path);
    const unfinished = `${file}.new`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, text, { mode: 0o440 });
    await chmod(unfinished, 0o440);
    if (process.getuid?.() === 0) await chown(unfinished, accounts[reader], 0);
    await rename(unfinished, file);
  }
}
