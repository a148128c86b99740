import { randomUUID } from 'node:crypto';
import type { PublicEvent } from '@guichet/contracts';
import { until } from '@guichet/testing';
import type { KafkaMessage } from 'kafkajs';
import { decodeRecord } from '../kafka/cloud-event-record.js';
import { kafkaClient } from '../kafka/kafka-client.js';
import { isUnreadable } from '../received-log/feed-record.js';

export const clientOf = (brokers: readonly string[]) => kafkaClient({ brokers, clientId: 'test' });

/** Partition → its records, from the first to the last there is now. */
export async function readTopic(brokers: readonly string[], topic: string): Promise<Map<number, KafkaMessage[]>> {
  const kafka = clientOf(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const left = new Map(ends.filter(({ low, high }) => low !== high).map((one) => [one.partition, Number(one.high)]));
  const found = new Map<number, KafkaMessage[]>(ends.map(({ partition }) => [partition, []]));
  if (left.size === 0) return found;
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        found.get(batch.partition)?.push(...batch.messages);
        if (Number(batch.lastOffset()) + 1 >= (left.get(batch.partition) ?? 0)) left.delete(batch.partition);
      },
    });
    await until('the topic to be read', () => left.size === 0, 30_000);
  } finally {
    await consumer.disconnect();
  }
  return found;
}

/** What a topic tells: each position once. A position that is told in two ways is an error. */
export async function toldBy(brokers: readonly string[], topic: string): Promise<PublicEvent[]> {
  const events = new Map<number, PublicEvent>();
  for (const messages of (await readTopic(brokers, topic)).values()) {
    for (const message of messages) {
      const event = decodeRecord('intake', message)?.event;
      if (!event || isUnreadable(event)) throw new Error(`${topic} has a strange record at offset ${message.offset}.`);
      const before = events.get(event.position);
      if (before) expect(event).toEqual(before);
      else events.set(event.position, event);
    }
  }
  return [...events.values()].sort((a, b) => a.position - b.position);
}
