import { services } from '@guichet/contracts';
import { defineService, StaffSight } from '@guichet/service';
import { ArticleNumbers } from './article/article-numbers.store.js';
import { articleDecider } from './article/article.js';
import {
  DraftArticleHandler,
  KeepAddressHandler,
  MoveArticleHandler,
  RetireArticleHandler,
} from './article/article.handler.js';
import { ArticleHttp } from './article/article.http.js';
import { ReadableArticles } from './article/readable-articles.store.js';
import { FollowedTickets } from './article/followed-tickets.query.js';
import { ArticleStream } from './articles/article-stream.http.js';
import { ArticleViewHttp } from './articles/article-view.http.js';
import { ArticlesProjection } from './articles/articles.projection.js';
import { Articles } from './articles/articles.query.js';
import { ComparisonsHttp } from './articles/comparisons.http.js';
import { Comparisons } from './articles/comparisons.query.js';
import { PastArticles } from './articles/past-articles.query.js';
import { RedlinesHttp } from './articles/redlines.http.js';
import { ArticleListsHttp } from './articles/lists.http.js';
import { LinkedPages } from './articles/linked-pages.query.js';
import { ArticleLists } from './articles/lists.query.js';
import { LiveHttp } from './articles/live.http.js';
import { WorkCounts } from './articles/work-counts.query.js';
import { WorkStream } from './articles/work-stream.http.js';
import { categoriesDecider } from './category/categories.js';
import { ArchiveCategoryHandler } from './category/category.handler.js';
import { CategoryHttp } from './category/category.http.js';
import { CategoryTree } from './category/category.query.js';
import { CorrectionHandler } from './correction/correction.handler.js';
import { CorrectionHttp } from './correction/correction.http.js';
import { Corrections } from './correction/corrections.query.js';
import { CorrectionListsHttp } from './correction/corrections.http.js';
import { HealthHttp } from './health/health.http.js';
import { HealthProjection } from './health/health.projection.js';
import { HealthLists } from './health/health.query.js';
import { neverRead } from './followed.js';
import { GapPolicy } from './gap/gap.policy.js';
import { gapDecider } from './gap/gap.js';
import { GapsHttp } from './gap/gaps.http.js';
import { GapsProjection } from './gap/gaps.projection.js';
import { Gaps } from './gap/gaps.query.js';
import { ImportLibraryHandler } from './imports/import-library.handler.js';
import { ImportedArticles } from './imports/imported-articles.runtime.js';
import { ImportedCategories } from './imports/imported-categories.runtime.js';
import { ImportedPictures } from './imports/imported-pictures.runtime.js';
import { ImportedTexts } from './imports/imported-texts.runtime.js';
import { LibraryImportsHttp } from './imports/imports.http.js';
import { ExportHttp } from './export/export.http.js';
import { ExportPages } from './export/export.query.js';
import { LibraryExport } from './export/library-export.runtime.js';
import { fileDecider } from './file/file.js';
import { AddFileHandler } from './file/file.handler.js';
import { FileHttp } from './file/file.http.js';
import { FileKeeper } from './file/file-keeper.runtime.js';
import { Files } from './file/files.query.js';
import { StoredFiles } from './file/stored-files.store.js';
import type { KnowledgeOptions } from './knowledge.settings.js';
import { toPublicEvent } from './knowledge.publisher.js';
import { PinAnswerHandler } from './library/library.handler.js';
import { LibraryHttp } from './library/library.http.js';
import { libraryDecider } from './library/library.js';
import { SearchSettingsHttp } from './library/search-settings.http.js';
import { knowledgeMigrations } from './migrations/index.js';
import { RatingHandler } from './rating/rating.handler.js';
import { RatingHttp } from './rating/rating.http.js';
import { Ratings } from './rating/ratings.query.js';
import { ReadingProjection } from './reading/reading.projection.js';
import { SearchReportHttp } from './reading/search-report.http.js';
import { SearchReports } from './reading/search-report.query.js';
import { SeenTexts } from './reading/seen-texts.query.js';
import { Settlements } from './reading/settlement.query.js';
import { VisitSettlement } from './reading/settlement.runtime.js';
import { ratingDecider } from './rating/rating.js';
import { SearchHttp } from './search/search.http.js';
import { SearchEngine } from './search/search-engine.runtime.js';
import { SearchFeed } from './search/search-feed.query.js';
import { Searches } from './search/search.query.js';
import { sessionDecider } from './session/decide.js';
import { KnownTexts, RecordEntriesHandler, ShowSuggestionsHandler } from './session/session.handler.js';
import { SessionHttp } from './session/session.http.js';
import { SuggestionsHttp } from './session/suggestions.http.js';
import { Suggestions } from './session/suggestions.query.js';
import { ArticleReader } from './text/article-reader.runtime.js';
import { StalenessPolicy } from './text/staleness.policy.js';
import { TextHandler } from './text/text.handler.js';
import { TextHttp } from './text/text.http.js';
import { textDecider } from './text/text.js';
import { TicketArticlesHttp } from './use/ticket-articles.http.js';
import { UseHandler } from './use/use.handler.js';
import { UseHttp } from './use/use.http.js';
import { TextRules } from './text/text-rules.query.js';
import { WorkingCopies } from './working-copy/working-copies.store.js';
import { WorkingCopyKeeper } from './working-copy/working-copy-keeper.runtime.js';
import { WorkingCopyHttp } from './working-copy/working-copy.http.js';
import { useDecider } from './use/use.js';
import { Uses } from './use/uses.query.js';

