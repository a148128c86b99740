import { audienceAt } from '@guichet/contracts';
import { Injectable } from '@nestjs/common';
import { slugOf } from '../content/slug.js';
import { FileKeeper } from '../file/file-keeper.runtime.js';
import type { ImportedCategory, ImportedRevision } from '../imports/imported-library.js';
import {
  type ArticleHead,
  categoryFileOf,
  type FolderFile,
  foldersOf,
  revisionFileOf,
} from '../imports/markdown-folder.js';
import { tarEnd, tarHeaders, tarPadding } from '../imports/tar-archive.js';
import {
  type ExportedArticleRow,
  type ExportedCategoryRow,
  ExportPages,
  type ExportedRevisionRow,
} from './export.query.js';

/** So much is in memory at once: revisions of one text, of 100,000 characters each at most. */
const [articlesOfPage, revisionsOfPage, filesOfPage] = [100, 20, 100];
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * The knowledge base as a folder of Markdown files in a tar archive: every revision of every text in the order in which
 * they were written, so that whoever unpacks it gets the newest, and whoever imports it gets all; and the files that
 * texts show. Keys of articles are their numbers.
 */
@Injectable()
export class LibraryExport {
  constructor(
    private readonly pages: ExportPages,
    private readonly keeper: FileKeeper,
  ) {}

  async *tar(tenantId: string, sourceLocale: string): AsyncGenerator<Uint8Array> {
    const categories = (await this.pages.categories(tenantId)).map(categoryOf);
    const folders = foldersOf(categories, ({ key, names }) =>
      slugOf(names[sourceLocale] ?? Object.values(names)[0] ?? key),
    );
    for (const category of categories) yield* textFile(categoryFileOf(category, folders));
    for await (const article of this.articles(tenantId)) yield* this.revisions(tenantId, article, folders);
    yield* this.files(tenantId);
    yield tarEnd();
  }

  private async *articles(tenantId: string): AsyncGenerator<ExportedArticleRow> {
    let after = 0;
    for (;;) {
      const page = await this.pages.articles(tenantId, after, articlesOfPage);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.number;
    }
  }

  private async *revisions(
    tenantId: string,
    row: ExportedArticleRow,
    folders: ReadonlyMap<string, string>,
  ): AsyncGenerator<Uint8Array> {
    const { article_id: articleId, number, source_locale: sourceLocale, title, locales } = row;
    const article: ArticleHead = {
      ...{ key: String(number), category: row.category_id ?? undefined, sourceLocale },
      ...{ audience: audienceAt(row.audience), oldAddresses: row.addresses },
    };
    const name = [number, slugOf(title ?? '', sourceLocale)].filter((part) => part !== '').join('-');
    for (const locale of locales) {
      let after = 0;
      for (;;) {
        const page = await this.pages.revisions(tenantId, { articleId, locale }, after, revisionsOfPage);
        for (const revision of page)
          yield* textFile(revisionFileOf({ article, folders, name, locale }, revisionOf(revision)));
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.revision;
      }
    }
  }

  private async *files(tenantId: string): AsyncGenerator<Uint8Array> {
    let after = firstId;
    for (;;) {
      const page = await this.pages.files(tenantId, after, filesOfPage);
      for (const { file_id: fileId, name, added_at: addedAt } of page) {
        const found = await this.keeper.store.get({ tenantId, fileId });
        if (!found) throw new Error(`The content of the file ${fileId} is missing: restore the folder of files.`);
        yield tarHeaders(`files/${fileId}/${name}`, addedAt.toISOString(), found.bytes);
        for await (const chunk of found.content) yield chunk as Buffer;
        yield tarPadding(found.bytes);
      }
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.file_id;
    }
  }
}

function* textFile({ path, at, content }: FolderFile): Generator<Uint8Array> {
  const bytes = Buffer.from(content ?? '');
  yield tarHeaders(path, at, bytes.length);
  yield bytes;
  yield tarPadding(bytes.length);
}

const categoryOf = ({
  category_id: key,
  parent_id: parent,
  audience,
  names,
}: ExportedCategoryRow): ImportedCategory => ({
  ...{ key, parent: parent ?? undefined, names: names ?? {} },
  ...(audience > 0 && { audience: audienceAt(audience) }),
});

const revisionOf = (row: ExportedRevisionRow): ImportedRevision => ({
  ...{
    at: row.drafted_at.toISOString(),
    title: row.title,
    summary: row.summary,
    keywords: row.keywords,
    body: row.body,
  },
  isDraft: !row.published,
  ...(row.follows !== null && { follows: row.follows }),
  ...(row.significance !== null && { significance: row.significance }),
});
