import type { PublicEvent } from '@guichet/contracts';
import type { LogReader, ReceivedEvent, RecordedEvent } from '@guichet/event-sourcing';

/** What the publisher of these tests tells: everything but notes. */
export function toPublic(event: RecordedEvent): PublicEvent | undefined {
  if (event.type === 'Noted') return undefined;
  const { eventId: id, type, streamId, version, position, occurredAt, recordedAt, data, schemaVersion } = event;
  const { actor, correlationId } = event.metadata;
  const envelope = { id, source: 'intake', type, schemaVersion, tenantId: event.tenantId, streamId, version } as const;
  return { ...envelope, position, occurredAt, recordedAt, actor, correlationId, data };
}

export function asPublic(received: ReceivedEvent): PublicEvent {
  return { ...(toPublic(received) as PublicEvent), position: received.sourcePosition };
}

/** A whole log; the reader itself asserts that positions are dense. */
export async function readAll(log: LogReader): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (let page = await log.read(0, 5_000); page.length > 0; page = await log.read(all.length, 5_000)) {
    all.push(...page);
  }
  return all;
}
