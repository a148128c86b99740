/**
 * The Session: one visit of one reader, from the first thing they did to the outcome of each ticket form they began.
 * Pure: no Nest, no database, no clock.
 */
import type { attemptOutcomes, KnowledgeEventData } from '@guichet/contracts';
import type { DomainCommand, DomainEvent } from '@guichet/event-sourcing';

/** The text of an article that a reader saw. */
export interface ReadText {
  readonly articleId: string;
  readonly locale: string;
  readonly revision: number;
}

export type Outcome = (typeof attemptOutcomes)[number];
export type Device = KnowledgeEventData['SessionSettled']['device'];

/** Whose visit it is. */
export interface Reader {
  /** Made of their token, and of the reader key that a portal gives those who have none. */
  readonly readerKey: string;
  /** Personal: who is signed in. */
  readonly requesterId?: string;
  /** The language that they want at first. */
  readonly locale: string;
  readonly device: Device;
}

type OfVisit = { readonly sessionId: string; readonly at: string };
/** `id`: by which the reader's side knows it; twice the same happened once. */
type Entered<Data = unknown> = OfVisit & { readonly id: string } & Data;

// Facts, stored for ever: add optional fields; never rename, never remove.
export type SessionEvent =
  | DomainEvent<'SessionBegun', OfVisit & Reader>
  | DomainEvent<'ArticleViewed', Entered<ReadText & { readonly wantedLocale: string }>>
  /** `terms`: the query as it was looked for, without what looks like personal data. Personal all the same. */
  | DomainEvent<'SearchPerformed', Entered<{ readonly locale: string; readonly terms: string; readonly hits: number }>>
  /** `first`: the first result of its search that is opened. The search is told again, for whoever counts by day. */
  | DomainEvent<
      'ResultOpened',
      Entered<
        ReadText & {
          readonly searchId: string;
          readonly first: boolean;
          readonly search: { readonly locale: string; readonly terms: string; readonly at: string };
        }
      >
    >
  /** The first of an attempt begins it, also where nothing was found; later ones tell what was not shown before. */
  | DomainEvent<
      'SuggestionShown',
      OfVisit & { readonly attemptId: string; readonly locale: string; readonly articles: readonly ReadText[] }
    >
  | DomainEvent<'SuggestionOpened', Entered<ReadText & { readonly attemptId: string; readonly visibleSeconds: number }>>
  | DomainEvent<'AnswerConfirmed', Entered<ReadText & { readonly attemptId: string }>>
  | DomainEvent<'AttemptBecameTicket', OfVisit & { readonly attemptId: string; readonly ticketId: string }>
  | DomainEvent<'AttemptAbandoned', OfVisit & { readonly attemptId: string }>
  | DomainEvent<'TicketDeflected', KnowledgeEventData['TicketDeflected']>
  | DomainEvent<'SessionSettled', KnowledgeEventData['SessionSettled']>;

/** What a reader did, as their side tells it; see the events of these names. */
export type Entry =
  | ({ readonly type: 'ArticleViewed'; readonly wantedLocale: string } & Told & ReadText)
  | ({
      readonly type: 'SearchPerformed';
      readonly locale: string;
      readonly terms: string;
      readonly hits: number;
    } & Told)
  | ({ readonly type: 'ResultOpened'; readonly searchId: string } & Told & ReadText)
  | ({ readonly type: 'SuggestionOpened'; readonly attemptId: string; readonly visibleSeconds: number } & Told &
      ReadText)
  | ({ readonly type: 'AnswerConfirmed'; readonly attemptId: string } & Told & ReadText);
type Told = { readonly id: string; readonly at: string };

export type SessionCommand =
  | DomainCommand<'RecordEntries', OfVisit & { readonly reader: Reader; readonly entries: readonly Entry[] }>
  | DomainCommand<
      'ShowSuggestions',
      OfVisit & {
        readonly reader: Reader;
        readonly attemptId: string;
        readonly locale: string;
        readonly articles: readonly ReadText[];
      }
    >
  /** `tickets`: by attempt, the ticket that named it or that its reader opened within 24 hours. */
  | DomainCommand<'Settle', OfVisit & { readonly tickets: ReadonlyMap<string, string> }>;

export interface Attempt {
  readonly locale: string;
  readonly beganAt: string;
  readonly shown: readonly ReadText[];
  /** Article ids. */
  readonly opened: ReadonlySet<string>;
  /** The suggestion that was before the reader's eyes longest. */
  readonly longest?: ReadText & { readonly visibleSeconds: number };
  readonly confirmed?: ReadText;
  readonly settled?: { readonly outcome: Outcome; readonly at: string; readonly ticketId?: string };
}

export type Counts = KnowledgeEventData['SessionSettled']['counts'];

interface Search {
  readonly locale: string;
  readonly terms: string;
  readonly at: string;
  readonly isOpened: boolean;
}

export interface Session {
  /** undefined: there is no such visit. */
  readonly reader?: Reader;
  readonly beganAt: string;
  /** When something was last done in it. */
  readonly lastAt: string;
  readonly entryIds: ReadonlySet<string>;
  readonly searches: ReadonlyMap<string, Search>;
  readonly counts: ReadonlyMap<string, Counts>;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly isSettled: boolean;
}

