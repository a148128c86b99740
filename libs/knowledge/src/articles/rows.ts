/** What becomes of the rows of the read model `articles` by each event. Pure: statements, in the order of carrying out. */
import { rankOf } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { ArticleEvent } from '../article/article.js';
import type { CategoryEvent } from '../category/categories.js';
import { renderMarkdown } from '../content/render-markdown.js';
import type { FileEvent } from '../file/file.js';
import type { LibraryEvent } from '../library/library.js';
import { pinKey } from '../library/search-settings.js';
import { filesIn } from './page.js';
import type { StoredText } from '../text/stored-blocks.js';
import type { RatingEvent } from '../rating/rating.js';
import type { TextEvent } from '../text/text.js';
import type { UseEvent } from '../use/use.js';

export type KnowledgeEvent =
  LibraryEvent | CategoryEvent | ArticleEvent | TextEvent | FileEvent | RatingEvent | UseEvent;

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

type Recorded = Pick<RecordedEvent, 'tenantId' | 'version' | 'position'>;
type ByType = {
  readonly [Event in KnowledgeEvent as Event['type']]: (data: Event['data'], of: Recorded) => Statement[];
};

/** The statements for one event on the tables in `schema`. */
export const statementsIn = (schema: string): ((event: KnowledgeEvent, of: Recorded) => Statement[]) => {
  const byType: ByType = {
    ...libraryRows(schema),
    ...categoryRows(schema),
    ...articleRows(schema),
    ...textRows(schema),
    ...fileRows(schema),
    ...feedbackRows,
  };
  return ({ type, data }, of) => (byType[type] as (data: unknown, of: Recorded) => Statement[])(data, of);
};

const libraryRows = (schema: string): Pick<ByType, LibraryEvent['type']> => ({
  LanguagesSet: ({ source, locales, fallbacks }, { tenantId }) => [
    {
      text: `insert into ${schema}.library values ($1, $2, $3, $4) on conflict (tenant_id) do update
             set source = excluded.source, locales = excluded.locales, fallbacks = excluded.fallbacks`,
      values: [tenantId, source, locales, JSON.stringify(fallbacks)],
    },
  ],
  SynonymsSet: ({ locale, groups }, { tenantId }) => [
    {
      text: `insert into ${schema}.synonyms values ($1, $2, $3)
             on conflict (tenant_id, locale) do update set groups = excluded.groups`,
      values: [tenantId, locale, JSON.stringify(groups)],
    },
  ],
  AnswerPinned: ({ locale, query, articleIds }, { tenantId }) => [
    {
      text: `insert into ${schema}.pin values ($1, $2, $3, $4, $5) on conflict (tenant_id, key)
             do update set query = excluded.query, article_ids = excluded.article_ids`,
      values: [tenantId, pinKey({ locale, query }), locale, query, articleIds],
    },
  ],
  // What these say is asked of the log, by commands only.
  ReviewRuleSet: () => [],
  TranslatorLanguagesSet: () => [],
});

const categoryRows = (schema: string): Pick<ByType, CategoryEvent['type']> => ({
  CategoryCreated: ({ categoryId, parentId, place, audience }, { tenantId }) => [
    {
      text: `insert into ${schema}.category values ($1, $2, $3, $4, $5, $5, false)`,
      values: [tenantId, categoryId, parentId, place, rankOf(audience)],
    },
    ...widthsOf(schema, tenantId),
  ],
  CategoryNamed: ({ categoryId, locale, name }, { tenantId }) => [
    {
      text: `insert into ${schema}.category_name values ($1, $2, $3, $4)
             on conflict (tenant_id, category_id, locale) do update set name = excluded.name`,
      values: [tenantId, categoryId, locale, name],
    },
  ],
  CategoryPlaced: ({ categoryId, parentId, place }, { tenantId }) => [
    {
      text: `update ${schema}.category set parent_id = $3, place = $4 where tenant_id = $1 and category_id = $2`,
      values: [tenantId, categoryId, parentId, place],
    },
    ...widthsOf(schema, tenantId),
  ],
  CategoryAudienceChanged: ({ categoryId, audience }, { tenantId }) => [
    {
      text: `update ${schema}.category set audience = $3 where tenant_id = $1 and category_id = $2`,
      values: [tenantId, categoryId, rankOf(audience)],
    },
    ...widthsOf(schema, tenantId),
  ],
  CategoryArchived: ({ categoryId }, { tenantId }) => [
    {
      text: `update ${schema}.category set archived = true where tenant_id = $1 and category_id = $2`,
      values: [tenantId, categoryId],
    },
  ],
});

