import { importedPath, pathOfImported, pathsIn, resolved } from './references.js';
import { rewrittenLinks } from './rewritten-links.js';

it.each([
  ['docs/a.md', 'b.md', 'docs/b.md', ''],
  ['docs/a.md', './b.md#part', 'docs/b.md', '#part'],
  ['docs/a.md', '../b%20c.png?raw=1', 'b c.png', ''],
  ['docs/a.md', '/b(1).png', 'b(1).png', ''],
])('in %s, %s is %s', (from, url, path, fragment) =>
  expect(pathOfImported(resolved(from, url) ?? '')).toEqual({ path, fragment }),
);
it.each(['https://example.org/', 'mailto:a@b', '#part', '', '//host/a', '../../a', 'article:42', 'file:x'])(
  '%j leads to no file of the archive',
  (url) => expect(resolved('docs/a.md', url)).toBeUndefined(),
);

const text = [
  '# A [link](b.md "b.md") and ![a picture](<p q.png>) and [![both](x.png)](b.md)',
  '',
  '    [code](b.md)',
  '',
  'See [the one][1], `[b](b.md)` and <https://example.org>',
  '',
  '[1]: b.md',
].join('\n');

it('changes links, pictures and definitions, and nothing else', () => {
  const changed = rewrittenLinks(text, (url) => ({ 'b.md': 'article:7', 'x.png': 'file:1' })[url]);
  expect(changed).toBe(
    text
      .replace('(b.md "b.md")', '(article:7 "b.md")')
      .replace('(x.png)](b.md)', '(file:1)](article:7)')
      .replace('[1]: b.md', '[1]: article:7'),
  );
});
it('leaves a text as it is that leads nowhere else', () => expect(rewrittenLinks(text, () => undefined)).toBe(text));
it('finds what a text shows of an archive, also by the ids of an export', () => {
  const id = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
  const body = `![a](${importedPath('a b.png')}) ![b](file:${id}) ![c](file:${id.replace('1', '2')})`;
  expect(pathsIn(body, new Map([[id, `files/${id}/b.png`]]))).toEqual(['a b.png', `files/${id}/b.png`]);
});
