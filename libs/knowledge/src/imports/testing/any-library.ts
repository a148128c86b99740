/** For tests: libraries of any content. */
import { audiences, significances } from '@guichet/contracts';
import fc from 'fast-check';
import { anyMarkdown } from '../../content/testing/markdown.js';
import type { ImportedArticle, ImportedCategory, ImportedLibrary, ImportedText } from '../imported-library.js';

const at = (hour: number) => new Date(Date.UTC(2024, 0, 1, hour)).toISOString();
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const anyKey = fc.oneof(anyText, fc.constantFrom('a', 'A', 'a/b', 'section-1', '..', '_category', 'x.pl', 'con'));
const anyRevision = fc.record(
  {
    at: fc.nat(1000).map(at),
    title: anyText,
    summary: fc.oneof(fc.constant(''), anyText),
    keywords: fc.array(anyText, { maxLength: 2 }),
    body: anyMarkdown.map((markdown) => markdown.replace(/\r\n?/g, '\n')),
    isDraft: fc.boolean(),
    ...{ follows: fc.integer({ min: 1, max: 9 }), significance: fc.constantFrom(...significances) },
  },
  { requiredKeys: ['at', 'title', 'summary', 'keywords', 'body', 'isDraft'] },
);
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
  .uniqueArray(
    fc.tuple(
      anyKey,
      fc.nat(),
      fc.dictionary(fc.constantFrom('en-US', 'pl'), anyText),
      fc.constantFrom(undefined, ...audiences),
    ),
    {
      selector: ([key]) => key,
      maxLength: 5,
    },
  )
  .map((all) =>
    all.map(([key, above, names, audience], place) => ({
      ...(audience !== undefined && { audience }),
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
export const anyLibrary: fc.Arbitrary<ImportedLibrary> = anyCategories.chain((categories) =>
  fc.record({
    categories: fc.constant(categories),
    articles: fc.uniqueArray(anyArticle(categories), { selector: ({ key }) => key, maxLength: 4 }),
    findings: fc.constant([]),
  }),
);
/** In one order: a folder has none. */
export const sorted = ({ categories, articles, findings }: ImportedLibrary) => ({
  categories: categories.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  articles: articles.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  findings,
});
