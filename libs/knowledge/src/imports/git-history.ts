/**
 * Reads the history of a Git repository as `git fast-export` writes it (git-fast-import, "Input format"): a text with
 * the content of every version. So no program `git` and no format of packs is needed here. Pure.
 */
import {
  ArchiveBudget,
  type ArchiveFile,
  archiveLimits,
  damaged,
  type RandomAccess,
  refusedArchive,
  safePath,
  tooLarge,
} from './archive.js';

const chunkBytes = 65_536;
const longestLine = 10_000;

/** Lines, and data of a given length, one after the other. */
class Reading {
  private chunk: Uint8Array = new Uint8Array();
  private chunkAt = 0;
  at = 0;

  constructor(private readonly source: RandomAccess) {}

  get isOver(): boolean {
    return this.at >= this.source.bytes;
  }

  /** Without its end. */
  async line(): Promise<string> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (!this.isOver) {
      await this.fill();
      const rest = this.chunk.subarray(this.at - this.chunkAt);
      const end = rest.indexOf(10);
      const part = end < 0 ? rest : rest.subarray(0, end);
      parts.push(part);
      length += part.length;
      this.at += part.length + (end < 0 ? 0 : 1);
      if (length > longestLine) throw damaged('a line is too long; is it what git fast-export writes?');
      if (end >= 0) break;
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** Passes over them. @returns where they begin */
  skip(bytes: number): number {
    const from = this.at;
    if (from + bytes > this.source.bytes) throw damaged('it ends too early');
    this.at += bytes;
    return from;
  }

  private async fill(): Promise<void> {
    if (this.at >= this.chunkAt && this.at < this.chunkAt + this.chunk.length) return;
    this.chunkAt = this.at;
    this.chunk = await this.source.read(this.at, Math.min(chunkBytes, this.source.bytes - this.at));
  }
}

interface Data {
  readonly from: number;
  readonly bytes: number;
}

async function dataAfter(reading: Reading): Promise<Data> {
  const bytes = Number(/^data (\d{1,15})$/.exec(await reading.line())?.[1] ?? NaN);
  if (!Number.isSafeInteger(bytes)) throw damaged('data of unknown length; leave --no-data out');
  return { from: reading.skip(bytes), bytes };
}

/** `1700000000 +0100`: seconds since 1970, whatever the zone. */
function instantOf(line: string): string {
  const seconds = Number(/> (\d{1,12}) [+-]\d{4}$/.exec(line)?.[1] ?? NaN);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw damaged('a commit has no date');
  return date.toISOString();
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** Paths with signs that are not plain come in quotes, as in C. */
function unquoted(path: string): string {
  if (!path.startsWith('"')) return path;
  const bytes: number[] = [];
  const body = Buffer.from(path.slice(1, -1), 'utf8').toString('latin1');
  for (const [, octal, letter, plain] of body.matchAll(/\\([0-3][0-7]{2})|\\(.)|([^\\])/gs)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(escapes[letter] ?? letter.charCodeAt(0));
    else bytes.push((plain ?? '').charCodeAt(0));
  }
  return new TextDecoder('utf-8').decode(Uint8Array.from(bytes));
}

/** The first path of a line with two; it may be quoted. */
function firstPath(rest: string): readonly [first: string, second: string] {
  const [, quoted, plain, second = ''] = /^(?:("(?:[^"\\]|\\.)*")|(\S+)) (.+)$/.exec(rest) ?? [];
  return [unquoted(quoted ?? plain ?? ''), unquoted(second)];
}

class History {
  readonly files: ArchiveFile[] = [];
  private readonly blobs = new Map<string, Data>();
  /** What stands at each path now. */
  private tree = new Map<string, Data>();
  private readonly budget = new ArchiveBudget();
  private branch: string | undefined;
  private at = '';

  constructor(
    private readonly source: RandomAccess,
    private readonly reading: Reading,
  ) {}

  async read(): Promise<readonly ArchiveFile[]> {
    while (!this.reading.isOver) await this.command(await this.reading.line());
    if (this.branch === undefined) throw damaged('it has no commit; is it what git fast-export writes?');
    return this.files;
  }

  private async command(line: string): Promise<void> {
    const [word = ''] = line.split(' ', 1);
    switch (word) {
      case 'blob':
        return this.blob();
      case 'commit':
        return this.commit(line.slice('commit '.length));
      case 'committer':
        this.at = instantOf(line);
        await this.message();
        return;
      case 'M':
      case 'D':
      case 'R':
      case 'C':
      case 'deleteall':
        return this.change(word, line.slice(word.length + 1));
      case 'tag':
        return this.tag();
      default:
        // Marks, parents, authors, `reset`, `done`, `feature`, and empty lines say nothing of files.
        if (
          /^(?:mark|original-oid|author|encoding|from|merge|reset|done|feature|progress|option|property|)$/.test(word)
        )
          return;
        throw damaged(`"${line.slice(0, 60)}" is nothing that git fast-export writes`);
    }
  }

  private async blob(): Promise<void> {
    let mark: string | undefined;
    for (;;) {
      const before = this.reading.at;
      const line = await this.reading.line();
      if (line.startsWith('mark ')) mark = line.slice('mark '.length);
      else if (!line.startsWith('original-oid ')) {
        this.reading.at = before;
        break;
      }
    }
    const data = await dataAfter(this.reading);
    this.budget.add(data.bytes);
    if (mark !== undefined) this.blobs.set(mark, data);
  }

  /** One branch is one history: revisions of several would come in an order that nobody has written in. */
  private async commit(branch: string): Promise<void> {
    if (this.branch !== undefined && this.branch !== branch) {
      const message = `The history has the branches ${this.branch} and ${branch}. Export one: git fast-export main.`;
      throw refusedArchive('several-branches', message);
    }
    this.branch = branch;
  }

  private async message(): Promise<void> {
    const before = this.reading.at;
    if ((await this.reading.line()).startsWith('encoding ')) return this.message();
    this.reading.at = before;
    await dataAfter(this.reading);
  }

  private async tag(): Promise<void> {
    for (;;) {
      const before = this.reading.at;
      if (!(await this.reading.line()).startsWith('data ')) continue;
      this.reading.at = before;
      await dataAfter(this.reading);
      return;
    }
  }

  private async change(kind: 'M' | 'D' | 'R' | 'C' | 'deleteall', rest: string): Promise<void> {
    switch (kind) {
      case 'deleteall':
        for (const path of this.tree.keys()) this.remove(path);
        return;
      case 'D':
        return this.remove(unquoted(rest));
      case 'M':
        return this.modify(rest);
      case 'R':
      case 'C': {
        const [from, to] = firstPath(rest);
        for (const [path, data] of [...this.tree]) {
          if (path !== from && !path.startsWith(`${from}/`)) continue;
          if (kind === 'R') this.remove(path);
          this.put(to + path.slice(from.length), data);
        }
      }
    }
  }

  private async modify(rest: string): Promise<void> {
    const [, mode, reference = '', path = ''] = /^(\d+) (\S+) (.+)$/.exec(rest) ?? [];
    if (reference === 'inline') {
      const data = await dataAfter(this.reading);
      this.budget.add(data.bytes);
      if (isFile(mode)) this.put(unquoted(path), data);
      return;
    }
    // Links and other repositories within this one are no files.
    if (!isFile(mode)) return;
    const data = this.blobs.get(reference);
    if (data === undefined) throw damaged(`${path} has no content; leave --no-data out`);
    this.put(unquoted(path), data);
  }

  private put(path: string, data: Data): void {
    const safe = safePath(path);
    this.tree.set(safe, data);
    this.note({ path: safe, at: this.at, bytes: data.bytes, read: () => this.source.read(data.from, data.bytes) });
  }

  private remove(path: string): void {
    for (const known of [...this.tree.keys()]) {
      if (known !== path && !known.startsWith(`${path}/`)) continue;
      this.tree.delete(known);
      this.note({ path: known, at: this.at, bytes: 0, read: null });
    }
  }

  private note(file: ArchiveFile): void {
    if (this.files.length >= archiveLimits.files)
      throw tooLarge(`its history has more than ${archiveLimits.files} changes of files`, {
        changes: archiveLimits.files,
      });
    this.files.push(file);
  }
}

const isFile = (mode: string | undefined): boolean => /^(?:100)?(?:644|755)$/.test(mode ?? '');

/**
 * Every version of every file on one branch, in the order of the commits.
 * @throws DomainError `archive-damaged`, `archive-unsafe`, `archive-too-large`, `several-branches`
 */
export const filesOfGitHistory = (source: RandomAccess): Promise<readonly ArchiveFile[]> =>
  new History(source, new Reading(source)).read();
