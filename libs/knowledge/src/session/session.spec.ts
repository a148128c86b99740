import { specification } from '@guichet/event-sourcing/testing';
import fc from 'fast-check';
import {
  attemptMs,
  longestVisitMs,
  maxAttempts,
  maxEntries,
  readSeconds,
  sessionDecider,
  silenceMs,
} from './decide.js';
import { type Entry, evolve, initial, type Reader, type SessionCommand, type SessionEvent } from './session.js';

const given = specification(sessionDecider);
const sessionId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
const attemptId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0002';
const articleId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0003';
const ticketId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0004';
const startMs = Date.parse('2026-03-02T09:00:00.000Z');
const after = (ms: number): string => new Date(startMs + ms).toISOString();
const at = after(0);
const reader: Reader = { readerKey: 'r-1', requesterId: 'rita', locale: 'fr', device: 'mobile' };
const stranger: Reader = { ...reader, readerKey: 'r-2' };
const text = { articleId, locale: 'en', revision: 3 };

const begun: SessionEvent = { type: 'SessionBegun', data: { sessionId, ...reader, at } };
const view: Entry = { type: 'ArticleViewed', id: 'e-1', ...text, wantedLocale: 'fr', at };
const viewed: SessionEvent = { type: 'ArticleViewed', data: { sessionId, id: 'e-1', ...text, wantedLocale: 'fr', at } };
const search = (hits = 2): Entry => ({
  type: 'SearchPerformed',
  id: 'e-2',
  locale: 'fr',
  terms: 'remboursement',
  hits,
  at,
});
const searched = (hits = 2): SessionEvent => ({
  type: 'SearchPerformed',
  data: { sessionId, id: 'e-2', locale: 'fr', terms: 'remboursement', hits, at },
});
const result: Entry = { type: 'ResultOpened', id: 'e-3', ...text, searchId: 'e-2', at };
const opened = (first: boolean, id = 'e-3'): SessionEvent => ({
  type: 'ResultOpened',
  data: {
    ...{ sessionId, id, ...text, searchId: 'e-2', first, at },
    search: { locale: 'fr', terms: 'remboursement', at },
  },
});
const shownData = { sessionId, attemptId, locale: 'fr', articles: [text], at };
const shown: SessionEvent = { type: 'SuggestionShown', data: shownData };
const look = (visibleSeconds: number, id = 'e-4'): Entry => ({
  ...({ type: 'SuggestionOpened', id, ...text, attemptId, visibleSeconds, at } as const),
});
const looked = (visibleSeconds: number, id = 'e-4'): SessionEvent => ({
  type: 'SuggestionOpened',
  data: { sessionId, id, ...text, attemptId, visibleSeconds, at },
});
const confirm: Entry = { type: 'AnswerConfirmed', id: 'e-5', ...text, attemptId, at };
const confirmed: SessionEvent = { type: 'AnswerConfirmed', data: { sessionId, id: 'e-5', ...text, attemptId, at } };

const record = (entries: readonly Entry[], by = reader, when = at): SessionCommand => ({
  type: 'RecordEntries',
  data: { sessionId, reader: by, entries, at: when },
});
const suggest = (articles = [text], by = reader, id = attemptId, when = at): SessionCommand => ({
  type: 'ShowSuggestions',
  data: { sessionId, reader: by, attemptId: id, locale: 'fr', articles, at: when },
});
const settle = (ms: number, tickets: ReadonlyMap<string, string> = new Map()): SessionCommand => ({
  type: 'Settle',
  data: { sessionId, tickets, at: after(ms) },
});
const ticketed = new Map([[attemptId, ticketId]]);

const noCounts = {
  views: 0,
  otherLanguageViews: 0,
  searches: 0,
  zeroResultSearches: 0,
  openedSearches: 0,
  openedResults: 0,
};
const settled = (
  ms: number,
  more: Partial<Extract<SessionEvent, { type: 'SessionSettled' }>['data']> = {},
): SessionEvent => ({
  type: 'SessionSettled',
  data: {
    ...{ sessionId, locale: 'fr', device: 'mobile', requesterId: 'rita', beganAt: at, endedAt: at, at: after(ms) },
    ...{ counts: noCounts, languages: [], attempts: [], ...more },
  },
});
const deflected = (outcome: 'confirmed' | 'read', ms: number): SessionEvent => ({
  type: 'TicketDeflected',
  data: {
    ...{ sessionId, attemptId, outcome, locale: 'fr', articleId, articleLocale: 'en', revision: 3 },
    ...{ requesterId: 'rita', beganAt: at, at: after(ms) },
  },
});
const ended = (outcome: 'ticket' | 'confirmed' | 'read' | 'abandoned', ms: number, suggestionsOpened = 0) => ({
  ...{ attemptId, locale: 'fr', beganAt: at, settledAt: after(ms), outcome },
  ...(outcome === 'ticket' && { ticketId }),
  ...{ suggestionsShown: 1, suggestionsOpened },
});

