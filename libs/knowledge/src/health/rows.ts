/** What becomes of the rows of the read model `health` by each event. Pure: statements, in the order they are sent. */
import type { IntakeEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { KnowledgeEvent, Statement } from '../articles/rows.js';
import { factsOf } from '../content/text-facts.js';

type Recorded = Pick<RecordedEvent, 'tenantId' | 'position' | 'metadata'>;
type DataOf<Type extends KnowledgeEvent['type']> = Extract<KnowledgeEvent, { type: Type }>['data'];
type ByType = {
  readonly [Type in KnowledgeEvent['type']]?: (data: DataOf<Type>, of: Recorded) => readonly Statement[];
};
interface OfText {
  readonly articleId: string;
  readonly locale: string;
}

/** The statements for one event of this service on the tables in `schema`; none for those that change nothing here. */
export function statementsIn(schema: string): (event: KnowledgeEvent, of: Recorded) => readonly Statement[] {
  const byType: ByType = {
    ...articleRows(schema),
    ...textRows(schema),
    ...ratingRows(schema),
    ...correctionRows(schema),
    ArticleUsedInReply: ({ articleId, locale, revision, ticketId, at }, { tenantId }) => [
      {
        text: `insert into ${schema}.article_use values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        values: [tenantId, articleId, locale, revision, ticketId, at],
      },
    ],
  };
  return ({ type, data }, of) =>
    (byType[type] as ((data: unknown, of: Recorded) => Statement[]) | undefined)?.(data, of) ?? [];
}

export const ticketOpened = (
  schema: string,
  { ticketId, requesterId, locale, at }: IntakeEventData['TicketOpened'],
  tenantId: string,
): Statement => ({
  text: `insert into ${schema}.ticket_requester values ($1, $2, $3, $4, $5) on conflict do nothing`,
  values: [tenantId, ticketId, requesterId, locale, at],
});

/** `set` says `$3` and so on to the values in `more`; the texts of the article are brought to what it says then. */
const articleChange = (
  schema: string,
  set: string,
  articleId: string,
  tenantId: string,
  more: readonly unknown[],
): readonly Statement[] => [
  {
    text: `update ${schema}.health_article set ${set} where tenant_id = $1 and article_id = $2`,
    values: [tenantId, articleId, ...more],
  },
  ofArticle(schema, articleId, tenantId),
];

/** An article is verified as a whole: the row of its source says when that is due. */
const ofArticle = (schema: string, articleId: string, tenantId: string): Statement => ({
  text: `update ${schema}.article_health as of set archived = article.archived, owner_id = article.owner_id,
           verify_due_at = case when of.locale = source_locale
             then looked_at + make_interval(days => verify_every_days) end
         from ${schema}.health_article as article
         where of.tenant_id = $1 and of.article_id = $2 and article.tenant_id = $1 and article.article_id = $2`,
  values: [tenantId, articleId],
});

/** Where the article can be read now and could not before, or the other way round, links to it are mended or broken. */
const availability = (schema: string, articleId: string, tenantId: string): Statement => ({
  text: `with turned as (
           update ${schema}.health_article as article set available = not available
           where tenant_id = $1 and article_id = $2 and available is distinct from (not archived and exists (
             select 1 from ${schema}.article_health as of
             where of.tenant_id = $1 and of.article_id = $2 and revision is not null))
           returning number, available)
         update ${schema}.article_health as of
         set broken_links = broken_links + case when turned.available then -1 else 1 end
         from turned join ${schema}.text_link as link on link.tenant_id = $1 and link.number = turned.number
         where of.tenant_id = $1 and of.article_id = link.article_id and of.locale = link.locale
           and of.revision = link.revision`,
  values: [tenantId, articleId],
});

const articleRows = (schema: string): ByType => {
  const archived = (is: boolean, articleId: string, tenantId: string) => [
    ...articleChange(schema, 'archived = $3', articleId, tenantId, [is]),
    availability(schema, articleId, tenantId),
  ];
  return {
    ArticleDrafted: ({ articleId, number, sourceLocale, at }, { tenantId }) => [
      {
        text: `insert into ${schema}.health_article values ($1, $2, $3, $4, null, null, $5, false, false)`,
        values: [tenantId, articleId, number, sourceLocale, at],
      },
    ],
    ArticleArchived: ({ articleId }, { tenantId }) => archived(true, articleId, tenantId),
    ArticleMerged: ({ articleId }, { tenantId }) => archived(true, articleId, tenantId),
    ArticleReinstated: ({ articleId }, { tenantId }) => archived(false, articleId, tenantId),
    ArticleOwnerSet: ({ articleId, ownerId, verifyEveryDays }, { tenantId }) =>
      articleChange(schema, 'owner_id = $3, verify_every_days = $4', articleId, tenantId, [ownerId, verifyEveryDays]),
    ArticleVerified: ({ articleId, at }, { tenantId }) =>
      articleChange(schema, 'looked_at = $3', articleId, tenantId, [at]),
  };
};

const textRows = (schema: string): ByType => {
  const change = (set: string, { articleId, locale }: OfText, tenantId: string, more: readonly unknown[] = []) => ({
    text: `update ${schema}.article_health set ${set} where tenant_id = $1 and article_id = $2 and locale = $3`,
    values: [tenantId, articleId, locale, ...more],
  });
  return {
    TranslationDrafted: ({ articleId, locale, revision, body }, { tenantId }) => {
      const numbers = factsOf(body).articles;
      const text = `insert into ${schema}.text_link select $1, $2, $3, $4, unnest($5::bigint[])`;
      return numbers.length === 0 ? [] : [{ text, values: [tenantId, articleId, locale, revision, numbers] }];
    },
    TranslationPublished: ({ articleId, locale, revision, title }, { tenantId }) => [
      {
        text: `insert into ${schema}.article_health
               select $1, $2, $3, number, $5, $4, archived, owner_id, null, null,
                 (select count(*) from ${schema}.text_link as link left join ${schema}.health_article as target
                    on target.tenant_id = $1 and target.number = link.number
                  where link.tenant_id = $1 and link.article_id = $2 and link.locale = $3 and link.revision = $4
                    and target.available is not true),
                 0, coalesce(helpful, 0), coalesce(not_helpful, 0)
               from ${schema}.health_article as article left join ${schema}.rating_figure as figure
                 on figure.tenant_id = $1 and figure.article_id = $2 and figure.locale = $3 and figure.revision = $4
               where article.tenant_id = $1 and article.article_id = $2
               on conflict (tenant_id, article_id, locale) do update set title = excluded.title,
                 revision = excluded.revision, changed_words = null, broken_links = excluded.broken_links,
                 helpful = excluded.helpful, not_helpful = excluded.not_helpful`,
        values: [tenantId, articleId, locale, revision, title],
      },
      ofArticle(schema, articleId, tenantId),
      availability(schema, articleId, tenantId),
    ],
    TranslationWithdrawn: (data, { tenantId }) => [
      change('revision = null, changed_words = null, broken_links = 0', data, tenantId),
      availability(schema, data.articleId, tenantId),
    ],
    TranslationConfirmed: (data, { tenantId }) => [change('changed_words = null', data, tenantId)],
    TranslationOutdated: (data, { tenantId }) => [
      change('changed_words = $4', data, tenantId, [data.changedBlocks === 0 ? null : data.changedWords]),
    ],
  };
};

type OfRevision = OfText & { readonly voterId: string; readonly revision: number };

const ratingRows = (schema: string): ByType => {
  /** The reader's rating of the revision counts no more. */
  const removed = ({ articleId, locale, voterId, revision }: OfRevision, tenantId: string): Statement => ({
    text: `with gone as (
             delete from ${schema}.rating where tenant_id = $1 and article_id = $2 and locale = $3 and voter_id = $4
               and revision = $5 returning helpful)
           update ${schema}.rating_figure as figure set helpful = figure.helpful - gone.helpful::int,
             not_helpful = not_helpful - (not gone.helpful)::int
           from gone where tenant_id = $1 and article_id = $2 and locale = $3 and revision = $5`,
    values: [tenantId, articleId, locale, voterId, revision],
  });
  /** The figures of the revision, where people read it now. */
  const shown = ({ articleId, locale, revision }: OfRevision, tenantId: string): Statement => ({
    text: `update ${schema}.article_health as of set helpful = figure.helpful, not_helpful = figure.not_helpful
           from ${schema}.rating_figure as figure
           where of.tenant_id = $1 and of.article_id = $2 and of.locale = $3 and of.revision = $4
             and figure.tenant_id = $1 and figure.article_id = $2 and figure.locale = $3 and figure.revision = $4`,
    values: [tenantId, articleId, locale, revision],
  });
  return {
    ArticleRated: (data, { tenantId, position }) => {
      const { articleId, locale, voterId, revision, helpful, reason = null, comment = null, at } = data;
      return [
        removed(data, tenantId),
        {
          text: `insert into ${schema}.rating values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          values: [tenantId, articleId, locale, voterId, revision, helpful, reason, comment, at, position],
        },
        {
          text: `insert into ${schema}.rating_figure as figure values ($1, $2, $3, $4, $5, $6)
                 on conflict (tenant_id, article_id, locale, revision) do update
                 set helpful = figure.helpful + excluded.helpful, not_helpful = figure.not_helpful + excluded.not_helpful`,
          values: [tenantId, articleId, locale, revision, Number(helpful), Number(!helpful)],
        },
        shown(data, tenantId),
      ];
    },
    RatingWithdrawn: (data, { tenantId }) => [removed(data, tenantId), shown(data, tenantId)],
  };
};

