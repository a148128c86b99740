/** What may happen in a visit. Pure: no Nest, no database, no clock. */
import { type Decider, DomainError } from '@guichet/event-sourcing';
import {
  added,
  type Attempt,
  type Entry,
  evolve,
  initial,
  noCounts,
  type Reader,
  type ReadText,
  type Session,
  type SessionCommand,
  type SessionEvent,
} from './session.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** How long after its beginning an attempt has its outcome. */
export const attemptMs = dayMs;
/** How long after its beginning a visit takes no more entries. */
export const longestVisitMs = dayMs;
/** A visit in which nothing is done for so long is over. */
export const silenceMs = 30 * minuteMs;
/** A suggestion that was before the reader's eyes for so long was read. */
export const readSeconds = 10;
/** Entries of a visit at most. */
export const maxEntries = 2_000;
/** Ticket forms that are begun in a visit at most. */
export const maxAttempts = 100;
/** Languages that are wanted in a visit at most. */
const maxLanguages = 100;

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: SessionCommand, session: Session): readonly SessionEvent[] => {
  switch (type) {
    case 'RecordEntries': {
      const fresh = firstOfEach(data.entries.filter(({ id }) => !session.entryIds.has(id)));
      mustBeTheirs(session, data.reader);
      if (fresh.length === 0) return [];
      mustGoOn(session, data.at);
      const { sessionId } = data;
      const beganAt = fresh.map(({ at }) => at).reduce((first, at) => (at < first ? at : first));
      return fresh.reduce(
        then((state, entry: Entry) => [eventOf(sessionId, entry, state)]),
        begin(session, { sessionId, reader: data.reader, at: beganAt }),
      ).events;
    }
    case 'ShowSuggestions': {
      const { sessionId, reader, attemptId, locale, articles, at } = data;
      mustBeTheirs(session, reader);
      const attempt = session.attempts.get(attemptId);
      const unseen = articles.filter((text) => !(attempt?.shown ?? []).some((shown) => isSame(shown, text)));
      if (attempt !== undefined && unseen.length === 0) return [];
      mustGoOn(session, at);
      if (attempt === undefined) mustHaveRoom(session.attempts.size < maxAttempts, 'ticket forms', maxAttempts);
      const shown = { sessionId, attemptId, locale: attempt?.locale ?? locale, articles: unseen, at };
      return [...begin(session, { sessionId, reader, at }).events, { type: 'SuggestionShown', data: shown }];
    }
    case 'Settle': {
      if (session.reader === undefined || session.isSettled) return [];
      const { reader } = session;
      const { sessionId, tickets, at } = data;
      const open = [...session.attempts].filter(([, { settled }]) => settled === undefined);
      const { events, state } = open.reduce(
        then((_, [attemptId, attempt]: (typeof open)[number]) => {
          const outcome = outcomeOf(attempt, tickets.get(attemptId), at);
          return outcome === undefined ? [] : [settlementOf({ sessionId, attemptId, reader, at }, attempt, outcome)];
        }),
        { events: [] as readonly SessionEvent[], state: session },
      );
      return isOver(state, at) ? [...events, settlement(sessionId, reader, state, at)] : events;
    }
  }
};

interface Decided {
  readonly events: readonly SessionEvent[];
  readonly state: Session;
}

/** One step of decisions that each see what those before them led to. */
const then =
  <Item>(step: (state: Session, item: Item) => readonly SessionEvent[]) =>
  ({ events, state }: Decided, item: Item): Decided => {
    const more = step(state, item);
    return { events: [...events, ...more], state: more.reduce(evolve, state) };
  };

function begin(
  session: Session,
  { sessionId, reader, at }: { readonly sessionId: string; readonly reader: Reader; readonly at: string },
): Decided {
  if (session.reader !== undefined) return { events: [], state: session };
  const begun: SessionEvent = { type: 'SessionBegun', data: { sessionId, ...reader, at } };
  return { events: [begun], state: evolve(session, begun) };
}

