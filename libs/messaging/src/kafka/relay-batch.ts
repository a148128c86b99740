import type { PublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { Message } from 'kafkajs';
import { encodeRecord } from './cloud-event-record.js';
import { partitionOf } from './partition.js';
import type { SentUpTo } from './relay-checkpoint.js';

/** Well below the brokers' limit for a request; a single larger record goes alone. */
const maxBytes = 700_000;

export interface RelayBatch {
  readonly messages: readonly Message[];
  /** Where the relay stands when all of them are sent. */
  readonly to: SentUpTo;
}

/** The next records to send: as much of a page as fits, each chained to the one before it in its partition. Pure. */
export function relayBatch(
  page: readonly RecordedEvent[],
  from: SentUpTo,
  partitions: number,
  toPublic: (event: RecordedEvent) => PublicEvent | undefined,
): RelayBatch {
  const messages: Message[] = [];
  const last: Record<string, number> = { ...from.last };
  let bytes = 0;
  let position = from.position;
  for (const recorded of page) {
    const event = toPublic(recorded);
    if (event) {
      const partition = partitionOf(event.streamId, partitions);
      const message = encodeRecord(event, partition, last[partition] ?? 0);
      bytes += sizeOf(message);
      if (bytes > maxBytes && messages.length > 0) break;
      messages.push(message);
      last[partition] = event.position;
    }
    position = recorded.position;
  }
  return { messages, to: { position, last } };
}

const sizeOf = ({ value, headers = {} }: Message): number =>
  Buffer.byteLength(value ?? '') + Object.values(headers).reduce((sum, text) => sum + 24 + String(text).length, 0);
