import { describe, expect, it } from '@jest/globals';
import { audiences } from '@guichet/contracts';
import fc from 'fast-check';
import { anyMarkdown } from '../content/testing/markdown.js';
import type { ImportedArticle, ImportedCategory, ImportedLibrary, ImportedText } from './imported-library.js';
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
  const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const anyKey = fc.oneof(anyText, fc.constantFrom('a', 'A', 'a/b', 'section-1', '..', '_category', 'x.pl', 'con'));
  const anyRevision = fc.record({
    at: fc.nat(1000).map(at),
    title: anyText,
    summary: fc.oneof(fc.constant(''), anyText),
    keywords: fc.array(anyText, { maxLength: 2 }),
    body: anyMarkdown.map((markdown) => markdown.replace(/\r\n?/g, '\n')),
    isDraft: fc.boolean(),
  });
  const anyTexts = (sourceLocale: string): fc.Arbitrary<readonly ImportedText[]> =>
    fc
      .tuple(
        ...['de', 'en-US', 'fr-CA', 'pl'].map((locale) =>
          fc.array(anyRevision, { minLength: locale === sourceLocale ? 1 : 0, maxLength: 3 }).map((revisions) => ({
            locale,
            revisions: revisions.toSorted((a, b) => a.at.localeCompare(b.at)),
          })),
        ),
      )
      .map((texts) =>
        texts
          .filter(({ revisions }) => revisions.length > 0)
          .toSorted((a, b) => Number(b.locale === sourceLocale) - Number(a.locale === sourceLocale)),
      );
  const anyCategories: fc.Arbitrary<readonly ImportedCategory[]> = fc
    .uniqueArray(fc.tuple(anyKey, fc.nat(), fc.dictionary(fc.constantFrom('en-US', 'pl'), anyText)), {
      selector: ([key]) => key,
      maxLength: 5,
    })
    .map((all) =>
      all.map(([key, above, names], place) => ({
        key,
        parent: place === 0 ? undefined : all[above % place]?.[0],
        names,
      })),
    );
  const anyArticle = (categories: readonly ImportedCategory[]) =>
    fc.constantFrom('en-US', 'pl').chain((sourceLocale): fc.Arbitrary<ImportedArticle> =>
      fc.record({
        key: anyKey,
        category: fc.constantFrom(undefined, ...categories.map(({ key }) => key)),
        sourceLocale: fc.constant(sourceLocale),
        audience: fc.constantFrom(...audiences),
        oldAddresses: fc.array(anyText, { maxLength: 2 }),
        texts: anyTexts(sourceLocale),
      }),
    );
  const anyLibrary: fc.Arbitrary<ImportedLibrary> = anyCategories.chain((categories) =>
    fc.record({
      categories: fc.constant(categories),
      articles: fc.uniqueArray(anyArticle(categories), { selector: ({ key }) => key, maxLength: 4 }),
      findings: fc.constant([]),
    }),
  );
  const sorted = ({ categories, articles, findings }: ImportedLibrary) => ({
    categories: categories.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    articles: articles.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    findings,
  });

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