const firstOfEach = (entries: readonly Entry[]): readonly Entry[] =>
  [...new Map(entries.toReversed().map((entry) => [entry.id, entry])).values()].toReversed();

function eventOf(sessionId: string, entry: Entry, session: Session): SessionEvent {
  mustHaveRoom(session.entryIds.size < maxEntries, 'entries', maxEntries);
  switch (entry.type) {
    case 'ArticleViewed': {
      const { type, ...data } = entry;
      mustHaveLanguage(session, data.wantedLocale);
      return { type, data: { sessionId, ...data } };
    }
    case 'SearchPerformed': {
      const { type, ...data } = entry;
      mustHaveLanguage(session, data.locale);
      return { type, data: { sessionId, ...data } };
    }
    case 'ResultOpened': {
      const { type, ...data } = entry;
      const search = session.searches.get(data.searchId);
      if (search === undefined) throw unknownSearch(entry);
      const { isOpened, ...searched } = search;
      return { type, data: { sessionId, ...data, first: !isOpened, search: searched } };
    }
    case 'SuggestionOpened': {
      const { type, ...data } = entry;
      mustBeSuggested(session, entry);
      return { type, data: { sessionId, ...data } };
    }
    case 'AnswerConfirmed': {
      const { type, ...data } = entry;
      mustBeSuggested(session, entry);
      mustNotBeSettled(session, entry);
      return { type, data: { sessionId, ...data } };
    }
  }
}

interface OfAttempt {
  readonly sessionId: string;
  readonly attemptId: string;
  readonly reader: Reader;
  readonly at: string;
}

type Known =
  | { readonly outcome: 'ticket'; readonly ticketId: string }
  | { readonly outcome: 'confirmed' | 'read'; readonly text: ReadText }
  | { readonly outcome: 'abandoned' };

/** undefined: not known yet. Whatever comes first, a ticket is found before the 24 hours are over, or counts no more. */
function outcomeOf(attempt: Attempt, ticketId: string | undefined, at: string): Known | undefined {
  if (ticketId !== undefined) return { outcome: 'ticket', ticketId };
  if (isBefore(at, attempt.beganAt, attemptMs)) return undefined;
  const { confirmed, longest } = attempt;
  if (confirmed !== undefined) return { outcome: 'confirmed', text: confirmed };
  if (longest !== undefined && longest.visibleSeconds >= readSeconds) return { outcome: 'read', text: longest };
  return { outcome: 'abandoned' };
}

function settlementOf(
  { sessionId, attemptId, reader: { requesterId }, at }: OfAttempt,
  { locale, beganAt }: Attempt,
  known: Known,
): SessionEvent {
  switch (known.outcome) {
    case 'ticket':
      return { type: 'AttemptBecameTicket', data: { sessionId, attemptId, ticketId: known.ticketId, at } };
    case 'abandoned':
      return { type: 'AttemptAbandoned', data: { sessionId, attemptId, at } };
    case 'confirmed':
    case 'read': {
      const { articleId, locale: articleLocale, revision } = known.text;
      const text = { articleId, articleLocale, revision };
      const who = requesterId !== undefined && { requesterId };
      const { outcome } = known;
      return { type: 'TicketDeflected', data: { sessionId, attemptId, outcome, locale, ...text, ...who, beganAt, at } };
    }
  }
}

/** Nothing more can come of it: each attempt has its outcome, and its reader has gone. */
const isOver = ({ attempts, beganAt, lastAt }: Session, at: string): boolean =>
  [...attempts.values()].every(({ settled }) => settled !== undefined) &&
  (!isBefore(at, lastAt, silenceMs) || !isBefore(at, beganAt, longestVisitMs));

