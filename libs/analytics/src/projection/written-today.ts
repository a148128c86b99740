import { contractOf, type PublicEvent, upcast } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';

/**
 * The event as it would be written today; the log keeps it as it came. Throws for a record that nobody could read and
 * for a version from the future: the projection parks their stream until an operator or a newer version deals with it.
 */
export function asWrittenToday(event: RecordedEvent): RecordedEvent {
  if (event.type === 'Unreadable') throw new Error(`The record of ${event.streamId} could not be read.`);
  const contract = contractOf(event.type);
  if (!contract || contract.schemaVersion === event.schemaVersion) return event;
  const { eventId, metadata, ...same } = event;
  const asPublished: PublicEvent = { ...same, ...metadata, id: eventId, source: contract.source };
  const { schemaVersion, data } = upcast(asPublished);
  return { ...event, schemaVersion, data };
}
