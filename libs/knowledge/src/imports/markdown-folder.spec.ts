import fc from 'fast-check';
import { anyLibrary, sorted } from './testing/any-library.js';
import { type FolderFile, readMarkdownFolder, writeMarkdownFolder } from './markdown-folder.js';

const at = (hour: number) => new Date(Date.UTC(2024, 0, 1, hour)).toISOString();
const file = (path: string, content: string | null, hour = 0): FolderFile => ({ path, at: at(hour), content });

describe('a folder', () => {
  const library = readMarkdownFolder(
    [
      file('billing/_category.md', '---\nnames:\n  en: Billing\n  pl: Płatności\n---\n'),
      file(
        'billing/refunds/how.en.md',
        '---\ntitle: Refunds\nkeywords: [money, 2024]\naddresses: [/old/1]\n---\n\n# Text\n',
        1,
      ),
      file('billing/refunds/how.pl.md', '# Zwroty\n\nTekst\n', 2),
      file('billing/refunds/how.en.md', '---\ntitle: Refunds!\naudience: signed-in\n---\nText 2\n', 3),
      file('start.md', 'Hello\n', 4),
      file('pictures/cat.png', 'x', 5),
      file('gone.md', 'x', 6),
      file('gone.md', null, 7),
    ],
    'en',
  );

  it('has articles in languages, with their history', () => {
    expect(library.articles).toEqual([
      {
        key: 'billing/refunds/how',
        category: 'billing/refunds',
        sourceLocale: 'en',
        audience: 'signed-in',
        oldAddresses: [],
        texts: [
          {
            locale: 'en',
            revisions: [
              {
                at: at(1),
                title: 'Refunds',
                summary: '',
                keywords: ['money', '2024'],
                body: '# Text\n',
                isDraft: false,
              },
              { at: at(3), title: 'Refunds!', summary: '', keywords: [], body: 'Text 2\n', isDraft: false },
            ],
          },
          {
            locale: 'pl',
            revisions: [{ at: at(2), title: 'Zwroty', summary: '', keywords: [], body: 'Tekst\n', isDraft: false }],
          },
        ],
      },
      {
        key: 'start',
        category: undefined,
        sourceLocale: 'en',
        audience: 'public',
        oldAddresses: [],
        texts: [
          {
            locale: 'en',
            revisions: [{ at: at(4), title: 'start', summary: '', keywords: [], body: 'Hello\n', isDraft: false }],
          },
        ],
      },
    ]);
  });

  it('has categories, named or not', () => {
    expect(library.categories).toEqual([
      { key: 'billing', parent: undefined, names: { en: 'Billing', pl: 'Płatności' } },
      { key: 'billing/refunds', parent: 'billing', names: { en: 'refunds' } },
    ]);
  });

  it('says what it left out', () => {
    expect(library.findings).toEqual([
      { code: 'not-imported', key: 'pictures/cat.png', detail: 'It is no Markdown file' },
    ]);
    const broken = [
      file('../up.md', 'x'),
      file('a//b.md', 'x'),
      file('header.md', '---\na: [\n---\n'),
      file('only.pl.md', 'x'),
      { path: 'when.md', at: 'yesterday', content: 'x' },
      file('who.md', '---\naudience: friends\n---\nx'),
    ];
    const { articles, findings } = readMarkdownFolder(broken, 'en');
    expect(findings.map(({ code, key }) => [code, key])).toEqual([
      ['not-imported', '../up.md'],
      ['not-imported', 'a//b.md'],
      ['text-refused', 'header.md'],
      ['text-refused', 'when.md'],
      ['source-text-missing', 'only'],
      ['unknown-audience', 'who'],
    ]);
    expect(articles.map(({ key, audience }) => [key, audience])).toEqual([['who', 'agents']]);
  });
});

describe('the files of a library', () => {
  it('are read as the same library', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        const files = writeMarkdownFolder(library);
        expect(sorted(readMarkdownFolder(files, 'en-US'))).toEqual(sorted(library));
      }),
      { numRuns: 300 },
    );
  });

  it('have paths that stay within the folder', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        for (const { path } of writeMarkdownFolder(library))
          expect(path).toMatch(/^(?:[A-Za-z0-9-]+\/)*(?:_category\.md|[A-Za-z0-9-]+\.[A-Za-z-]+\.md)$/);
      }),
    );
  });
});
