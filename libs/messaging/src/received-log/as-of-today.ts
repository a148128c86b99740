import { type Contracts, type PublicEvent, UnsupportedSchemaVersion } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';

/**
 * A received event as if it had been written under today's contract; the log keeps what was sent. An event of a version
 * this reader does not know (left by a newer release) reads as Unreadable, so that its stream is parked.
 */
export function asOfToday(event: RecordedEvent, contracts: Contracts): RecordedEvent {
  const contract = contracts.of(event.type);
  if (!contract || contract.schemaVersion === event.schemaVersion) return event;
  const { type, schemaVersion, data } = event;
  try {
    const read = contracts.upcast({ type, schemaVersion, data } as PublicEvent);
    return { ...event, schemaVersion: read.schemaVersion, data: read.data };
  } catch (error) {
    if (!(error instanceof UnsupportedSchemaVersion)) throw error;
    const raw = Buffer.from(JSON.stringify(data)).toString('base64');
    return { ...event, type: 'Unreadable', schemaVersion: 1, data: { reason: error.message, raw } };
  }
}