describe('a visit', () => {
  it('begins with the first thing done in it', () =>
    given()
      .when(record([view]))
      .then(begun, viewed));
  it('begins with a ticket form too', () => given().when(suggest()).then(begun, shown));
  it('counts an event once, in one batch or in two', () => {
    given(begun, viewed)
      .when(record([view]))
      .thenNothing();
    given()
      .when(record([view, view]))
      .then(begun, viewed);
  });
  it('knows what was opened first of a search, in the same batch too', () => {
    given()
      .when(record([search(), result, { ...result, id: 'e-6' }]))
      .then(begun, searched(), opened(true), opened(false, 'e-6'));
  });
  it('adds to an attempt what was not shown before', () => {
    given(begun, shown).when(suggest()).thenNothing();
    const other = { ...text, revision: 4 };
    given(begun, shown)
      .when(suggest([text, other]))
      .then({ type: 'SuggestionShown', data: { sessionId, attemptId, locale: 'fr', articles: [other], at } });
  });
  it('begins an attempt also where nothing is found', () =>
    given(begun)
      .when(suggest([]))
      .then({ type: 'SuggestionShown', data: { sessionId, attemptId, locale: 'fr', articles: [], at } }));
});

/** Every state that a visit can be in, and what leads there. */
const states: Readonly<Record<string, readonly SessionEvent[]>> = {
  begun: [begun, viewed],
  'in an attempt': [begun, shown],
  confirmed: [begun, shown, looked(readSeconds), confirmed],
  settled: [begun, viewed, settled(silenceMs)],
};
const over = { begun: [begun, viewed], 'in an attempt': [begun, shown] };

