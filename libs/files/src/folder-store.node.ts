import { DomainError } from '@guichet/event-sourcing';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type FileKey,
  fileLimits,
  type FileStore,
  type PutOptions,
  refusedFile,
  type StoredFile,
} from './file-store.js';

const unfinished = '.unfinished';
const safePart = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

const hasCode = (error: unknown, ...codes: readonly string[]) =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));

/** Without the file this answers undefined, and every other error is thrown. */
const ifThere = async <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

/** The entry of a folder survives a loss of power only once the folder itself was written. */
async function syncFolder(path: string) {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What was written of a file so far. */
class Writing {
  private readonly hash = createHash('sha256');
  private readonly head: Uint8Array[] = [];
  private headBytes = 0;
  private isInspected = false;
  bytes = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly limitBytes: number,
    private readonly inspect: PutOptions['inspect'],
  ) {}

  async add(chunk: Uint8Array) {
    this.bytes += chunk.length;
    if (this.bytes > this.limitBytes) {
      const message = `The file is larger than ${this.limitBytes} bytes; make it smaller.`;
      throw refusedFile('file-too-large', message, { limitBytes: this.limitBytes });
    }
    if (!this.isInspected) {
      const part = chunk.subarray(0, fileLimits.headBytes - this.headBytes);
      this.head.push(Uint8Array.from(part));
      this.headBytes += part.length;
      if (this.headBytes === fileLimits.headBytes) await this.inspectHead();
    }
    this.hash.update(chunk);
    await this.file.appendFile(chunk);
  }

  /** On the disk, not only in the memory of the system. */
  async finish(): Promise<StoredFile> {
    if (!this.isInspected) await this.inspectHead();
    await this.file.sync();
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  private async inspectHead() {
    this.isInspected = true;
    await this.inspect?.(Buffer.concat(this.head));
  }
}

/**
 * Files in a folder, `<tenant>/<two letters>/<id>`. Every process of an installation may use the same folder at once. A
 * file is written under another name, made durable, and then linked to its own name, which fails if it is taken.
 */
export class FolderStore implements FileStore {
  private constructor(private readonly root: string) {}

  /** @param root absolute path of a folder of its own; it is made if it is not there */
  static async open(root: string): Promise<FolderStore> {
    await mkdir(join(root, unfinished), { recursive: true });
    await syncFolder(root);
    return new FolderStore(root);
  }

  async put(key: FileKey, content: AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<StoredFile> {
    const path = this.pathOf(key);
    const draft = join(this.root, unfinished, randomUUID());
    try {
      const stored = await write(draft, content, options);
      if (!(await this.publish(draft, path))) await mustBeSame(path, stored);
      return stored;
    } catch (error) {
      if (hasCode(error, 'ENOSPC', 'EDQUOT'))
        throw new DomainError('files-full', 'There is no room for more files. Tell your administrator.');
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async get(key: FileKey) {
    const file = await ifThere(open(this.pathOf(key), 'r'));
    if (!file) return undefined;
    try {
      const { size: bytes } = await file.stat();
      return { bytes, content: file.createReadStream() };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async stat(key: FileKey) {
    const found = await ifThere(stat(this.pathOf(key)));
    return found && { bytes: found.size };
  }

  async remove(key: FileKey): Promise<boolean> {
    const path = this.pathOf(key);
    const removed = await ifThere(rm(path).then(() => true));
    if (removed) await syncFolder(dirname(path));
    return removed ?? false;
  }

  async removeUnfinished(before: Date): Promise<number> {
    const folder = join(this.root, unfinished);
    let removed = 0;
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const found = await ifThere(stat(path));
      if (!found || found.mtimeMs >= before.getTime()) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  private pathOf({ tenantId, fileId }: FileKey): string {
    for (const part of [tenantId, fileId]) {
      if (!safePart.test(part)) throw new RangeError(`${JSON.stringify(part)} cannot be part of a file's name`);
    }
    // The last letters: ids of one hour begin alike.
    return join(this.root, tenantId, fileId.slice(-2).padStart(2, '0').replaceAll('-', '0'), fileId);
  }

  /** Gives the draft its name. Answers false if the name was taken: another writer was faster. */
  private async publish(draft: string, path: string): Promise<boolean> {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    let isFirst = true;
    try {
      await link(draft, path);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      isFirst = false;
    }
    // Also for the slower writer: the faster one may be killed before it comes so far.
    for (const changed of [folder, dirname(folder), this.root]) await syncFolder(changed);
    return isFirst;
  }
}

async function mustBeSame(path: string, stored: StoredFile) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  if (hash.digest('hex') === stored.sha256) return;
  throw new DomainError('file-exists', 'Another file has this id already; files never change.');
}

async function write(draft: string, content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredFile> {
  const file = await open(draft, 'wx', 0o640);
  try {
    const limitBytes = Math.min(options.limitBytes ?? fileLimits.bytes, fileLimits.bytes);
    const writing = new Writing(file, limitBytes, options.inspect);
    for await (const chunk of content) await writing.add(chunk);
    return await writing.finish();
  } finally {
    await file.close();
  }
}
