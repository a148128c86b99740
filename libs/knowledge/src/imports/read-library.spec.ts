import fc from 'fast-check';
import { inMemory, tarOf } from '../../testing/archives.js';
import { filesOf } from './archive-files.js';
import { writeMarkdownFolder } from './markdown-folder.js';
import { readLibrary } from './read-library.js';
import { importedPath } from './references.js';
import { anyLibrary, sorted } from './testing/any-library.js';

const read = async (archive: Uint8Array) => readLibrary(await filesOf(inMemory(archive)), 'markdown', 'en-US');

it('any library, taken away as an archive, is read as the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyLibrary, async (library) => {
      const files = writeMarkdownFolder(library).map(({ path, at, content }) => ({ path, at, content: content ?? '' }));
      const { library: again } = await read(tarOf(...files));
      // What leads to nothing is named, and stays.
      expect(sorted({ ...again, findings: [] })).toEqual(sorted(library));
    }),
    { numRuns: 100 },
  );
});

it('leads links and pictures to what the archive has, and names what it has not', async () => {
  const body = '[a](b.md#x) ![c](../img/c%20d.png) ![e](e.png) <https://example.org>';
  const { library, keys, files } = await read(
    tarOf(
      ...[
        { path: 'docs/a.md', content: body },
        { path: 'docs/b.md', content: '# B' },
      ],
      { path: 'img/c d.png', content: 'x' },
    ),
  );
  expect(library.articles[0]?.texts[0]?.revisions[0]?.body).toBe(
    body.replace('b.md', importedPath('docs/b.md')).replace('../img/c%20d.png', importedPath('img/c d.png')),
  );
  expect(library.findings).toEqual([{ code: 'picture-missing', key: 'docs/a.md', detail: 'e.png' }]);
  expect([keys.get('docs/b.md'), [...files.keys()]]).toEqual(['docs/b', ['img/c d.png']]);
});
