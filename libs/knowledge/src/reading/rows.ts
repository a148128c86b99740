/** What becomes of the rows of the read model `reading` by each event. Pure: statements, in the order of carrying out. */
import type { IntakeEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { Statement } from '../articles/rows.js';
import type { SessionEvent } from '../session/session.js';

type Recorded = Pick<RecordedEvent, 'tenantId' | 'position'>;
type ByType = {
  readonly [Event in SessionEvent as Event['type']]: (data: Event['data'], of: Recorded) => Statement[];
};

/** The day of an instant, in UTC. */
const dayOf = (at: string): string => at.slice(0, 10);

/** The statements for one event of a visit on the tables in `schema`. */
export const sessionRowsIn = (schema: string): ((event: SessionEvent, of: Recorded) => Statement[]) => {
  const byType = byTypeIn(schema);
  return ({ type, data }, of) => (byType[type] as (data: unknown, of: Recorded) => Statement[])(data, of);
};

type Seen = {
  readonly sessionId: string;
  readonly articleId: string;
  readonly locale: string;
  readonly revision: number;
  readonly at: string;
};

function byTypeIn(schema: string): ByType {
  const touch = ({ sessionId, at }: { sessionId: string; at: string }, { tenantId }: Recorded): Statement => ({
    text: `update ${schema}.visit set last_at = greatest(last_at, $3) where tenant_id = $1 and session_id = $2`,
    values: [tenantId, sessionId, at],
  });
  const see = ({ sessionId, articleId, locale, revision, at }: Seen, { tenantId }: Recorded): Statement => ({
    text: `insert into ${schema}.seen_text select $1, $2, $3, $4, $5, requester_id, $6, $6 from ${schema}.visit
           where tenant_id = $1 and session_id = $2
           on conflict (tenant_id, session_id, article_id, locale, revision) do update
           set first_at = least(seen_text.first_at, $6), last_at = greatest(seen_text.last_at, $6)`,
    values: [tenantId, sessionId, articleId, locale, revision, at],
  });
  const settle = (
    { sessionId, attemptId }: { sessionId: string; attemptId: string },
    { tenantId }: Recorded,
  ): Statement[] => [
    {
      text: `update ${schema}.attempt set settled = true
             where tenant_id = $1 and session_id = $2 and attempt_id = $3`,
      values: [tenantId, sessionId, attemptId],
    },
  ];
  return {
    SessionBegun: ({ sessionId, requesterId, at }, { tenantId }) => [
      {
        text: `insert into ${schema}.visit values ($1, $2, $3, $4, $4, false)`,
        values: [tenantId, sessionId, requesterId ?? null, at],
      },
    ],
    ArticleViewed: (data, of) => [
      touch(data, of),
      see(data, of),
      {
        text: `insert into ${schema}.reading_daily values ($1, $2, $3, $4, $5, 1)
               on conflict (tenant_id, day, article_id, locale, wanted_locale) do update
               set views = reading_daily.views + 1`,
        values: [of.tenantId, dayOf(data.at), data.articleId, data.locale, data.wantedLocale],
      },
    ],
    SearchPerformed: (data, of) => [
      touch(data, of),
      {
        text: `insert into ${schema}.search_daily values ($1, $2, $3, $4, 1, $5, 0)
               on conflict (tenant_id, day, locale, terms) do update
               set searches = search_daily.searches + 1, zero_results = search_daily.zero_results + $5`,
        values: [of.tenantId, dayOf(data.at), data.locale, data.terms, data.hits === 0 ? 1 : 0],
      },
    ],
    ResultOpened: (data, of) => [
      touch(data, of),
      ...(data.first
        ? [
            {
              text: `update ${schema}.search_daily set opened = opened + 1
                     where tenant_id = $1 and day = $2 and locale = $3 and terms = $4`,
              values: [of.tenantId, dayOf(data.search.at), data.search.locale, data.search.terms],
            },
          ]
        : []),
    ],
    SuggestionShown: (data, of) => [
      touch(data, of),
      {
        text: `insert into ${schema}.attempt select $1, $2, $3, $4, requester_id, $5, false from ${schema}.visit
               where tenant_id = $1 and session_id = $2
               on conflict (tenant_id, session_id, attempt_id) do nothing`,
        values: [of.tenantId, data.sessionId, data.attemptId, of.position, data.at],
      },
    ],
    SuggestionOpened: (data, of) => [touch(data, of), see(data, of)],
    AnswerConfirmed: (data, of) => [touch(data, of)],
    AttemptBecameTicket: settle,
    AttemptAbandoned: settle,
    TicketDeflected: settle,
    SessionSettled: ({ sessionId }, { tenantId }) => [
      {
        text: `update ${schema}.visit set settled = true where tenant_id = $1 and session_id = $2`,
        values: [tenantId, sessionId],
      },
    ],
  };
}

/** A ticket that its requester wrote: what was imported, or split from another one, says nothing of a form. */
export function ticketRowIn(
  schema: string,
  { requesterId, ticketId, attemptId, at }: IntakeEventData['TicketOpened'],
  { tenantId }: Pick<RecordedEvent, 'tenantId'>,
): Statement {
  return {
    text: `insert into ${schema}.opened_ticket values ($1, $2, $3, $4, $5) on conflict (tenant_id, ticket_id) do nothing`,
    values: [tenantId, ticketId, requesterId, attemptId ?? null, at],
  };
}