describe('a visit refuses', () => {
  it.each(Object.entries(states))('everybody but its reader when it is %s', (_, history) => {
    given(...history)
      .when(record([view, search()], stranger))
      .thenRefused('unknown-session');
    given(...history)
      .when(suggest([text], stranger))
      .thenRefused('unknown-session');
  });
  it('everything new once it is settled, and says nothing against what it has', () => {
    given(...states['settled']!)
      .when(record([search()]))
      .thenRefused('session-over');
    given(...states['settled']!)
      .when(suggest())
      .thenRefused('session-over');
    given(...states['settled']!)
      .when(record([view]))
      .thenNothing();
  });
  it.each(Object.entries(over))('everything new a day after it began, when it is %s', (_, history) => {
    const late = after(longestVisitMs);
    given(...history)
      .when(record([search()], reader, late))
      .thenRefused('session-over');
    given(...history)
      .when(suggest([], reader, ticketId, late))
      .thenRefused('session-over');
    given(...history)
      .when(record([search()], reader, after(longestVisitMs - 1)))
      .then(searched());
  });
  it.each([[], ...Object.values(over)].map((history) => [history] as const))(
    'a forged search, attempt or suggestion',
    (...[history]) => {
      given(...history)
        .when(record([result]))
        .thenRefused('unknown-search');
      const forged = { attemptId: ticketId };
      given(...history)
        .when(record([{ ...look(60), ...forged }]))
        .thenRefused('unknown-attempt');
      given(...history)
        .when(record([{ ...confirm, ...forged }]))
        .thenRefused('unknown-attempt');
      const elsewhere = { articleId: ticketId };
      given(begun, shown)
        .when(record([{ ...look(60), ...elsewhere }]))
        .thenRefused('not-suggested');
      given(begun, shown)
        .when(record([{ ...confirm, ...elsewhere }]))
        .thenRefused('not-suggested');
    },
  );
  it('to confirm an answer of an attempt that has its outcome', () => {
    const second: SessionEvent = { type: 'SuggestionShown', data: { ...shownData, attemptId: ticketId } };
    const outcomes: readonly SessionEvent[] = [
      { type: 'AttemptBecameTicket', data: { sessionId, attemptId, ticketId, at } },
      { type: 'AttemptAbandoned', data: { sessionId, attemptId, at } },
      deflected('read', 0),
    ];
    for (const outcome of outcomes) {
      given(begun, shown, second, outcome)
        .when(record([confirm]))
        .thenRefused('attempt-settled');
      given(begun, shown, second, outcome)
        .when(record([look(12)]))
        .then(looked(12));
    }
  });
  it('a whole batch for one event of it', () =>
    given(begun)
      .when(record([view, result]))
      .thenRefused('unknown-search'));
  it('more than it can hold', () => {
    const many = Array.from({ length: maxEntries }, (_, i): SessionEvent => ({
      ...viewed,
      data: { ...viewed.data, id: `m-${i}` },
    }));
    given(begun, ...many)
      .when(record([view]))
      .thenRefused('session-full');
    given(begun, ...many.slice(1))
      .when(record([view]))
      .then(viewed);
    const forms = Array.from({ length: maxAttempts }, (_, i): SessionEvent => ({
      ...shown,
      data: { ...shown.data, attemptId: `a-${i}` },
    }));
    given(begun, ...forms)
      .when(suggest())
      .thenRefused('session-full');
    given(begun, ...forms)
      .when(suggest([{ ...text, revision: 9 }], reader, 'a-0'))
      .then({
        type: 'SuggestionShown',
        data: { sessionId, attemptId: 'a-0', locale: 'fr', articles: [{ ...text, revision: 9 }], at },
      });
    const languages = Array.from({ length: 100 }, (_, i): SessionEvent => ({
      ...viewed,
      data: { ...viewed.data, id: `l-${i}`, wantedLocale: `x-${i}` },
    }));
    given(begun, ...languages)
      .when(record([search()]))
      .thenRefused('session-full');
    const known: Entry = { ...view, wantedLocale: 'x-7' };
    given(begun, ...languages)
      .when(record([known]))
      .then({ type: 'ArticleViewed', data: { sessionId, id: 'e-1', ...text, wantedLocale: 'x-7', at } });
  });
});

describe('settling', () => {
  it('leaves alone what is not there, not over, or settled', () => {
    given().when(settle(attemptMs)).thenNothing();
    given(begun, viewed)
      .when(settle(silenceMs - 1))
      .thenNothing();
    given(begun, shown)
      .when(settle(attemptMs - 1))
      .thenNothing();
    given(...states['settled']!)
      .when(settle(attemptMs, ticketed))
      .thenNothing();
  });
  it('counts a visit by the language that was wanted', () => {
    const counts = {
      views: 1,
      otherLanguageViews: 1,
      searches: 1,
      zeroResultSearches: 0,
      openedSearches: 1,
      openedResults: 2,
    };
    given(begun, viewed, searched(), opened(true), opened(false, 'e-6'))
      .when(settle(silenceMs))
      .then(settled(silenceMs, { counts, languages: [{ locale: 'fr', ...counts }] }));
    const inPolish: SessionEvent = {
      type: 'SearchPerformed',
      data: { sessionId, id: 'e-7', locale: 'pl', terms: 'zwrot', hits: 0, at },
    };
    const [french, polish] = [
      { ...noCounts, views: 1, otherLanguageViews: 1 },
      { ...noCounts, searches: 1, zeroResultSearches: 1 },
    ];
    given(begun, viewed, inPolish)
      .when(settle(silenceMs))
      .then(
        settled(silenceMs, {
          counts: { ...noCounts, ...french, searches: 1, zeroResultSearches: 1 },
          languages: [
            { locale: 'fr', ...french },
            { locale: 'pl', ...polish },
          ],
        }),
      );
  });
  it('tells the ticket as soon as it is known, whatever else was said', () => {
    const ticket: SessionEvent = {
      type: 'AttemptBecameTicket',
      data: { sessionId, attemptId, ticketId, at: after(5) },
    };
    given(begun, shown, looked(60), confirmed).when(settle(5, ticketed)).then(ticket);
    given(begun, shown, ticket)
      .when(settle(silenceMs))
      .then(settled(silenceMs, { attempts: [ended('ticket', 5)] }));
    given(begun, shown, ticket).when(settle(6, ticketed)).thenNothing();
  });
  it('believes who confirmed an answer and wrote no ticket within a day', () =>
    given(begun, shown, looked(2), confirmed)
      .when(settle(attemptMs))
      .then(deflected('confirmed', attemptMs), settled(attemptMs, { attempts: [ended('confirmed', attemptMs, 1)] })));
  it('counts a suggestion as read from ten seconds on', () => {
    given(begun, shown, looked(3, 'e-7'), looked(readSeconds), looked(4, 'e-8'))
      .when(settle(attemptMs))
      .then(deflected('read', attemptMs), settled(attemptMs, { attempts: [ended('read', attemptMs, 1)] }));
    given(begun, shown, looked(readSeconds - 1))
      .when(settle(attemptMs))
      .then(
        { type: 'AttemptAbandoned', data: { sessionId, attemptId, at: after(attemptMs) } },
        settled(attemptMs, { attempts: [ended('abandoned', attemptMs, 1)] }),
      );
  });
  it('waits with the visit for each of its attempts', () => {
    const second: SessionEvent = {
      ...shown,
      data: { ...shown.data, attemptId: ticketId, at: after(1_000) },
    };
    given(begun, shown, second)
      .when(settle(attemptMs))
      .then({ type: 'AttemptAbandoned', data: { sessionId, attemptId, at: after(attemptMs) } });
  });
});

