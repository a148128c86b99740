/** Writes what readers say and do: ratings that stand, reading by visit and language, and ticket forms. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import type { RatingEvent, VisitEvent } from '../knowledge-facts/knowledge-event.js';
import { BulkTable, type Column } from './bulk-table.store.js';
import { start } from './turns.store.js';

interface Rating {
  readonly tenantId: string;
  readonly articleId: string;
  readonly locale: string;
  readonly voterId: string;
  readonly at: number;
  readonly helpful: boolean;
}
/** What a visit wanted or searched in one language. */
interface Reading {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly locale: string;
  /** When the visit began. */
  readonly at: number;
  readonly device: string;
  readonly counts: VisitEvent['data']['counts'];
}
/** A ticket form that was begun. */
interface TicketForm {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly device: string;
  readonly attempt: VisitEvent['data']['attempts'][number];
}

export const ratingColumns: readonly Column<Rating>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'article_id', type: 'uuid', key: true, value: (row) => row.articleId },
  { name: 'locale', type: 'text', key: true, value: (row) => row.locale },
  { name: 'voter_id', type: 'text', key: true, value: (row) => row.voterId },
  { name: 'at', type: 'timestamptz', value: (row) => row.at },
  { name: 'helpful', type: 'bool', value: (row) => row.helpful },
];
export const readingColumns: readonly Column<Reading>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'session_id', type: 'uuid', key: true, value: (row) => row.sessionId },
  { name: 'locale', type: 'text', key: true, value: (row) => row.locale },
  { name: 'at', type: 'timestamptz', value: (row) => row.at },
  { name: 'device', type: 'text', value: (row) => row.device },
  { name: 'views', type: 'int8', value: ({ counts }) => counts.views },
  { name: 'other_language_views', type: 'int8', value: ({ counts }) => counts.otherLanguageViews },
  { name: 'searches', type: 'int8', value: ({ counts }) => counts.searches },
  { name: 'zero_result_searches', type: 'int8', value: ({ counts }) => counts.zeroResultSearches },
  { name: 'opened_searches', type: 'int8', value: ({ counts }) => counts.openedSearches },
];
export const ticketFormColumns: readonly Column<TicketForm>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'form_id', type: 'uuid', key: true, value: ({ attempt }) => attempt.attemptId },
  { name: 'session_id', type: 'uuid', value: (row) => row.sessionId },
  { name: 'locale', type: 'text', value: ({ attempt }) => attempt.locale },
  { name: 'at', type: 'timestamptz', value: ({ attempt }) => Date.parse(attempt.beganAt) },
  { name: 'device', type: 'text', value: (row) => row.device },
  { name: 'outcome', type: 'text', value: ({ attempt }) => attempt.outcome },
  { name: 'suggestions_shown', type: 'int8', value: ({ attempt }) => attempt.suggestionsShown },
  { name: 'suggestions_opened', type: 'int8', value: ({ attempt }) => attempt.suggestionsOpened },
];

const ratings = new BulkTable('article_rating', ratingColumns);
const reading = new BulkTable('visit_reading', readingColumns);
const ticketForms = new BulkTable('ticket_form', ticketFormColumns);

/** The last event of a reader's rating counts: they are one stream, so that they come in order. */
export async function writeRatings(tx: ProjectionTransaction, events: readonly RatingEvent[]): Promise<void> {
  const given = new Map<string, Rating>();
  const withdrawn = new Map<string, Rating>();
  for (const { type, tenantId, data } of events) {
    const { articleId, locale, voterId } = data;
    const key = JSON.stringify([tenantId, articleId, locale, voterId]);
    const helpful = type === 'ArticleRated' && data.helpful;
    const rating = { tenantId, articleId, locale, voterId, at: Date.parse(data.at), helpful };
    const [into, outOf] = type === 'ArticleRated' ? [given, withdrawn] : [withdrawn, given];
    into.set(key, rating);
    outOf.delete(key);
  }
  await start(tx, ratings.remove(tx.schema, [...withdrawn.values()]));
  await start(tx, ratings.upsert(tx.schema, [...given.values()]));
}

export async function writeVisits(tx: ProjectionTransaction, events: readonly VisitEvent[]): Promise<void> {
  const read = new Map<string, Reading>();
  const begun = new Map<string, TicketForm>();
  for (const { tenantId, data } of events) {
    const { sessionId, device } = data;
    for (const { locale, ...counts } of languagesOf(data)) {
      const row = { tenantId, sessionId, locale, at: Date.parse(data.beganAt), device, counts };
      read.set(JSON.stringify([tenantId, sessionId, locale]), row);
    }
    for (const attempt of data.attempts)
      begun.set(`${tenantId}/${attempt.attemptId}`, { tenantId, sessionId, device, attempt });
  }
  await start(tx, reading.upsert(tx.schema, [...read.values()]));
  await start(tx, ticketForms.upsert(tx.schema, [...begun.values()]));
}

/** A visit in which nothing was read or searched is one in the language that its reader wanted. */
function languagesOf({ languages, locale, counts }: VisitEvent['data']): VisitEvent['data']['languages'] {
  return languages.length > 0 ? languages : [{ locale, ...counts }];
}
