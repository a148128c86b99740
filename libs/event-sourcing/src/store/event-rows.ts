import type { CustomTypesConfig } from 'pg';
import type { RecordedEvent } from '../recorded-event.js';

/** Rows as arrays of the server's own text: parsing them here is twice as fast as pg's objects and type parsers. */
export const rawText: CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/** A timestamp column as whole milliseconds since 1970. */
export const epochMs = (column: string) => `(date_part('epoch', ${column}) * 1000)::bigint as ${column}_ms`;

/**
 * What `toRecordedEvent` reads, in its order. Times come as milliseconds, whatever the session's time zone and style.
 */
export const eventColumns = `position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, ${epochMs(
  'occurred_at',
)}, ${epochMs('recorded_at')}`;

export const receivedColumns = `${eventColumns}, source, source_position, ${epochMs('received_at')}`;

export type EventRow = readonly [
  position: string,
  eventId: string,
  tenantId: string,
  streamId: string,
  version: string,
  type: string,
  schemaVersion: string,
  data: string,
  metadata: string,
  occurredMs: string,
  recordedMs: string,
];

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    position: Number(row[0]),
    eventId: row[1],
    tenantId: row[2],
    streamId: row[3],
    version: Number(row[4]),
    type: row[5],
    schemaVersion: Number(row[6]),
    data: JSON.parse(row[7]) as unknown,
    metadata: JSON.parse(row[8]) as RecordedEvent['metadata'],
    occurredAt: isoTime(Number(row[9])),
    recordedAt: isoTime(Number(row[10])),
  };
}

const dayMs = 86_400_000;
const dates = new Map<number, string>();
const twoDigits = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

/** What `new Date(ms).toISOString()` answers, several times as fast: a replay of a log makes two per event. */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * dayMs).toISOString().slice(0, -13);
    if (dates.size > 10_000) dates.clear();
    dates.set(day, date);
  }
  const inDay = ms - day * dayMs;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${date}${time}.${String(inDay % 1000).padStart(3, '0')}Z`;
}