type Step =
  | { readonly type: 'suggest'; readonly attempt: number }
  | { readonly type: 'look'; readonly attempt: number; readonly seconds: number }
  | { readonly type: 'confirm'; readonly attempt: number }
  | { readonly type: 'ticket'; readonly attempt: number }
  | { readonly type: 'turn' };

const attempts = [0, 1, 2].map((i) => `0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a010${i}`);
const attempt = fc.constantFrom(0, 1, 2);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('suggest' as const), attempt }),
  fc.record({ type: fc.constant('look' as const), attempt, seconds: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ type: fc.constant('confirm' as const), attempt }),
  fc.record({ type: fc.constant('ticket' as const), attempt }),
  fc.record({ type: fc.constant('turn' as const) }),
);

describe('each attempt', () => {
  it('has exactly one outcome, whatever happens in which order, and whenever settling comes', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 8 * 3_600_000 })), { maxLength: 40 }), (steps) => {
        let [nowMs, state] = [0, initial];
        const log: SessionEvent[] = [];
        const tickets = new Map<string, string>();
        const run = (command: SessionCommand): void => {
          try {
            const events = sessionDecider.decide(command, state);
            log.push(...events);
            state = events.reduce(evolve, state);
          } catch (error) {
            if ((error as { code?: string }).code === undefined) throw error;
          }
        };
        steps.forEach(([one, pauseMs], i) => {
          nowMs += pauseMs;
          const when = after(nowMs);
          if (one.type === 'turn') return run(settle(nowMs, tickets));
          const id = attempts[one.attempt] ?? '';
          if (one.type === 'ticket') return void tickets.set(id, ticketId);
          if (one.type === 'suggest') return run(suggest([text], reader, id, when));
          const common = { id: `s-${i}`, ...text, attemptId: id, at: when };
          const entry: Entry =
            one.type === 'look'
              ? { type: 'SuggestionOpened', ...common, visibleSeconds: one.seconds }
              : { type: 'AnswerConfirmed', ...common };
          return run(record([entry], reader, when));
        });
        for (const ms of [nowMs, nowMs + attemptMs, nowMs + 3 * attemptMs]) run(settle(ms, tickets));
        const begunIds = new Set(log.flatMap(({ type, data }) => (type === 'SuggestionShown' ? [data.attemptId] : [])));
        const outcomes = log.flatMap(({ type, data }) =>
          type === 'AttemptBecameTicket' || type === 'AttemptAbandoned' || type === 'TicketDeflected'
            ? [data.attemptId]
            : [],
        );
        expect(outcomes.toSorted()).toEqual([...begunIds].sort());
        const ends = log.filter(({ type }) => type === 'SessionSettled');
        expect(ends).toHaveLength(log.length === 0 ? 0 : 1);
        const told = ends.flatMap(({ data }) =>
          'attempts' in data ? data.attempts.map((each) => each.attemptId) : [],
        );
        expect(told.toSorted()).toEqual([...begunIds].sort());
        expect(log.indexOf(ends[0]!)).toBe(log.length - 1);
      }),
      { numRuns: 500 },
    ));
});
