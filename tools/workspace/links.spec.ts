import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const pages = spawnSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).stdout.trim().split('\n');

/** Without examples in blocks of code, and without links to articles of the knowledge base. */
const linksOf = (page: string): string[] =>
  [
    ...readFileSync(join(root, page), 'utf8')
      .replaceAll(/^```[^]*?^```/gm, '')
      .matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g),
  ]
    .map(([, target]) => target!)
    .filter((target) => !/^(https?|mailto|article):/.test(target));

it('finds the pages', () => expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/domain.md'])));

it.each(pages)('%s leads only to files that exist', (page) => {
  const missing = linksOf(page).filter((target) => !existsSync(join(root, dirname(page), target)));
  expect(missing).toEqual([]);
});

/** What looks like a file or folder of the repository, in backticks, in commands and in drawings. A `*` or `<` is a pattern. */
const pathsIn = (page: string): string[] =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(
      /(?<=[`\s])((?:apps|bench|docs|infra|libs|tests|tools)\/[\w.@/-]*\w)(?![\w.@/-]*[*<{…])/g,
    ),
  ].map(([, path]) => path!);

it('finds the paths', () => expect(pathsIn('docs/how-to.md').length).toBeGreaterThan(10));

it.each(pages)('%s names only paths that exist', (page) =>
  expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]),
);
