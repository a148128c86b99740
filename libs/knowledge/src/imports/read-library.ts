/** Makes a library of the files of an archive, whatever it comes from. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { readFrontMatter, writeFrontMatter } from '../content/front-matter.js';
import { type ArchiveFile, archiveLimits, tooLarge } from './archive.js';
import type { ImportedLibrary, ImportFinding } from './imported-library.js';
import { type FolderFile, readMarkdownPaths } from './markdown-folder.js';
import { pathOfImported, resolved } from './references.js';
import { rewrittenLinks } from './rewritten-links.js';
import { readZendesk } from './zendesk.js';
import { zendeskKindOf, zendeskRecords, zendeskReferences } from './zendesk-files.js';

export const importFormats = ['markdown', 'zendesk'] as const;
export type ImportFormat = (typeof importFormats)[number];

export interface ReadLibrary {
  readonly library: ImportedLibrary;
  /** Keys of articles by what texts call them: paths of their files, or the keys themselves. */
  readonly keys: ReadonlyMap<string, string>;
  /** Files that texts may show, by path, as they are at the end. */
  readonly files: ReadonlyMap<string, ArchiveFile>;
}

/**
 * @param sourceLocale of Markdown files whose name says no language
 * @throws DomainError `archive-too-large`, `archive-damaged`
 */
export async function readLibrary(
  archive: readonly ArchiveFile[],
  format: ImportFormat,
  sourceLocale: string,
): Promise<ReadLibrary> {
  return format === 'zendesk' ? zendesk(archive) : markdown(archive, sourceLocale);
}

/** Of texts, read one after the other. */
class TextBudget {
  private bytes = 0;

  /** Undefined for what is no UTF-8. @throws DomainError `archive-too-large` */
  async read({ bytes, read }: ArchiveFile): Promise<string | undefined> {
    this.bytes += bytes;
    if (this.bytes > archiveLimits.textBytes)
      throw tooLarge(`its texts have more than ${archiveLimits.textBytes} bytes`, { bytes: archiveLimits.textBytes });
    const content = (await read?.()) ?? new Uint8Array();
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    } catch {
      return undefined;
    }
  }
}

const notText = (key: string): ImportFinding => ({ code: 'text-refused', key, detail: 'It is no text in UTF-8' });

async function markdown(archive: readonly ArchiveFile[], sourceLocale: string): Promise<ReadLibrary> {
  const budget = new TextBudget();
  const findings: ImportFinding[] = [];
  const files = new Map<string, ArchiveFile>();
  const texts: FolderFile[] = [];
  const paths = new Set(archive.map(({ path }) => path));
  for (const file of archive) {
    const { path, at } = file;
    if (!path.endsWith('.md')) {
      if (file.read === null) files.delete(path);
      else files.set(path, file);
      continue;
    }
    const content = file.read === null ? null : await budget.read(file);
    if (content === undefined) findings.push(notText(path));
    else texts.push({ path, at, content: content === null ? null : withPaths(path, content, paths, findings) });
  }
  const { library, keys } = readMarkdownPaths(texts, sourceLocale);
  return { library: { ...library, findings: [...findings, ...library.findings] }, keys, files };
}

/**
 * With relative addresses led to paths of the archive. One that leads to nothing stays as it was typed, and is named.
 * What cannot be read is left for the reader to refuse.
 */
function withPaths(path: string, content: string, paths: ReadonlySet<string>, findings: ImportFinding[]): string {
  try {
    const { data, body } = readFrontMatter(content);
    const led = rewrittenLinks(body, (url) => {
      const to = resolved(path, url);
      const target = to === undefined ? undefined : pathOfImported(to)?.path;
      if (target === undefined || paths.has(target)) return to;
      findings.push({ code: 'picture-missing', key: path, detail: url.slice(0, 200) });
      return undefined;
    });
    return led === body ? content : writeFrontMatter({ data, body: led });
  } catch (error) {
    if (error instanceof DomainError) return content;
    throw error;
  }
}

async function zendesk(archive: readonly ArchiveFile[]): Promise<ReadLibrary> {
  const budget = new TextBudget();
  const files = new Map<string, ArchiveFile>();
  const texts = new Map<string, string>();
  const refused: ImportFinding[] = [];
  for (const file of archive) {
    const content = zendeskKindOf(file.path) === undefined ? null : await budget.read(file);
    if (content === null) files.set(file.path, file);
    else if (content === undefined) refused.push(notText(file.path));
    else texts.set(file.path, content);
  }
  const { records, findings } = zendeskRecords(texts);
  const library = readZendesk(records, zendeskReferences(records, new Set(files.keys())));
  const keys = new Map(library.articles.map(({ key }) => [key, key]));
  return { library: { ...library, findings: [...refused, ...findings, ...library.findings] }, keys, files };
}
