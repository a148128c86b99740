import fc from 'fast-check';
import { checkHistory, type FindingKind, type History, type LogRow, type Told } from './history.js';

/**
 * One attempt at an append: to which stream, of how many events, at the right version or not, with the outcome told or
 * not.
 */
const attempts = fc.array(
  fc.record({
    stream: fc.nat({ max: 3 }),
    count: fc.integer({ min: 1, max: 3 }),
    stale: fc.boolean(),
    told: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

/** What an honest log makes of the attempts, with two readers that saw all of it. */
function honest(list: { stream: number; count: number; stale: boolean; told: boolean }[]): History {
  const rows: LogRow[] = [];
  const told: Told[] = [];
  const versions = new Map<string, number>();
  list.forEach(({ stream, count, stale, told: isTold }, n) => {
    const streamId = `s-${stream}`;
    const version = versions.get(streamId) ?? 0;
    const eventIds = Array.from({ length: count }, (_, i) => `e${n}.${i}`);
    const expectedVersion = stale ? version + 1 : version;
    if (!stale) {
      versions.set(streamId, version + count);
      eventIds.forEach((eventId, i) =>
        rows.push({ position: rows.length + 1, eventId, streamId, version: version + 1 + i }),
      );
    }
    const stored = { position: rows.length, version: version + count };
    told.push({ eventIds, streamId, expectedVersion, answer: !isTold ? 'unknown' : stale ? 'refused' : stored });
  });
  const seen = [0, Math.floor(rows.length / 2)].map((after) => ({
    reader: `r${after}`,
    after,
    events: rows.slice(after),
  }));
  return { rows, head: rows.length, told, seen };
}

const kinds = (history: History) => [...new Set(checkHistory(history).map(({ kind }) => kind))];
const without = <T>(list: readonly T[], at: number) => list.toSpliced(at, 1);
const changed = <T>(list: readonly T[], at: number, change: Partial<T>) => list.with(at, { ...list[at]!, ...change });
const pick = (length: number, n: number) => n % length;

/**
 * Forgeries: each makes of an honest history (and a number to choose by) one that must be found; nothing if it cannot.
 */
const forgeries: Record<string, [FindingKind, (history: History, n: number) => History | undefined]> = {
  'a gap': [
    'gap',
    (h, n) => (h.rows.length < 2 ? undefined : { ...h, rows: without(h.rows, pick(h.rows.length - 1, n)) }),
  ],
  'a position given twice': [
    'duplicate-position',
    (h, n) => {
      if (h.rows.length < 2) return undefined;
      const i = 1 + pick(h.rows.length - 1, n);
      return { ...h, rows: changed(h.rows, i, { position: h.rows[i - 1]!.position }) };
    },
  ],
  'the last event gone': ['wrong-head', (h) => (h.rows.length === 0 ? undefined : { ...h, rows: h.rows.slice(0, -1) })],
  'a hole in the versions': [
    'version-hole',
    (h, n) => {
      if (h.rows.length === 0) return undefined;
      const i = pick(h.rows.length, n);
      return { ...h, rows: changed(h.rows, i, { version: h.rows[i]!.version + 1 }) };
    },
  ],
  'a version given to two': [
    'duplicate-version',
    (h, n) => {
      const later = h.rows.filter(({ version }) => version > 1);
      const row = later[pick(later.length || 1, n)];
      return row && { ...h, rows: changed(h.rows, row.position - 1, { version: row.version - 1 }) };
    },
  ],
  'an event stored twice': [
    'duplicate-event',
    (h, n) => {
      if (h.rows.length === 0) return undefined;
      const { eventId } = h.rows[pick(h.rows.length, n)]!;
      const again = { position: h.head + 1, eventId, streamId: 's-9', version: 1 };
      return { ...h, rows: [...h.rows, again], head: h.head + 1 };
    },
  ],
  'an acknowledged append lost': [
    'lost',
    (h, n) => {
      const told = h.told.filter(({ answer }) => typeof answer === 'object');
      const [eventId] = told[pick(told.length || 1, n)]?.eventIds ?? [];
      return eventId ? { ...h, rows: h.rows.filter((row) => row.eventId !== eventId) } : undefined;
    },
  ],
  'an acknowledged append elsewhere than told': [
    'misplaced',
    (h, n) => {
      const at = h.told.findIndex(({ answer }, i) => i >= pick(h.told.length, n) && typeof answer === 'object');
      const answer = h.told[at]?.answer;
      if (typeof answer !== 'object') return undefined;
      return { ...h, told: changed(h.told, at, { answer: { ...answer, position: answer.position + 1 } }) };
    },
  ],
  'an acknowledged append at another version than told': [
    'misplaced',
    (h, n) => {
      const at = h.told.findIndex(({ answer }, i) => i >= pick(h.told.length, n) && typeof answer === 'object');
      const answer = h.told[at]?.answer;
      if (typeof answer !== 'object') return undefined;
      return { ...h, told: changed(h.told, at, { answer: { ...answer, version: answer.version + 1 } }) };
    },
  ],
  'half an append of unknown outcome': [
    'torn',
    (h) => {
      const some = h.told.findIndex(({ eventIds, answer }) => typeof answer === 'object' && eventIds.length > 1);
      if (some < 0) return undefined;
      const [first] = h.told[some]!.eventIds;
      const rows = h.rows.filter(({ eventId }) => eventId !== first);
      return { ...h, rows, told: changed(h.told, some, { answer: 'unknown' }) };
    },
  ],
  'a refused append stored': [
    'refused-stored',
    (h, n) => {
      const stored = h.told.findIndex(({ answer }, i) => i >= pick(h.told.length, n) && typeof answer === 'object');
      return stored < 0 ? undefined : { ...h, told: changed(h.told, stored, { answer: 'refused' }) };
    },
  ],
  'an event nobody wrote': [
    'nobodys',
    (h) => {
      const rows = [...h.rows, { position: h.head + 1, eventId: 'stranger', streamId: 's-9', version: 1 }];
      return { ...h, rows, head: h.head + 1 };
    },
  ],
  'a reader that skipped': [
    'reader-skipped',
    (h, n) => {
      const { events } = h.seen[0]!;
      if (events.length < 2) return undefined;
      return { ...h, seen: changed(h.seen, 0, { events: without(events, pick(events.length - 1, n)) }) };
    },
  ],
  'a reader that saw something twice': [
    'reader-repeated',
    (h, n) => {
      const { events } = h.seen[0]!;
      if (events.length === 0) return undefined;
      const i = pick(events.length, n);
      return { ...h, seen: changed(h.seen, 0, { events: events.toSpliced(i, 0, events[i]!) }) };
    },
  ],
  'a reader that saw two the wrong way round': [
    'reader-reordered',
    (h, n) => {
      const { events } = h.seen[0]!;
      if (events.length < 2) return undefined;
      const i = 1 + pick(events.length - 1, n);
      return { ...h, seen: changed(h.seen, 0, { events: events.toSpliced(i - 1, 2, events[i]!, events[i - 1]!) }) };
    },
  ],
  'a reader that saw what is not there': [
    'reader-differs',
    (h, n) => {
      const { events } = h.seen[0]!;
      if (events.length === 0) return undefined;
      const i = pick(events.length, n);
      return { ...h, seen: changed(h.seen, 0, { events: changed(events, i, { eventId: 'gone' }) }) };
    },
  ],
  'a reader that never got there': [
    'reader-behind',
    (h) => {
      const { events } = h.seen[0]!;
      return events.length === 0 ? undefined : { ...h, seen: changed(h.seen, 0, { events: events.slice(0, -1) }) };
    },
  ],
};

describe('checkHistory', () => {
  it('finds nothing wrong with an honest history', () => {
    fc.assert(fc.property(attempts, (list) => expect(checkHistory(honest(list))).toEqual([])));
  });

  it.each(Object.entries(forgeries))('finds %s, whatever the history around it', (_name, [kind, forge]) => {
    let forged = 0;
    fc.assert(
      fc.property(attempts, fc.nat({ max: 1000 }), (list, n) => {
        const history = forge(honest(list), n);
        if (!history) return;
        forged++;
        expect(kinds(history)).toContain(kind);
      }),
    );
    // A forgery that hardly ever happens proves nothing.
    expect(forged).toBeGreaterThan(20);
  });

  it('knows every kind of finding from a forgery', () => {
    const all: Record<FindingKind, true> = {
      gap: true,
      'duplicate-position': true,
      'wrong-head': true,
      'version-hole': true,
      'duplicate-version': true,
      'duplicate-event': true,
      lost: true,
      misplaced: true,
      torn: true,
      'refused-stored': true,
      nobodys: true,
      'reader-skipped': true,
      'reader-repeated': true,
      'reader-reordered': true,
      'reader-differs': true,
      'reader-behind': true,
    };
    const forged = Object.values(forgeries).map(([kind]) => kind);
    expect(new Set(forged)).toEqual(new Set(Object.keys(all)));
  });
});
