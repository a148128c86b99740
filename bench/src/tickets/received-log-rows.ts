/** Events as the received log keeps them. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { LifeEvent } from './lives.js';

export const copyStatement = `copy received_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data,
  metadata, occurred_at, recorded_at, source, source_position, received_at) from stdin`;

/** Positions are counted on from these. */
export interface Places {
  received: number;
  intake: number;
  routing: number;
}

export const noPlaces = (): Places => ({ received: 0, intake: 0, routing: 0 });

/** Rows in COPY's text format, a chunk for each list; `places` moves with them. */
export function* copyRows(lists: Iterable<readonly LifeEvent[]>, places: Places): Generator<Buffer> {
  for (const events of lists) yield Buffer.from(events.map((event) => line(event, places)).join(''));
}

function line(event: LifeEvent, places: Places): string {
  const position = ++places.received;
  const time = new Date(event.at).toISOString();
  const metadata = { actor: event.actor, correlationId: event.correlationId };
  const columns = [
    position,
    eventIdAt(position),
    event.tenantId,
    event.streamId,
    event.version,
    event.type,
    1,
    inCopy(event.data),
    inCopy(metadata),
    time,
    time,
    event.source,
    ++places[event.source],
    time,
  ];
  return `${columns.join('\t')}\n`;
}

const inCopy = (value: object): string => JSON.stringify(value).replaceAll('\\', '\\\\');

/** Nothing reads them in an order of their own. */
const eventIdAt = (position: number): string => `0e000000-0000-4000-8000-${position.toString(16).padStart(12, '0')}`;

/** As a log's reader hands them out. */
export function asRecorded(event: LifeEvent, position: number): RecordedEvent {
  const { tenantId, streamId, version, type, data, actor, correlationId } = event;
  const time = new Date(event.at).toISOString();
  return {
    position,
    eventId: eventIdAt(position),
    tenantId,
    streamId,
    version,
    type,
    schemaVersion: 1,
    data,
    metadata: { actor, correlationId },
    occurredAt: time,
    recordedAt: time,
  };
}