/** The tree has changed: what is in it may have another audience than before. */
const widthsOf = (schema: string, tenantId: string): Statement[] => [
  {
    text: `with recursive tree as (
             select category_id, audience from ${schema}.category where tenant_id = $1 and parent_id is null
             union all
             select below.category_id, greatest(below.audience, tree.audience)
             from tree join ${schema}.category below on below.tenant_id = $1 and below.parent_id = tree.category_id)
           update ${schema}.category set effective_audience = tree.audience from tree
           where category.tenant_id = $1 and category.category_id = tree.category_id
             and category.effective_audience <> tree.audience`,
    values: [tenantId],
  },
  {
    text: `update ${schema}.article set effective_audience = greatest(article.audience, category.effective_audience)
           from ${schema}.category
           where article.tenant_id = $1 and category.tenant_id = $1 and category.category_id = article.category_id
             and article.effective_audience <> greatest(article.audience, category.effective_audience)`,
    values: [tenantId],
  },
];

const articleRows = (schema: string): Pick<ByType, ArticleEvent['type']> => ({
  ArticleDrafted: (data, { tenantId, version }) => [
    {
      text: `insert into ${schema}.article
             select $1, $2, $3, $4, $5, $6, greatest($6, (select effective_audience from ${schema}.category
               where tenant_id = $1 and category_id = $5)), false, null, $7, $8, null, null, null, $9`,
      values: [
        ...[tenantId, data.articleId, data.number, data.sourceLocale, data.categoryId, rankOf(data.audience)],
        ...[version, data.at, data.ticketId ?? null],
      ],
    },
  ],
  ArticleArchived: (data, of) => [retired(schema, data.articleId, data.successorId ?? null, of)],
  ArticleMerged: (data, of) => [retired(schema, data.articleId, data.intoArticleId, of)],
  ArticleReinstated: ({ articleId }, of) => [
    articleChange(schema, 'archived = false, successor_id = null', articleId, of),
  ],
  ArticleMoved: ({ articleId, categoryId }, of) => [
    articleChange(
      schema,
      `category_id = $4, effective_audience = greatest(audience, (select effective_audience from ${schema}.category
         where tenant_id = $1 and category_id = $4))`,
      articleId,
      of,
      [categoryId],
    ),
  ],
  ArticleAudienceChanged: ({ articleId, audience }, of) => [
    articleChange(
      schema,
      `audience = $4, effective_audience = greatest($4, (select effective_audience from ${schema}.category
         where tenant_id = $1 and category_id = article.category_id))`,
      articleId,
      of,
      [rankOf(audience)],
    ),
  ],
  ArticleOwnerSet: ({ articleId, ownerId, verifyEveryDays }, of) => [
    articleChange(schema, 'owner_id = $4, verify_every_days = $5', articleId, of, [ownerId, verifyEveryDays]),
  ],
  ArticleVerified: ({ articleId, at }, of) => [articleChange(schema, 'verified_at = $4', articleId, of, [at])],
  OldAddressKept: ({ articleId, path, locale = null }, of) => [
    {
      text: `insert into ${schema}.old_address values ($1, $2, $3, $4)
             on conflict (tenant_id, path) do update set article_id = excluded.article_id, locale = excluded.locale`,
      values: [of.tenantId, path, articleId, locale],
    },
    articleChange(schema, '', articleId, of),
  ],
  CorrectionReported: ({ articleId }, of) => [articleChange(schema, '', articleId, of)],
  CorrectionClosed: ({ articleId }, of) => [articleChange(schema, '', articleId, of)],
  RecallOrdered: ({ articleId }, of) => [articleChange(schema, '', articleId, of)],
});

/** What these say is in the read model `health`. */
const feedbackRows: Pick<ByType, (RatingEvent | UseEvent)['type']> = {
  ArticleRated: () => [],
  RatingWithdrawn: () => [],
  ArticleUsedInReply: () => [],
};

/** `set` says `$4` and so on to the values in `more`. */
const articleChange = (
  schema: string,
  set: string,
  articleId: string,
  { tenantId, version }: Recorded,
  more: unknown[] = [],
): Statement => ({
  text: `update ${schema}.article set version = $3${set === '' ? '' : `, ${set}`} where tenant_id = $1 and article_id = $2`,
  values: [tenantId, articleId, version, ...more],
});

const retired = (schema: string, articleId: string, successorId: string | null, of: Recorded): Statement =>
  articleChange(schema, 'archived = true, successor_id = $4', articleId, of, [successorId]);

