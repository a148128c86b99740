import type { RecordMetadata } from 'kafkajs';
import type { SentOffsets } from './relay-checkpoint.js';

/**
 * The topic and the log tell different stories, or the topic is not the one that was sent to: nothing more may be sent.
 */
export class TopicDiffers extends Error {
  constructor(topic: string, difference: string) {
    super(`${topic} ${difference} Nothing is sent until an operator has looked.`);
    this.name = 'TopicDiffers';
  }
}

export const wasReplaced = 'Was the topic deleted, made anew or cut off at its end?';

/**
 * Where the last records are after a send that the broker has confirmed. Offsets of a topic only grow. Pure.
 * @throws TopicDiffers when they do not
 */
export function offsetsAfter(
  topic: string,
  before: SentOffsets,
  /** Partition → number of records sent. */
  counts: ReadonlyMap<number, number>,
  confirmed: readonly RecordMetadata[],
): SentOffsets {
  const offsets: Record<string, number> = { ...before };
  for (const { partition, baseOffset } of confirmed) {
    const first = Number(baseOffset ?? -1);
    if (first < 0) continue; // a repetition the broker has recognised, but no longer knows where it lies
    const known = before[partition];
    if (known !== undefined && first <= known) {
      throw new TopicDiffers(
        topic,
        `took a record at offset ${first} of partition ${partition}, but had one at ${known} before. ${wasReplaced}`,
      );
    }
    offsets[partition] = first + (counts.get(partition) ?? 1) - 1;
  }
  return offsets;
}