const correctionRows = (schema: string): ByType => {
  const open = ({ articleId, locale }: OfText, tenantId: string, by: 1 | -1): Statement => ({
    text: `update ${schema}.article_health set open_corrections = open_corrections + $4
           where tenant_id = $1 and article_id = $2 and locale = $3`,
    values: [tenantId, articleId, locale, by],
  });
  return {
    CorrectionReported: (data, { tenantId, metadata }) => {
      const { reportId, articleId, locale, revision, ticketId = null, note, at } = data;
      return [
        {
          text: `insert into ${schema}.correction values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          values: [tenantId, reportId, articleId, locale, revision, ticketId, note, metadata.actor.id ?? null, at],
        },
        open(data, tenantId, 1),
      ];
    },
    CorrectionClosed: (data, { tenantId, metadata }) => [
      {
        text: `update ${schema}.correction set outcome = $3, closed_by = $4, closed_at = $5, fixed_in = $6, of_report_id = $7
               where tenant_id = $1 and report_id = $2`,
        values: [
          ...[tenantId, data.reportId, data.outcome, metadata.actor.id ?? null, data.at, data.fixedIn ?? null],
          data.ofReportId ?? null,
        ],
      },
      open(data, tenantId, -1),
    ],
    RecallOrdered: ({ reportId, at }, { tenantId }) => [
      {
        text: `update ${schema}.correction set recalled_at = $3 where tenant_id = $1 and report_id = $2`,
        values: [tenantId, reportId, at],
      },
    ],
  };
};
