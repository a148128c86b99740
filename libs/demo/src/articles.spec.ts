import type { ImportedArticle, ImportedLibrary } from '@guichet/knowledge/imports';
import { categoryOrder, nameOf, sourceEdits, successors, translators, withNumbers } from './articles.js';
import { demoLibrary } from './demo-library.js';

let library: ImportedLibrary;
let byName: ReadonlyMap<string, ImportedArticle>;
beforeAll(async () => {
  library = await demoLibrary();
  byName = new Map(library.articles.map((article) => [nameOf(article.key), article]));
});

const locales = ['en', ...Object.keys(translators)];
const bodiesOf = ({ texts }: ImportedArticle) =>
  texts.flatMap(({ locale, revisions }) => revisions.map(({ body }) => ({ locale, body })));
const linked = (body: string) => [...body.matchAll(/\]\(article:([^)#]*)/g)].map(([, name]) => name ?? '');

it('has forty articles in each language, and none of them in all but one', () => {
  expect(byName.size).toBe(library.articles.length);
  const published = (locale: string) =>
    library.articles.filter(({ texts }) =>
      texts.some((text) => text.locale === locale && !text.revisions.some(({ isDraft }) => isDraft)),
    ).length;
  expect(locales.map((locale) => [locale, published(locale)])).toEqual(locales.map((locale) => [locale, 40]));
  expect(library.articles.length).toBeGreaterThan(40);
});

it('says of every text what lists and searches need', () => {
  for (const { key, texts } of library.articles)
    for (const { locale, revisions } of texts)
      for (const { title, summary, keywords, body } of revisions) {
        const words = body.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
        const said = { key, locale, title: title !== '', summary: summary !== '', keywords: keywords.length > 0 };
        expect(said).toEqual({ key, locale, title: true, summary: true, keywords: true });
        expect({ key, locale, isLongEnough: words >= 80 && words <= 300 }).toEqual({ key, locale, isLongEnough: true });
      }
});

it('links to articles that are there, and that everybody who reads the link may read', () => {
  const numbers = new Map([...byName.keys()].map((name, place) => [name, place + 1]));
  for (const article of library.articles)
    for (const { body } of bodiesOf(article)) {
      for (const name of linked(body))
        expect([article.key, name, byName.get(name)?.audience]).toEqual([article.key, name, 'public']);
      expect(linked(withNumbers(body, numbers)).every((number) => /^\d+$/.test(number))).toBe(true);
    }
});

it('refuses a link to an article that is not there', () => {
  expect(() => withNumbers('[here](article:nowhere)', new Map())).toThrow('nowhere');
});

it('names every category in every language, and orders those at the top', () => {
  for (const { key, names } of library.categories) expect([key, Object.keys(names).sort()]).toEqual([key, locales]);
  const top = library.categories.filter(({ parent }) => parent === undefined).map(({ key }) => key);
  expect(top.toSorted()).toEqual(categoryOrder.toSorted());
});

it('plans for articles that are there: two texts of a source that was edited, and one of any other', () => {
  for (const { key, texts } of library.articles)
    expect([key, texts[0]?.revisions.length]).toEqual([key, Object.hasOwn(sourceEdits, nameOf(key)) ? 2 : 1]);
  for (const name of [...Object.keys(sourceEdits), ...Object.entries(successors).flat()])
    expect([name, byName.has(name)]).toEqual([name, true]);
});
