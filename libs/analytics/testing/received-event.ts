/** Test support: an event as it arrives in the received log. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import { start, tenantId, ticketIdOf } from './ticket-story.js';

/** @param minute after `start` */
export function receivedEvent(streamId: string, type: string, minute: number, data: object): RecordedEvent {
  const at = new Date(start + minute * 60_000).toISOString();
  return {
    ...{ position: 0, version: 1, eventId: ticketIdOf(999), tenantId, schemaVersion: 1, type, streamId },
    data: { ...data, at },
    metadata: { actor: { kind: 'system' }, correlationId: 'c1' },
    ...{ occurredAt: at, recordedAt: at },
  };
}
