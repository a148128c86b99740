import { services } from '@guichet/contracts';
import { defineService } from '@guichet/service';
import { ArticleNumbers } from './article/article-numbers.store.js';
import { articleDecider } from './article/article.js';
import { ArchiveArticleHandler, DraftArticleHandler } from './article/article.handler.js';
import { ArticleHttp } from './article/article.http.js';
import { ArticleViewHttp } from './articles/article-view.http.js';
import { ArticlesProjection } from './articles/articles.projection.js';
import { Articles } from './articles/articles.query.js';
import { categoriesDecider } from './category/categories.js';
import { ArchiveCategoryHandler } from './category/category.handler.js';
import { CategoryHttp } from './category/category.http.js';
import { CategoryTree } from './category/category.query.js';
import { toPublicEvent } from './knowledge.publisher.js';
import { LibraryHttp } from './library/library.http.js';
import { libraryDecider } from './library/library.js';
import { knowledgeMigrations } from './migrations/index.js';
import { TextHandler } from './text/text.handler.js';
import { TextHttp } from './text/text.http.js';
import { textDecider } from './text/text.js';

/** The knowledge base: articles, in each language a text of its own. */
export const KnowledgeModule = defineService(services.knowledge, {
  connections: 20,
  deciders: [articleDecider, textDecider, categoriesDecider, libraryDecider],
  publish: toPublicEvent,
  migrations: knowledgeMigrations,
  projections: [{ projection: ArticlesProjection, reads: ['own'] }],
  controllers: [ArticleHttp, ArticleViewHttp, TextHttp, CategoryHttp, LibraryHttp],
  providers: [
    ...[DraftArticleHandler, ArchiveArticleHandler, TextHandler, ArchiveCategoryHandler],
    ...[ArticleNumbers, Articles, CategoryTree],
  ],
});
