/** An event as it stands in event_log. */
export interface LogRow {
  readonly position: number;
  readonly eventId: string;
  readonly streamId: string;
  readonly version: number;
}

/** What a writer asked for, and what it was told about it in the end. `position` is that of its last event. */
export interface Told {
  readonly eventIds: readonly string[];
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly answer: { readonly position: number; readonly version: number } | 'refused' | 'unknown';
}

/** What one reader saw, in the order it saw it. */
export interface Seen {
  readonly reader: string;
  /** The position it began after. */
  readonly after: number;
  readonly events: readonly { readonly position: number; readonly eventId: string }[];
}

/** All that is known of a log whose every writer kept a journal. */
export interface History {
  /** In the order of their positions. */
  readonly rows: readonly LogRow[];
  /** As log_head has it. */
  readonly head: number;
  readonly told: readonly Told[];
  readonly seen: readonly Seen[];
}

export type FindingKind =
  | 'gap'
  | 'duplicate-position'
  | 'wrong-head'
  | 'version-hole'
  | 'duplicate-version'
  | 'duplicate-event'
  | 'lost'
  | 'misplaced'
  | 'torn'
  | 'refused-stored'
  | 'nobodys'
  | 'reader-skipped'
  | 'reader-repeated'
  | 'reader-reordered'
  | 'reader-differs'
  | 'reader-behind';

export interface Finding {
  readonly kind: FindingKind;
  readonly what: string;
}

/**
 * Decides whether a log kept its promises: positions dense, versions contiguous within each stream, each acknowledged
 * append there once and where its writer was told, refused ones absent, unknown ones there as a whole or not at all,
 * and every reader saw each position once and in order. Answers what it found wrong: nothing, if all is well.
 */
export function checkHistory({ rows, head, told, seen }: History): Finding[] {
  return [...inPositions(rows, head), ...inStreams(rows), ...inAnswers(rows, told), ...seen.flatMap(inReader(rows))];
}

function inPositions(rows: readonly LogRow[], head: number): Finding[] {
  const found: Finding[] = [];
  let last = 0;
  for (const { position, eventId } of rows) {
    if (position > last + 1) found.push({ kind: 'gap', what: `nothing between ${last} and ${position}` });
    if (position <= last) found.push({ kind: 'duplicate-position', what: `${position} again, with ${eventId}` });
    last = Math.max(last, position);
  }
  if (head !== last) found.push({ kind: 'wrong-head', what: `the head is ${head}, the last position ${last}` });
  return found;
}

function inStreams(rows: readonly LogRow[]): Finding[] {
  const found: Finding[] = [];
  const versions = new Map<string, number>();
  const events = new Set<string>();
  for (const { position, eventId, streamId, version } of rows) {
    const last = versions.get(streamId) ?? 0;
    const what = `version ${version} of ${streamId} at position ${position}, after ${last}`;
    if (version > last + 1) found.push({ kind: 'version-hole', what });
    if (version <= last) found.push({ kind: 'duplicate-version', what });
    if (events.has(eventId)) found.push({ kind: 'duplicate-event', what: `${eventId} at position ${position}` });
    versions.set(streamId, Math.max(last, version));
    events.add(eventId);
  }
  return found;
}

function inAnswers(rows: readonly LogRow[], told: readonly Told[]): Finding[] {
  const byId = new Map(rows.map((row) => [row.eventId, row]));
  const asked = new Set(told.flatMap(({ eventIds }) => eventIds));
  const nobodys = rows.filter(({ eventId }) => !asked.has(eventId));
  return [
    ...told.flatMap((append) => inAnswer(append, byId)),
    ...nobodys.map(({ eventId, position }): Finding => ({ kind: 'nobodys', what: `${eventId} at ${position}` })),
  ];
}

function inAnswer({ eventIds, streamId, expectedVersion, answer }: Told, byId: ReadonlyMap<string, LogRow>): Finding[] {
  const what = `${eventIds.length} events for ${streamId} at version ${expectedVersion}, told ${JSON.stringify(answer)}`;
  const stored = eventIds.flatMap((id) => byId.get(id) ?? []);
  if (answer === 'refused') return stored.length > 0 ? [{ kind: 'refused-stored', what }] : [];
  if (answer === 'unknown' && stored.length === 0) return [];
  if (stored.length < eventIds.length) return [{ kind: answer === 'unknown' ? 'torn' : 'lost', what }];
  const first = answer === 'unknown' ? (stored[0]?.position ?? 0) : answer.position - eventIds.length + 1;
  const inPlace = stored.every(
    (row, i) => row.streamId === streamId && row.version === expectedVersion + 1 + i && row.position === first + i,
  );
  const asTold = answer === 'unknown' || answer.version === expectedVersion + eventIds.length;
  return inPlace && asTold ? [] : [{ kind: 'misplaced', what }];
}

function inReader(rows: readonly LogRow[]): (seen: Seen) => Finding[] {
  const ids = new Map(rows.map(({ position, eventId }) => [position, eventId]));
  return ({ reader, after, events }) => {
    const positions = events.map(({ position }) => position);
    const distinct = new Set(positions);
    const furthest = positions.reduce((a, b) => Math.max(a, b), after);
    const found = (kind: FindingKind, isSo: boolean): Finding[] => (isSo ? [{ kind, what: reader }] : []);
    return [
      ...found('reader-skipped', distinct.size < furthest - after),
      ...found('reader-repeated', distinct.size < positions.length),
      ...found(
        'reader-reordered',
        positions.some((position, i) => position < (positions[i - 1] ?? 0)),
      ),
      ...found(
        'reader-differs',
        events.some(({ position, eventId }) => ids.get(position) !== eventId),
      ),
      ...found('reader-behind', furthest < (rows.at(-1)?.position ?? 0)),
    ];
  };
}
