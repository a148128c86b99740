/** What the public events of a log weigh as records of a topic. */
import { contracts } from '@guichet/contracts';
import { KafkaFeed, type Publication } from '@guichet/messaging';
import { until } from '@guichet/testing';
import { Kafka, logLevel } from 'kafkajs';

export interface TopicBytes {
  readonly source: string;
  readonly bytes: number;
}

/** Relays each log from its beginning, reads the topic back, and adds up keys, values and headers. */
export async function topicBytes(
  publications: readonly Publication[],
  brokers: readonly string[],
): Promise<readonly TopicBytes[]> {
  const topicPrefix = `size-${process.pid}.`;
  const feed = new KafkaFeed({ brokers, clientId: 'bench', topicPrefix, compression: 'none' });
  const published = await Promise.all(publications.map((publication) => feed.publish(publication)));
  const isThrough = async () =>
    (await feed.status()).publications.every(({ position, head }) => head > 0 && position === head);
  await until('everything to be sent', isThrough, 120_000, 200);
  await Promise.all(published.map((one) => one.stop()));
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
  return Promise.all(
    publications.map(async ({ source }) => ({
      source,
      bytes: await bytesOf(kafka, `${topicPrefix}${contracts.topicOf(source)}`),
    })),
  );
}

async function bytesOf(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const wanted = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const consumer = kafka.consumer({ groupId: `${topic}-size` });
  await consumer.connect();
  let [records, bytes] = [0, 0];
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        records++;
        bytes += (key?.length ?? 0) + (value?.length ?? 0);
        for (const [name, header] of Object.entries(headers)) bytes += name.length + String(header).length;
      },
    });
    await until(`all of ${topic}`, () => records >= wanted, 120_000);
    return bytes;
  } finally {
    await consumer.disconnect();
  }
}