function settlement(sessionId: string, reader: Reader, session: Session, at: string): SessionEvent {
  const { locale, device, requesterId } = reader;
  const languages = [...session.counts].map(([wanted, counts]) => ({ locale: wanted, ...counts }));
  const attempts = [...session.attempts].flatMap(([attemptId, { settled, shown, opened, ...begun }]) => {
    if (settled === undefined) return [];
    const { outcome, ticketId, at: settledAt } = settled;
    const suggestionsShown = new Set(shown.map(({ articleId }) => articleId)).size;
    return [
      {
        ...{ attemptId, locale: begun.locale, beganAt: begun.beganAt, settledAt, outcome },
        ...(ticketId !== undefined && { ticketId }),
        ...{ suggestionsShown, suggestionsOpened: opened.size },
      },
    ];
  });
  return {
    type: 'SessionSettled',
    data: {
      ...{ sessionId, locale, device, ...(requesterId !== undefined && { requesterId }) },
      ...{ beganAt: session.beganAt, endedAt: session.lastAt, at },
      ...{ counts: [...session.counts.values()].reduce(added, noCounts), languages, attempts },
    },
  };
}

const isBefore = (at: string, since: string, ms: number): boolean => Date.parse(at) < Date.parse(since) + ms;

const isSame = (one: ReadText, other: ReadText): boolean =>
  one.articleId === other.articleId && one.locale === other.locale && one.revision === other.revision;

/** A visit of somebody else is none that the caller may know of. */
function mustBeTheirs({ reader }: Session, { readerKey }: Reader): void {
  if (reader === undefined || reader.readerKey === readerKey) return;
  throw new DomainError('unknown-session', 'There is no such visit of this reader.', {}, 'unknown');
}

function mustGoOn({ reader, beganAt, isSettled }: Session, at: string): void {
  if (reader === undefined || (!isSettled && isBefore(at, beganAt, longestVisitMs))) return;
  throw new DomainError('session-over', 'The visit is over. Go on under the id of a new one.');
}

function mustHaveRoom(hasRoom: boolean, things: string, max: number): void {
  if (hasRoom) return;
  throw new DomainError('session-full', `A visit has ${max} ${things} at most. Go on under the id of a new one.`);
}

function mustHaveLanguage({ counts }: Session, locale: string): void {
  mustHaveRoom(counts.has(locale) || counts.size < maxLanguages, 'languages', maxLanguages);
}

function unknownSearch({ id, searchId }: Extract<Entry, { type: 'ResultOpened' }>): DomainError {
  const words = 'The visit has no search of this id: tell the search before what was opened of it.';
  return new DomainError('unknown-search', words, { eventId: id, searchId }, 'invalid');
}

function mustBeSuggested(
  { attempts }: Session,
  entry: Extract<Entry, { type: 'SuggestionOpened' | 'AnswerConfirmed' }>,
): void {
  const { id: eventId, attemptId, articleId } = entry;
  const attempt = attempts.get(attemptId);
  if (attempt === undefined) {
    const words = 'No ticket form of this id was begun in this visit.';
    throw new DomainError('unknown-attempt', words, { eventId, attemptId }, 'invalid');
  }
  // By the article: a newer revision may have been published before the suggestion was opened.
  if (attempt.shown.some((shown) => shown.articleId === articleId)) return;
  const words = 'The article was not suggested for this ticket form.';
  throw new DomainError('not-suggested', words, { eventId, attemptId, articleId }, 'invalid');
}

/** What was looked at may be told late; that it solved the matter would contradict the outcome. */
function mustNotBeSettled({ attempts }: Session, { id, attemptId }: Extract<Entry, { type: 'AnswerConfirmed' }>): void {
  const { settled } = attempts.get(attemptId) ?? {};
  if (settled === undefined) return;
  const { outcome, ticketId } = settled;
  const words = 'The ticket form has its outcome already: nothing can be confirmed for it any more.';
  const details = { eventId: id, attemptId, outcome, ...(ticketId !== undefined && { ticketId }) };
  throw new DomainError('attempt-settled', words, details);
}

export const sessionDecider: Decider<Session, SessionCommand, SessionEvent> = {
  category: 'session',
  initial,
  evolve,
  decide,
};
