/** How a text that comes in refers to what comes with it, until the ids here are known. Pure. */

import { DomainError } from '@guichet/event-sourcing';
import { rewrittenLinks } from './rewritten-links.js';

const scheme = 'import:';

/** The path of a file of the archive, as the address of a link or picture. */
export const importedPath = (path: string): string =>
  scheme + encodeURIComponent(path).replace(/[()'*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

/** The path that an address stands for, without its fragment; undefined for any other address. */
export function pathOfImported(url: string): { readonly path: string; readonly fragment: string } | undefined {
  if (!url.startsWith(scheme)) return undefined;
  const [, path = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url.slice(scheme.length)) ?? [];
  return { path: decodeURIComponent(path), fragment };
}

/**
 * Where a relative address in the file at `from` leads, as `importedPath`. Undefined for an address that is none: with a
 * scheme or a host, a fragment alone, or out of the archive.
 */
export function resolved(from: string, url: string): string | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#|$)/i.test(url)) return undefined;
  const [, path = '', fragment = ''] = /^([^?#]*)(?:\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const parts = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of decoded(path).split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return importedPath(parts.join('/')) + fragment;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** An export has its files at `files/<id>/<name>`. */
export const filesById = (files: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> =>
  new Map(
    [...files.keys()].flatMap((path) => {
      const id = /^files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/[^/]+$/.exec(path)?.[1];
      return id === undefined ? [] : [[id, path] as const];
    }),
  );

/** What a text refers to may be a file of an export, by its id there. */
export const pathOfFile = (url: string, filesById: ReadonlyMap<string, string>): string | undefined =>
  filesById.get(/^file:([0-9a-f-]{36})$/.exec(url)?.[1] ?? '');

/** Paths that a text's links and pictures lead to, each as often as it is named. A text that cannot be read has none. */
export function pathsIn(markdown: string, filesById: ReadonlyMap<string, string>): readonly string[] {
  const paths: string[] = [];
  rewritten(markdown, (url) => {
    const path = pathOfImported(url)?.path ?? pathOfFile(url, filesById);
    if (path !== undefined) paths.push(path);
    return undefined;
  });
  return paths;
}

/** As `rewrittenLinks`; a text that cannot be read stays: who saves it is told why. */
export function rewritten(markdown: string, address: (url: string) => string | undefined): string {
  try {
    return rewrittenLinks(markdown, address);
  } catch (error) {
    if (error instanceof DomainError) return markdown;
    throw error;
  }
}
