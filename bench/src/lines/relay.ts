import { topics } from '@guichet/contracts';
import { KafkaFeed } from '@guichet/messaging';
import { until } from '@guichet/testing';
import kafkajs from 'kafkajs';
import type { Kafka } from 'kafkajs';
import type { BenchContext, BenchLine } from '../line.js';
import { logToPublish, type Published } from '../kafka/published.js';
import { type PlacedRecord, readRecords } from '../kafka/records.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

const { CompressionTypes, logLevel } = kafkajs;
/** What the relay makes of a log comes to about so many records a request. */
const recordsOfRequest = 1000;
const partitions = 6;

/** From a service's log into Kafka, beside a client that has the finished records in its hands. */
export const relay: BenchLine = {
  id: 'relay',
  title: 'Relay into Kafka',
  seconds: 90,
  async run(context) {
    const brokers = await context.kafka();
    const published = await logToPublish(context, 'routing', context.isQuick ? 4_000 : 20_000);
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
    let round = 0;
    await relayed(context, published, brokers, 'bench-records.');
    const records = await readRecords(kafka, `bench-records.${topics.routing}`, published.events);
    const { ours, bare } = await interleave(
      {
        ours: () => relayed(context, published, brokers, `bench-relay-${round++}.`),
        bare: () => produced(kafka, `bench-bare-${round++}`, records),
      },
      { rounds: context.isQuick ? 2 : 5 },
    );
    return {
      figures: [
        ratio('relay into Kafka ÷ bare kafkajs produce of the same records', ours, bare, atLeast(0.5)),
        figure('relay into Kafka', 'events/s', ours),
        figure('bare kafkajs, idempotent', 'records/s', bare),
      ],
      notes: [
        `${published.events.toLocaleString('en')} events of routing, ${partitions} partitions, one broker, acks from all, zstd on both sides.`,
        'Ours: read from event_log, mapped, chained, sent, and the checkpoint moved in the database; timed from the first request ' +
          'that was confirmed to the last.',
        `Bare: one idempotent producer, one request in flight, ${recordsOfRequest} records a request.`,
      ],
    };
  },
};

/** Events a second, into a topic of its own. */
async function relayed(
  context: BenchContext,
  { publication, events }: Published,
  brokers: readonly string[],
  topicPrefix: string,
): Promise<number> {
  const confirmed: { at: number; sent: number }[] = [];
  const observe = {
    sent: (_: string, count: number) => {
      confirmed.push({ at: performance.now(), sent: (confirmed.at(-1)?.sent ?? 0) + count });
    },
    sendFailed: (_: string, error: unknown) => context.say(`the relay tries again: ${String(error)}`),
  };
  const feed = new KafkaFeed({ brokers, clientId: 'bench', topicPrefix, partitions, observe });
  const running = await feed.publish(publication);
  await until('all to be sent', () => confirmed.at(-1)?.sent === events, 120_000).finally(() => running.stop());
  const [first, last] = [confirmed[0], confirmed.at(-1)];
  if (!first || !last || first === last) throw new Error('Too few events for more than one request.');
  return ((last.sent - first.sent) * 1000) / (last.at - first.at);
}

/** Records a second, into a topic of its own. */
async function produced(kafka: Kafka, topic: string, records: readonly PlacedRecord[]): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: () => (args) => args.message.partition ?? 0,
  });
  await producer.connect();
  try {
    const send = (from: number) => {
      const messages = records.slice(from, from + recordsOfRequest);
      return producer.send({ topic, acks: -1, compression: CompressionTypes.ZSTD, messages });
    };
    await send(0);
    const begin = performance.now();
    for (let from = recordsOfRequest; from < records.length; from += recordsOfRequest) await send(from);
    return ((records.length - recordsOfRequest) * 1000) / (performance.now() - begin);
  } finally {
    await producer.disconnect();
  }
}
