/** The demo's knowledge base, as its Markdown files say it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FolderFile, type ImportedLibrary, readMarkdownFolder } from '@guichet/knowledge/imports';
import { source } from './articles.js';

/** A bundle has the folder beside itself. */
const folder = fileURLToPath(new URL('../articles', import.meta.url));

/** What the source texts were that some translations still follow, and what all texts are now. */
const versions = [
  { name: 'before', at: '2026-01-12T08:00:00Z' },
  { name: 'now', at: '2026-02-16T08:00:00Z' },
] as const;

/** @throws Error that lists what no knowledge base could take in */
export async function demoLibrary(): Promise<ImportedLibrary> {
  const files: FolderFile[] = [];
  for (const { name, at } of versions) {
    const root = join(folder, name);
    const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.md'));
    for (const path of paths.sort()) files.push({ path, at, content: await readFile(join(root, path), 'utf8') });
  }
  const library = readMarkdownFolder(files, source);
  if (library.findings.length > 0) {
    const list = library.findings.map(({ key, detail }) => `${key}: ${detail}`);
    throw new Error(`The demo's articles are not as they should be:\n${list.join('\n')}`);
  }
  return library;
}