/** The knowledge base: articles, in each language a text of its own. */
export const KnowledgeModule = defineService<KnowledgeOptions>(services.knowledge, {
  connections: 20,
  deciders: [
    ...[articleDecider, textDecider, categoriesDecider, libraryDecider, fileDecider, ratingDecider, useDecider],
    ...[sessionDecider, gapDecider],
  ],
  publish: toPublicEvent,
  migrations: knowledgeMigrations,
  projections: [
    { projection: ArticlesProjection, reads: ['own'] },
    { projection: HealthProjection, reads: ['own', 'received'] },
    { projection: ReadingProjection, reads: ['own', 'received'] },
    { projection: GapsProjection, reads: ['own'] },
  ],
  policies: [
    { name: 'staleness', policy: StalenessPolicy, reads: 'own' },
    { name: 'gaps', policy: GapPolicy, reads: 'received' },
  ],
  leavesOut: neverRead,
  companions: [
    { check: 'knowledge-files', companion: FileKeeper },
    { check: 'knowledge-search', companion: SearchEngine },
    { check: 'knowledge-visits', companion: VisitSettlement },
    { check: 'knowledge-working-copies', companion: WorkingCopyKeeper },
  ],
  controllers: [
    ArticleHttp,
    ArticleViewHttp,
    ArticleListsHttp,
    ComparisonsHttp,
    TextHttp,
    CategoryHttp,
    LibraryHttp,
    SearchSettingsHttp,
    WorkingCopyHttp,
    LiveHttp,
    SearchHttp,
    RatingHttp,
    CorrectionHttp,
    CorrectionListsHttp,
    UseHttp,
    TicketArticlesHttp,
    HealthHttp,
    RedlinesHttp,
    SessionHttp,
    SuggestionsHttp,
    SearchReportHttp,
    GapsHttp,
    FileHttp,
    LibraryImportsHttp,
    ExportHttp,
  ],
  providers: [
    ...[
      DraftArticleHandler,
      RetireArticleHandler,
      MoveArticleHandler,
      KeepAddressHandler,
      TextHandler,
      ArchiveCategoryHandler,
      RatingHandler,
      CorrectionHandler,
      UseHandler,
      PinAnswerHandler,
      AddFileHandler,
      ImportLibraryHandler,
    ],
    ...[TextRules, WorkingCopies, StaffSight, FollowedTickets, ArticleStream, WorkStream, WorkCounts],
    ...[
      ArticleNumbers,
      Articles,
      ArticleLists,
      Comparisons,
      CategoryTree,
      Searches,
      SearchFeed,
      ArticleReader,
      Files,
      StoredFiles,
    ],
    ...[ReadableArticles, Ratings, Corrections, HealthLists, PastArticles, LinkedPages, Uses],
    ...[RecordEntriesHandler, ShowSuggestionsHandler, KnownTexts, Suggestions],
    ...[Settlements, SeenTexts, SearchReports, Gaps],
    ...[ImportedCategories, ImportedArticles, ImportedTexts, ImportedPictures, ExportPages, LibraryExport],
  ],
});
