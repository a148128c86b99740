import { randomUUID } from 'node:crypto';
import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Pause } from '../pause.js';

/** Offsets of a partition that are to be read. */
export interface OffsetRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface RangesToRead {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Prefix of the consumer group that reads. */
  readonly group: string;
  /** By partition; each with something to read. */
  readonly ranges: ReadonlyMap<number, OffsetRange>;
  /** Ends the reading early. */
  readonly pause: Pause;
  /** Called with what lies in the partition's range, and perhaps more. What it throws ends the reading. */
  each(this: void, partition: number, messages: readonly KafkaMessage[]): Promise<void>;
}

const silenceMs = 30_000;

/**
 * Reads parts of a topic once; answers whether all of it was read: not where it was ended early. kafkajs reads as a
 * member of a group only: one of its own, which commits nothing.
 */
export async function readRanges({ kafka, topic, group, ranges, pause, each }: RangesToRead): Promise<boolean> {
  const consumer = kafka.consumer({
    groupId: `${group}-${randomUUID()}`,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
  });
  const left = new Map(ranges);
  let progress = 0;
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => undefined); // awaited below
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const range = ranges.get(batch.partition);
    if (range) await each(batch.partition, batch.messages).catch(over.reject);
    payload.resolveOffset(batch.lastOffset());
    progress += 1;
    if (range && Number(batch.lastOffset()) + 1 >= range.to) left.delete(batch.partition);
    if (left.size === 0) over.resolve();
    await payload.heartbeat();
  };
  try {
    consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: false });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    for (const [partition, { from }] of ranges) consumer.seek({ topic, partition, offset: String(from) });
    for (let before = -1; left.size > 0 && !pause.stopped && before < progress;) {
      before = progress;
      await Promise.race([over.promise, pause.wait(silenceMs)]);
    }
    if (left.size === 0)
      await over.promise; // what was read last may be what was refused
    else if (!pause.stopped) throw new Error(`Kafka hands out nothing of ${topic}.`);
    return left.size === 0;
  } finally {
    await consumer.disconnect();
  }
}
