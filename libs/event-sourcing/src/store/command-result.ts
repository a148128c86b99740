/** What comes of a command: the stream as it is folded, and the answer. */
import type { Decider, DomainCommand, DomainEvent } from '../decider.js';
import type { RecordedEvent } from '../recorded-event.js';
import { isoTime } from './event-rows.js';
import { type AppendRequest, metadataOf, type PendingAppend, type Stored } from './pending-append.js';
import type { CommandResult, Loaded } from './types.js';

/** Either stored now, or answered before. */
export type Outcome =
  | { readonly pending: PendingAppend; readonly stored: Stored }
  | { readonly stored?: undefined; readonly earlier: CommandResult };

export function fold<State, Command extends DomainCommand, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  from: Loaded<State>,
  events: readonly RecordedEvent[],
): Loaded<State> {
  const last = events.at(-1);
  if (!last) return from;
  // A stream holds the events of its decider and no others.
  const state = events.reduce((folded, event) => decider.evolve(folded, event as unknown as Event), from.state);
  return { state, version: last.version, position: last.position };
}

/** The state after an append: folded from text that can be kept, as whoever reads the stream would fold it. */
export function foldAppended<State, Command extends DomainCommand, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  before: State,
  { types, clear }: PendingAppend,
): State {
  return types.reduce((state, type, i) => {
    const event = { type, data: JSON.parse(clear[i] as string) as unknown };
    return decider.evolve(state, event as Event);
  }, before);
}

export function endOf(events: readonly RecordedEvent[]): { version: number; position: number } {
  const last = events.at(-1);
  if (!last) throw new Error('An append without events cannot have been stored.');
  return { version: last.version, position: last.position };
}

export function replay(events: readonly RecordedEvent[]): CommandResult {
  return { streamId: events[0]?.streamId ?? '', ...endOf(events), events, replayed: true };
}

export function toResult(
  request: AppendRequest,
  pending: PendingAppend,
  { position, recordedMs }: Stored,
): CommandResult {
  const { streamId, expectedVersion, events, context } = request;
  const before = position - events.length;
  const recorded = events.map(({ type, data }, i): RecordedEvent => ({
    position: before + 1 + i,
    eventId: pending.eventIds[i] ?? '',
    tenantId: context.tenantId,
    streamId,
    version: expectedVersion + 1 + i,
    type,
    schemaVersion: pending.schemaVersions[i] ?? 1,
    data,
    metadata: metadataOf(request, i),
    occurredAt: isoTime(pending.occurredMs[i] ?? 0),
    recordedAt: isoTime(recordedMs),
  }));
  return { streamId, version: expectedVersion + events.length, position, events: recorded, replayed: false };
}
