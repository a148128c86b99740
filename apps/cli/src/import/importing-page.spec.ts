/** docs/importing.md: what it shows works as shown, and what it names is there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Terminal } from '../command-line.js';
import { parseArguments, usage } from './arguments.js';
import { runImport } from './importer.js';
import { compileMapping } from './mapping/compile.js';
import { parseMapping } from './mapping/load-mapping.js';

const page = readFileSync(new URL('../../../../docs/importing.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);

const folder = mkdtempSync(join(tmpdir(), 'guichet-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the file and the mapping that it leads with say what it shows, and nothing is wrong with them', async () => {
  const [file, mapping] = [join(folder, 'my-log.csv'), join(folder, 'my-mapping.yaml')];
  writeFileSync(file, blocks('csv')[0]!);
  writeFileSync(mapping, blocks('yaml')[0]!);
  const said: string[] = [];
  const signal = new AbortController().signal;
  const terminal: Terminal = {
    env: {},
    isInteractive: false,
    signal,
    say: (text) => said.push(text),
    progress: () => undefined,
  };
  const args = parseArguments([file, '--mapping', mapping, '--dry-run'])!;
  const { report, exitCode } = await runImport(
    args,
    () => Promise.reject(new Error('a dry run asks nobody')),
    terminal,
  );
  expect([exitCode, report.findings]).toEqual([0, []]);
  expect(said[0]).toContain(blocks('text')[0]);
});

/** Parts are completed by what every mapping has. */
function compiled(part: string): void {
  const own = parse(part) as { ticket?: object; rows?: object };
  const whole = {
    ...{ version: 1, source: 'page', ...own },
    ticket: { key: 'id', opened: 'at', ...own.ticket },
    rows: { ...(!('keep' in (own.rows ?? {})) && { time: 'at' }), ...own.rows },
  };
  compileMapping(parseMapping(stringify(whole), 'importing.md'), 'importing.md');
}

it.each(
  blocks('yaml')
    .slice(1)
    .filter((block) => !block.startsWith('#')),
)('its example is a mapping: %s', compiled);

const recipes = page.slice(page.indexOf('| my log …'), page.indexOf('## What a log becomes'));
const said = [...recipes.matchAll(/^\|[^|]+\| `([^`]+)`/gm)].map(([, part]) => part!);

it('has recipes', () => expect(said.length).toBeGreaterThan(20));
it.each(said)('its recipe is a mapping: %s', compiled);

it('names every option of the command, and no other', () => {
  const command = page.slice(page.indexOf('## The command'));
  const names = (text: string) => [...new Set([...text.matchAll(/--[a-z][a-z-]+/g)].map(([name]) => name))].sort();
  expect(names(command).filter((name) => name !== '--mapping')).toEqual(
    names(usage).filter((name) => name !== '--mapping'),
  );
});
it('names the exit codes that the command does', () =>
  expect(page).toContain(
    '0 done; 1 failed, or too many rows rejected; 2 the command, the file or the mapping is wrong; 130 Ctrl-C.',
  ));
it('names files that are there', () => {
  for (const [, path] of page.matchAll(/\]\((\.\.\/[^)#]+|(?:generated\/)?[a-z]+\.md)\)/g))
    expect(() =>
      readFileSync(new URL(path!, new URL('../../../../docs/', import.meta.url)), { flag: 'r' }),
    ).not.toThrow(/ENOENT/);
});
