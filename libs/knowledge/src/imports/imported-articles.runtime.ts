import { strictest } from '@guichet/contracts';
import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { ArticleNumbers } from '../article/article-numbers.store.js';
import { articleDecider, type Drafting } from '../article/article.js';
import { addressForm, addressPattern } from '../article/old-address.js';
import { ArticleLists } from '../articles/lists.query.js';
import type { CategoryHere } from './imported-categories.runtime.js';
import type { ImportedArticle } from './imported-library.js';
import { type ArticleHere, ImportedTexts } from './imported-texts.runtime.js';
import { type Importing, inTurns } from './importing.js';
import { localeOfAddress } from './zendesk.js';
import type { ReadLibrary } from './read-library.js';
import { filesById, pathOfFile, pathOfImported, rewritten } from './references.js';

const atOnce = 8;
const waitMs = 5_000;
const longestAddress = 1_000;

export interface Brought {
  /** What texts show files by, by path. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly categories: ReadonlyMap<string, CategoryHere>;
}

/** Brings the articles of an import: first all of them get their numbers, so that their texts can link to one another. */
@Injectable()
export class ImportedArticles {
  constructor(
    private readonly events: EventStore,
    private readonly numbers: ArticleNumbers,
    private readonly texts: ImportedTexts,
    private readonly lists: ArticleLists,
    private readonly freshness: Freshness,
  ) {}

  async bring(importing: Importing, read: ReadLibrary, brought: Brought): Promise<void> {
    const { articles } = read.library;
    const here = new Map<string, ArticleHere>();
    for (const article of articles) here.set(article.key, await this.draft(importing, article, brought.categories));
    const linked = linksOf(read, brought.pictures, here);
    await inTurns(articles, atOnce, async (article) => {
      const draft = here.get(article.key);
      if (draft) await this.texts.bring(importing, article, draft, (body) => rewritten(body, linked));
    });
    await this.keepAddresses(importing, articles, here);
  }

  private async draft(
    importing: Importing,
    { key, category, sourceLocale, audience, texts }: ImportedArticle,
    categories: ReadonlyMap<string, CategoryHere>,
  ): Promise<ArticleHere> {
    const { tenantId, now } = importing;
    const articleId = importing.id('article', key);
    const [first] = (await this.events.readStream(
      tenantId,
      `article-${articleId}`,
    )) as readonly RecordedEvent<Drafting>[];
    if (first) return { articleId, number: first.data.number };
    const place = category === undefined ? undefined : categories.get(category);
    const begun = texts.flatMap(({ revisions }) => revisions.map(({ at }) => at)).sort();
    const data: Drafting = {
      ...{ articleId, number: await this.numbers.next(tenantId), sourceLocale, categoryId: place?.categoryId ?? null },
      ...{ audience: strictest(audience, place?.audience ?? 'public'), origin: 'import' },
      at: begun.find((at) => at <= now) ?? now,
    };
    const options = importing.options(importing.id('drafted', key));
    const result = await this.events.transact(articleDecider, articleId, { type: 'DraftArticle', data }, options);
    importing.add(result);
    const [drafted] = result.events as readonly RecordedEvent<Drafting>[];
    return { articleId, number: drafted?.data.number ?? data.number };
  }

  /** One after the other: of two articles with one address the first one keeps it. */
  private async keepAddresses(
    importing: Importing,
    articles: readonly ImportedArticle[],
    here: ReadonlyMap<string, ArticleHere>,
  ): Promise<void> {
    const { tenantId, now: at } = importing;
    await this.freshness.hasAllOfOwn('articles', waitMs);
    const taken = new Map<string, string>();
    for (const { key, oldAddresses, texts } of articles) {
      const articleId = here.get(key)?.articleId ?? '';
      for (const address of oldAddresses) {
        const path = addressForm(address);
        const refused = (detail: string) =>
          importing.findOnce({ code: 'address-refused', key, detail: `${address}: ${detail}` });
        if (!addressPattern.test(path) || path.length > longestAddress) {
          refused('It is no path, such as /hc/en-us/articles/1');
          continue;
        }
        const owner = taken.get(path) ?? (await this.lists.address(tenantId, path))?.article_id ?? articleId;
        taken.set(path, owner);
        if (owner !== articleId) {
          refused('It leads to another article already');
          continue;
        }
        await importing.unlessRefused({ code: 'address-refused', key }, async () => {
          const named = localeOfAddress(path);
          const locale = texts.find((text) => text.locale === named)?.locale;
          const data = { articleId, path, ...(locale !== undefined && { locale }), at };
          const command = { type: 'KeepOldAddress', data } as const;
          const options = importing.options(importing.id('address', key, path));
          importing.add(await this.events.transact(articleDecider, articleId, command, options));
        });
      }
    }
  }
}

/** What links and pictures of the texts lead to here. */
function linksOf(
  { keys, files }: ReadLibrary,
  pictures: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, ArticleHere>,
): (url: string) => string | undefined {
  const byId = filesById(files);
  const articleOf = (key: string | undefined) => (key === undefined ? undefined : here.get(key));
  return (url) => {
    const [, number, anchor = ''] = /^article:([1-9]\d{0,8})(#.*)?$/s.exec(url) ?? [];
    const imported = pathOfImported(url);
    const path = imported?.path ?? pathOfFile(url, byId);
    const article = articleOf(number) ?? (path === undefined ? undefined : articleOf(keys.get(path)));
    if (article) return `article:${article.number}${anchor || (imported?.fragment ?? '')}`;
    return path === undefined ? undefined : (pictures.get(path) ?? (imported ? encodeURI(path) : undefined));
  };
}