export const initial: Session = {
  ...{ beganAt: '', lastAt: '', isSettled: false },
  ...{ entryIds: new Set(), searches: new Map(), counts: new Map(), attempts: new Map() },
};

export const noCounts: Counts = {
  ...{ views: 0, otherLanguageViews: 0, searches: 0, zeroResultSearches: 0, openedSearches: 0, openedResults: 0 },
};

export const evolve = (session: Session, { type, data }: SessionEvent): Session => {
  switch (type) {
    case 'SessionBegun': {
      const { readerKey, requesterId, locale, device, at } = data;
      const reader = { readerKey, locale, device, ...(requesterId !== undefined && { requesterId }) };
      return { ...session, reader, beganAt: at, lastAt: at };
    }
    case 'ArticleViewed': {
      const { wantedLocale, locale } = data;
      const counted = { views: 1, otherLanguageViews: locale === wantedLocale ? 0 : 1 };
      return entered(count(session, wantedLocale, counted), data);
    }
    case 'SearchPerformed': {
      const { id, locale, terms, hits, at } = data;
      const searches = new Map(session.searches).set(id, { locale, terms, at, isOpened: false });
      const counted = { searches: 1, zeroResultSearches: hits === 0 ? 1 : 0 };
      return entered({ ...count(session, locale, counted), searches }, data);
    }
    case 'ResultOpened': {
      const { searchId, search, first } = data;
      const searches = new Map(session.searches).set(searchId, { ...search, isOpened: true });
      const counted = { openedResults: 1, openedSearches: first ? 1 : 0 };
      return entered({ ...count(session, search.locale, counted), searches }, data);
    }
    case 'SuggestionShown': {
      const { attemptId, locale, articles, at } = data;
      const { shown, ...begun } = session.attempts.get(attemptId) ?? { ...newAttempt, locale, beganAt: at };
      return touched(withAttempt(session, attemptId, { ...begun, shown: [...shown, ...articles] }), at);
    }
    case 'SuggestionOpened': {
      const { attemptId, articleId, locale, revision, visibleSeconds } = data;
      return entered(
        changeAttempt(session, attemptId, ({ opened, longest, ...attempt }) => ({
          ...{ ...attempt, opened: new Set(opened).add(articleId) },
          longest:
            longest !== undefined && longest.visibleSeconds >= visibleSeconds
              ? longest
              : { articleId, locale, revision, visibleSeconds },
        })),
        data,
      );
    }
    case 'AnswerConfirmed': {
      const { attemptId, articleId, locale, revision } = data;
      const confirmed = { articleId, locale, revision };
      return entered(
        changeAttempt(session, attemptId, (attempt) => ({ ...attempt, confirmed })),
        data,
      );
    }
    case 'AttemptBecameTicket': {
      const { attemptId, ticketId, at } = data;
      return settle(session, attemptId, { outcome: 'ticket', ticketId, at });
    }
    case 'AttemptAbandoned':
      return settle(session, data.attemptId, { outcome: 'abandoned', at: data.at });
    case 'TicketDeflected':
      return settle(session, data.attemptId, { outcome: data.outcome, at: data.at });
    case 'SessionSettled':
      return { ...session, isSettled: true };
  }
};

const newAttempt = { shown: [], opened: new Set<string>() };

const touched = (session: Session, at: string): Session => (at > session.lastAt ? { ...session, lastAt: at } : session);

const entered = (session: Session, { id, at }: Told): Session =>
  touched({ ...session, entryIds: new Set(session.entryIds).add(id) }, at);

function count(session: Session, locale: string, more: Partial<Counts>): Session {
  const before = session.counts.get(locale) ?? noCounts;
  return { ...session, counts: new Map(session.counts).set(locale, added(before, more)) };
}

export const added = (counts: Counts, more: Partial<Counts>): Counts => ({
  views: counts.views + (more.views ?? 0),
  otherLanguageViews: counts.otherLanguageViews + (more.otherLanguageViews ?? 0),
  searches: counts.searches + (more.searches ?? 0),
  zeroResultSearches: counts.zeroResultSearches + (more.zeroResultSearches ?? 0),
  openedSearches: counts.openedSearches + (more.openedSearches ?? 0),
  openedResults: counts.openedResults + (more.openedResults ?? 0),
});

const withAttempt = (session: Session, attemptId: string, attempt: Attempt): Session => ({
  ...session,
  attempts: new Map(session.attempts).set(attemptId, attempt),
});

function changeAttempt(session: Session, attemptId: string, change: (attempt: Attempt) => Attempt): Session {
  const attempt = session.attempts.get(attemptId);
  return attempt === undefined ? session : withAttempt(session, attemptId, change(attempt));
}

const settle = (session: Session, attemptId: string, settled: NonNullable<Attempt['settled']>): Session =>
  changeAttempt(session, attemptId, (attempt) => ({ ...attempt, settled }));
