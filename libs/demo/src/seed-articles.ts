import { demoPeople } from '@guichet/identity';
import type { ImportedArticle, ImportedCategory, ImportedLibrary, ImportedText } from '@guichet/knowledge/imports';
import {
  categoryOrder,
  fallbacks,
  nameOf,
  source,
  sourceEdits,
  successors,
  translators,
  withNumbers,
} from './articles.js';
import type { Connect, Wanted } from './connect.js';
import { eachOf, Hand } from './hand.js';

/** Articles that are worked on at the same time. */
const atOnce = 8;

interface Begun {
  readonly articleId: string;
  readonly number: number;
}

interface Saved {
  readonly revision: number;
}

/** The demo's knowledge base, written and published by its people. A repetition finds each command done already. */
export async function seedArticles(connect: Connect, library: ImportedLibrary): Promise<void> {
  const handOf = (wanted: Wanted) => new Hand(connect(wanted), '/knowledge/v1', 'demo-articles');
  const editor = handOf({ role: 'editor' });
  await setLanguages(editor, library);
  const categories = await createCategories(editor, library.categories);
  const author = handOf({ role: 'author' });
  const begun = new Map<string, Begun>();
  // One after the other: an article has the same number in every demo.
  for (const { key, category, sourceLocale, audience } of library.articles) {
    const categoryId = category === undefined ? null : (categories.get(category) ?? null);
    begun.set(nameOf(key), await author.post<Begun>('/articles', nameOf(key), { sourceLocale, categoryId, audience }));
  }
  const writers = Object.entries(translators).map(
    ([locale, person]) => [locale, handOf({ role: 'translator', person })] as const,
  );
  const publisher = new Publisher({ author, editor, translators: new Map(writers) }, begun);
  await eachOf(library.articles, atOnce, (article) => publisher.publish(article));
  await publisher.retire();
}

async function setLanguages(editor: Hand, { articles }: ImportedLibrary): Promise<void> {
  const locales = [...new Set(articles.flatMap(({ texts }) => texts.map(({ locale }) => locale)))].sort();
  await editor.send('PUT', '/library/languages', 'all', { source, locales, fallbacks });
  for (const [locale, email] of Object.entries(translators)) {
    const { userId: personId } = demoPeople.find((person) => person.email === email)!;
    await editor.send('PUT', '/library/translators', email, { personId, locales: [locale] });
  }
}

/** Ids by key. Each category comes after the one above it. */
async function createCategories(
  editor: Hand,
  categories: readonly ImportedCategory[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { key, parent, names } of categories) {
    const [[locale, name], ...others] = Object.entries(names) as [[string, string], ...[string, string][]];
    const place = categoryOrder.indexOf(key) + 1;
    const above = parent === undefined ? null : ids.get(parent);
    const body = { name, locale, parentId: above, place };
    const { categoryId } = await editor.post<{ categoryId: string }>('/categories', key, body);
    ids.set(key, categoryId);
    for (const [language, said] of others)
      await editor.send('PUT', `/categories/${categoryId}/names/${language}`, key, { name: said });
  }
  return ids;
}

interface People {
  readonly author: Hand;
  readonly editor: Hand;
  readonly translators: ReadonlyMap<string, Hand>;
}

class Publisher {
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(
    private readonly people: People,
    /** By name. */
    private readonly begun: ReadonlyMap<string, Begun>,
  ) {
    this.numbers = new Map([...begun].map(([name, { number }]) => [name, number]));
  }

  /** The source as it was, what translates that, the source as it is now, and what translates this. */
  async publish(article: ImportedArticle): Promise<void> {
    const { texts, oldAddresses } = article;
    const name = nameOf(article.key);
    const [original, ...translations] = texts as [ImportedText, ...ImportedText[]];
    const { followedBy = [], ...more } = sourceEdits[name] ?? {};
    const isEdited = original.revisions.length > 1;
    const [current, behind] = [
      translations.filter(({ locale }) => !isEdited || followedBy.includes(locale)),
      translations.filter(({ locale }) => isEdited && !followedBy.includes(locale)),
    ];
    let etag: string | undefined;
    for (const [index, revision] of original.revisions.entries()) {
      etag = await this.write(article, original.locale, revision, index + 1, index > 0 ? { ...more, etag } : {});
      for (const { locale, revisions } of index === 0 && isEdited ? behind : [])
        await this.write(article, locale, revisions[0]!, 1);
    }
    for (const { locale, revisions } of current) await this.write(article, locale, revisions[0]!, 1);
    const { articleId } = this.begun.get(name)!;
    for (const path of oldAddresses)
      await this.people.editor.post(`/articles/${articleId}/addresses`, `${name}${path}`, { path });
  }

  /** @returns the ETag of the text */
  private async write(
    { key, sourceLocale }: ImportedArticle,
    locale: string,
    { title, summary, keywords, body, isDraft }: ImportedText['revisions'][number],
    n: number,
    { significance, etag }: { readonly significance?: string; readonly etag?: string | undefined } = {},
  ): Promise<string | undefined> {
    const { author, editor, translators } = this.people;
    const [text, wish] = [
      `/articles/${this.begun.get(nameOf(key))!.articleId}/texts/${locale}`,
      `${nameOf(key)}.${locale}/${n}`,
    ];
    const writer = locale === sourceLocale ? author : (translators.get(locale) ?? author);
    const draft = { title, summary, keywords, body: withNumbers(body, this.numbers) };
    const ifMatch = etag === undefined ? {} : { ifMatch: etag };
    const saved = await writer.send<Saved>('PUT', `${text}/draft`, wish, draft, ifMatch);
    if (isDraft) {
      await writer.send('POST', `${text}/submissions`, wish, {});
      return saved.etag;
    }
    const { revision } = saved.body;
    const publication = { revision, ...(significance !== undefined && { significance }) };
    return (await editor.send('POST', `${text}/publications`, wish, publication)).etag;
  }

  /** After all are published: who asks for them is sent on. */
  async retire(): Promise<void> {
    for (const [name, successor] of Object.entries(successors)) {
      const [{ articleId }, { articleId: successorId }] = [this.begun.get(name)!, this.begun.get(successor)!];
      await this.people.editor.post(`/articles/${articleId}/archive`, name, { successorId });
    }
  }
}
