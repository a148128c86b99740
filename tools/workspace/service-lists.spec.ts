import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import { writtenLists } from './service-lists.js';

const root = resolve(import.meta.dirname, '../..');
const [first, second, third] = serviceNames as readonly [string, string, string];
const found = (file: string, text: string) => writtenLists(file, text, serviceNames).length;

describe('a list of services', () => {
  it.each([
    ['array', `const all = ['${first}', '${second}'] as const;`],
    ['array with more in it', `const all = ['kafka', "${first}", '${second}'];`],
    ['array of objects', `const all = [{ name: '${first}', port: 1 }, { name: '${second}', port: 2 }];`],
    ['array of pairs', `const all = [['${first}', 1], ['${second}', 2]];`],
    ['union', `type Name = '${first}' | '${second}';`],
    ['tuple', `type Names = ['${first}', '${second}'];`],
    ['glob', `const files = 'libs/{${first},${second}}/src/**';`],
    ['pattern', `const name = /^(${first}|${second})-database$/;`],
    ['sentence', `const text = 'one of ${first} and ${second}';`],
    ['template', 'const sql = `in (' + `'${first}', '${second}'` + ') ${more}`;'],
    ['object', `const ports = { ${first}: 1, ${second}: 2, ${third}: 3 };`],
  ])('is found as %s', (_, text) => expect(found('a.ts', text)).toBe(1));

  it.each([
    ['settings.yaml', `services: [${first}, ${second}]`],
    ['known.py', `SERVICES = ("${first}", "${second}")`],
    ['run.sh', `for service in "${first}", "${second}"; do`],
  ])('is found in %s', (file, text) => expect(found(file, text)).toBe(1));

  it.each([
    ['one service', `const all = ['${first}', 'kafka'];`],
    ['the two sides of a ticket', `const last = { ${first}: 0, ${second}: 0 };`],
    [
      'what the compiler keeps whole',
      `const ports: EveryService<number> = { ${first}: 1, ${second}: 2, ${third}: 3 };`,
    ],
    ['longer names', `const all = ['${first}-database', '${second}-database'];`],
  ])('is not %s', (_, text) => expect(found('a.ts', text)).toBe(0));
});

const kinds = '*.{ts,mts,cts,mjs,cjs,js,tsx,jsx,py,sh,yml,yaml,toml,json,properties},Dockerfile*';
const others = ['node_modules', 'dist', 'coverage', '.nx', '.guichet', '.git', '.cache', 'package-lock.json'];

it('is written out nowhere but in the table', () => {
  const exclude = (path: string) => others.includes(basename(path));
  const files = globSync(`{.ci/*,**/{${kinds}}}`, { cwd: root, exclude });
  const table = 'libs/contracts/src/services.ts';
  expect(files).toContain(table);
  // A migration that was released stays as it is.
  const searched = files.filter((file) => file !== table && !file.includes('/migrations/'));
  expect(searched.length).toBeGreaterThan(500);
  const written = searched.flatMap((file) =>
    writtenLists(file, readFileSync(join(root, file), 'utf8'), serviceNames).map(
      ({ line, text }) => `${file}:${line} ${text}`,
    ),
  );
  expect(written).toEqual([]);
}, 120_000);
