import { uuid5 } from '@guichet/event-sourcing';
import {
  int2Array,
  int4Array,
  int8Array,
  jsonbArray,
  textArray,
  timestampArray,
  uuidArray,
} from '@guichet/event-sourcing/postgres-arrays';
import { type FeedRecord, type UnreadableRecord, isUnreadable } from './feed-record.js';

interface Row {
  readonly sourcePosition: number;
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

const nobody = '00000000-0000-0000-0000-000000000000';
const unreadableIds = '6f6a3f5e-6a53-4a3c-9d2c-3a0b5f0e7c11';

/** The arrays `receive_batch` takes, in its order. */
export function recordColumns(source: string, records: readonly FeedRecord[]): Buffer[] {
  const rows = records.map((record) => toRow(source, record));
  return [
    int8Array(rows.map((row) => row.sourcePosition)),
    uuidArray(rows.map((row) => row.eventId)),
    uuidArray(rows.map((row) => row.tenantId)),
    textArray(rows.map((row) => row.streamId)),
    int4Array(rows.map((row) => row.version)),
    textArray(rows.map((row) => row.type)),
    int2Array(rows.map((row) => row.schemaVersion)),
    jsonbArray(rows.map((row) => row.data)),
    jsonbArray(rows.map((row) => row.metadata)),
    timestampArray(rows.map((row) => row.occurredMs)),
    timestampArray(rows.map((row) => row.recordedMs)),
  ];
}

function toRow(source: string, { position, event }: FeedRecord): Row {
  if (isUnreadable(event)) return unreadableRow(source, position, event);
  const { actor, correlationId, causationId, traceparent, imported } = event;
  return {
    sourcePosition: position,
    eventId: event.id,
    tenantId: event.tenantId,
    streamId: event.streamId,
    version: event.version,
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: JSON.stringify(event.data),
    metadata: JSON.stringify({ actor, correlationId, causationId, traceparent, imported }),
    occurredMs: Date.parse(event.occurredAt),
    recordedMs: Date.parse(event.recordedAt),
  };
}

/** Consumers do not know this type, so that the record's stream is parked with the bytes at hand. */
function unreadableRow(source: string, position: number, record: UnreadableRecord): Row {
  const raw = Buffer.from(record.raw).toString('base64');
  const { id, tenantId = nobody, version = 0, atMs = 0 } = record;
  return {
    sourcePosition: position,
    eventId: id ?? uuid5(unreadableIds, `${source}/${position}`),
    tenantId,
    streamId: storable(record.streamId),
    version,
    type: 'Unreadable',
    schemaVersion: 1,
    data: JSON.stringify({ reason: storable(record.reason), raw }),
    metadata: JSON.stringify({ actor: { kind: 'system' }, correlationId: nobody }),
    occurredMs: atMs,
    recordedMs: atMs,
  };
}

/** The record that stands for one the database refuses. */
export function asUnreadable(record: FeedRecord, reason: string): FeedRecord {
  const { event } = record;
  if (isUnreadable(event)) return record;
  const { streamId, tenantId, id } = event;
  return { ...record, event: { streamId, tenantId, id, reason, raw: Buffer.from(JSON.stringify(event)) } };
}

/** PostgreSQL keeps neither U+0000 nor half a surrogate pair. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');