/** Links to other articles are marked in it: where they lead is known when somebody reads, in their language. */
function rendered({ body, blocks }: StoredText): readonly [html: string, headings: string] {
  const { html, headings } = renderMarkdown(
    body,
    blocks.map(({ id }) => id),
  );
  return [html, JSON.stringify(headings)];
}

const fileRows = (schema: string): Pick<ByType, FileEvent['type']> => ({
  FileAdded: ({ fileId, name, type, bytes, sha256, at }, { tenantId }) => [
    {
      text: `insert into ${schema}.file values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [tenantId, fileId, name, type, bytes, sha256, at],
    },
  ],
  FileRemoved: ({ fileId }, { tenantId }) => [
    { text: `delete from ${schema}.file where tenant_id = $1 and file_id = $2`, values: [tenantId, fileId] },
  ],
});

/** The text lacks nothing of its source. */
const current = 'source_revision = null, changed_blocks = null, changed_words = null, significance = null';

const textRows = (schema: string): Pick<ByType, TextEvent['type']> => {
  const change = (
    set: string,
    { articleId, locale }: { articleId: string; locale: string },
    of: Recorded,
    more: unknown[] = [],
  ) => ({
    text: `update ${schema}.article_text set version = $4${set === '' ? '' : `, ${set}`}
           where tenant_id = $1 and article_id = $2 and locale = $3`,
    values: [of.tenantId, articleId, locale, of.version, ...more],
  });
  const endPublication = (
    { articleId, locale, at }: { articleId: string; locale: string; at: string },
    { tenantId }: Recorded,
  ) => ({
    text: `update ${schema}.publication set published_to = $4
           where tenant_id = $1 and article_id = $2 and locale = $3 and published_to is null`,
    values: [tenantId, articleId, locale, at],
  });
  return {
    TranslationDrafted: (data, { tenantId, version }) => {
      const [html, headings] = rendered(data);
      return [
        {
          text: `insert into ${schema}.text_revision values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, null, $14, $15, $16)`,
          values: [
            ...[tenantId, data.articleId, data.locale, data.revision, data.basedOn, data.follows ?? null],
            ...[data.title, data.summary, data.keywords, data.body, data.origin, data.personId, data.at],
            ...[JSON.stringify(data.blocks), html, headings],
          ],
        },
        {
          text: `insert into ${schema}.article_text values ($1, $2, $3, $4, $5)
               on conflict (tenant_id, article_id, locale) do update set version = excluded.version,
                 draft_revision = excluded.draft_revision, submitted_at = null, return_reason = null`,
          values: [tenantId, data.articleId, data.locale, version, data.revision],
        },
        ...filesIn(html).map((fileId) => ({
          text: `insert into ${schema}.file_use values ($1, $2, $3, $4, $5)`,
          values: [tenantId, fileId, data.articleId, data.locale, data.revision],
        })),
      ];
    },
    TranslationSubmitted: (data, of) => [change('submitted_at = $5, return_reason = null', data, of, [data.at])],
    TranslationReturned: (data, of) => [change('submitted_at = null, return_reason = $5', data, of, [data.reason])],
    TranslationPublished: (data, of) => [
      endPublication(data, of),
      {
        text: `insert into ${schema}.publication values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [
          ...[of.tenantId, data.articleId, data.locale, of.position, data.revision, data.title, data.slug],
          ...[data.significance ?? null, data.follows ?? null, data.at],
        ],
      },
      change(
        `published_revision = $5, follows = $6, ${current}, submitted_at = case when draft_revision = $5 then null else submitted_at end,
         draft_revision = nullif(draft_revision, $5)`,
        data,
        of,
        [data.revision, data.follows ?? null],
      ),
    ],
    TranslationWithdrawn: (data, of) => [
      endPublication(data, of),
      change(`published_revision = null, ${current}`, data, of),
    ],
    TranslationReleased: (data, of) => [change('released_revision = $5', data, of, [data.revision])],
    TranslationConfirmed: (data, of) => [change(`follows = $5, ${current}`, data, of, [data.sourceRevision])],
    TranslationOutdated: (data, of) => [
      data.changedBlocks === 0
        ? change(current, data, of)
        : change('source_revision = $5, changed_blocks = $6, changed_words = $7, significance = $8', data, of, [
            ...[data.sourceRevision, data.changedBlocks, data.changedWords, data.significance],
          ]),
    ],
    RevisionRestored: (data, of) => [
      {
        text: `update ${schema}.text_revision set restored_from = $5
               where tenant_id = $1 and article_id = $2 and locale = $3 and revision = $4`,
        values: [of.tenantId, data.articleId, data.locale, data.revision, data.from],
      },
      change('', data, of),
    ],
  };
};
