import { randomUUIDv7 } from 'node:crypto';
import type { DomainEvent } from '../decider.js';
import { UnstorablePayload } from '../errors.js';
import type { EventVersions } from '../event-versions.js';
import type { Actor, EventContext, RecordedEvent } from '../recorded-event.js';
import { uuid5 } from '../uuid5.js';
import { isoTime } from './event-rows.js';
import { mustBeStorable, occurredMs, storableJson } from './payload.js';

export interface AppendRequest {
  /** `<category>-<id>`, at most 255 characters. */
  readonly streamId: string;
  /** The version the stream must be at: 0 for a new one. */
  readonly expectedVersion: number;
  /** At least one. */
  readonly events: readonly DomainEvent[];
  readonly context: EventContext;
  /** Who did each of the events, where it was not `context.actor` who did them all: for imports. */
  readonly actors?: readonly Actor[];
  /** Id of the first event; the following ones get uuid5(commandId, '1'), '2', … */
  readonly commandId?: string;
  /** Ids of the events, one each, instead of `commandId`. */
  readonly eventIds?: readonly string[];
  readonly requestHash?: string;
}

/** Where an append ended up. */
export interface Stored {
  /** Of its last event. */
  readonly position: number;
  readonly recordedMs: number;
}

/** An append on its way to the database, as text and numbers the database takes. */
export interface PendingAppend {
  readonly tenantId: string;
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly eventIds: readonly string[];
  readonly types: readonly string[];
  /** Their data as JSON, before what is personal in it was sealed. */
  readonly clear: readonly string[];
  /** In which the data is written. */
  readonly schemaVersions: readonly number[];
  readonly data: readonly string[];
  readonly occurredMs: readonly number[];
  readonly metadata: readonly string[];
  /** Characters of data and metadata. */
  readonly size: number;
  readonly since: number;
  /** A batch with it was sent and the connection lost: it may be stored already. */
  uncertain: boolean;
  answered: boolean;
  resolve(stored: Stored): void;
  reject(error: unknown): void;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Characters of data and metadata in one append at most: what a batch takes, and far below what PostgreSQL takes. */
export const maxAppendSize = 8 * 1024 * 1024;
const maxVersion = 2 ** 31 - 1;

/** Checks the request and turns it into what is sent. Throws UnstorablePayload for data that cannot be kept. */
export function toPendingAppend(
  request: AppendRequest & { readonly sealed: readonly DomainEvent[] },
  versions: EventVersions,
  answer: Pick<PendingAppend, 'resolve' | 'reject'>,
): PendingAppend {
  const { streamId, expectedVersion, events, sealed, context, actors } = request;
  const { tenantId } = context;
  const eventIds = eventIdsOf(request);
  if (events.length === 0) throw new RangeError('An append has at least one event.');
  if (actors && actors.length !== events.length) throw new RangeError('An append has one actor per event.');
  if (eventIds.length !== events.length) throw new RangeError('An append has one id per event.');
  if (!Number.isInteger(expectedVersion) || expectedVersion < 0 || expectedVersion + events.length > maxVersion)
    throw new RangeError(`Not a version: ${expectedVersion}`);
  mustBeStorable(streamId, 'The stream id');
  for (const { type } of events) mustBeStorable(type, 'The type of an event');
  if (streamId.length > 255) throw new UnstorablePayload('A stream id has at most 255 characters.');
  for (const id of [tenantId, ...eventIds]) if (!uuidPattern.test(id)) throw new UnstorablePayload(`Not a UUID: ${id}`);

  const clear = events.map((event) => storableJson(event.data, event.type));
  const data = sealed.map((event, i) =>
    event === events[i] ? (clear[i] as string) : storableJson(event.data, event.type),
  );
  const metadata = actors
    ? events.map((_, i) => storableJson(metadataOf(request, i), 'The metadata'))
    : repeated(storableJson(metadataOf(request, 0), 'The metadata'), events.length);
  const size = [...data, ...metadata].reduce((sum, text) => sum + text.length, 0);
  if (size > maxAppendSize) {
    throw new UnstorablePayload(
      `The events of one append hold ${maxAppendSize} characters at most, these ${size}: shorten them, or append fewer at a time.`,
    );
  }
  return {
    ...answer,
    tenantId,
    streamId,
    expectedVersion,
    eventIds,
    types: events.map(({ type }) => type),
    schemaVersions: events.map(({ type }) => versions.current(type)),
    clear,
    data,
    occurredMs: events.map((event) => occurredMs(event.data.at, event.type)),
    metadata,
    size,
    since: performance.now(),
    uncertain: false,
    answered: false,
  };
}

/** An event that was stored, as the text that was sent. */
export interface StoredEvent {
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly metadata: string;
  readonly occurredMs: number;
  readonly recordedMs: number;
}

/** The events of an append, once it is known where they are. */
export function storedEvents(append: PendingAppend, { position, recordedMs }: Stored): StoredEvent[] {
  const {
    types,
    schemaVersions,
    eventIds,
    tenantId,
    streamId,
    expectedVersion,
    data,
    metadata,
    occurredMs: occurred,
  } = append;
  const before = position - types.length;
  return types.map((type, i) => ({
    position: before + 1 + i,
    eventId: eventIds[i] as string,
    tenantId,
    streamId,
    version: expectedVersion + 1 + i,
    type,
    schemaVersion: schemaVersions[i] as number,
    data: data[i] as string,
    metadata: metadata[i] as string,
    occurredMs: occurred[i] as number,
    recordedMs,
  }));
}

/** A stored event as a reader of the log would get it. */
export function asRecorded({ data, metadata, occurredMs: occurred, recordedMs, ...event }: StoredEvent): RecordedEvent {
  return {
    ...event,
    eventId: event.eventId.toLowerCase(),
    tenantId: event.tenantId.toLowerCase(),
    // From the text that was sent: what the caller holds may be changed by the caller, and may hold more than JSON
    // keeps.
    data: JSON.parse(data) as unknown,
    metadata: JSON.parse(metadata) as RecordedEvent['metadata'],
    occurredAt: isoTime(occurred),
    recordedAt: isoTime(recordedMs),
  };
}

/** Characters of its data and metadata. */
export const sizeOf = ({ data, metadata }: StoredEvent): number => data.length + metadata.length;

function eventIdsOf({ eventIds, commandId, events }: AppendRequest): readonly string[] {
  if (eventIds) return eventIds;
  // Ids that grow with time keep the index on them compact.
  if (!commandId) return events.map(() => randomUUIDv7());
  return events.map((_, i) => commandEventId(commandId, i));
}

/** The id of the event at `index` among those a command led to. */
export function commandEventId(commandId: string, index: number): string {
  return index === 0 ? commandId.toLowerCase() : uuid5(commandId, String(index));
}

/** What is kept of the request with the event at `index`. */
export function metadataOf({ context, actors, requestHash }: AppendRequest, index: number): RecordedEvent['metadata'] {
  const { tenantId: _, ...metadata } = context;
  return { ...metadata, actor: actors?.[index] ?? context.actor, ...(requestHash !== undefined && { requestHash }) };
}

function repeated(text: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => text);
}
