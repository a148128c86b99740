import { randomUUID } from 'node:crypto';
import type { LogReader } from '@guichet/event-sourcing';
import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Pause } from '../pause.js';
import { type RecordIdentity, identityOf } from './cloud-event-record.js';
import type { SentOffsets, SentUpTo } from './relay-checkpoint.js';
import { TopicDiffers, wasReplaced } from './sent-offsets.js';

export interface TopicCheck {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Prefix of the consumer group that reads. */
  readonly group: string;
  readonly log: LogReader;
  readonly sent: SentUpTo;
  readonly offsets: SentOffsets;
  /** Ends the check early; whoever asked must not send then. */
  readonly pause: Pause;
}

interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Position of the record that must lie at `from`. */
  readonly first?: number;
}

const silenceMs = 30_000;

/**
 * Compares what a topic has since the checkpoint with the log, before anything is sent: a database restored from an
 * older copy gives positions anew whose records the topic has already, and a topic made anew lacks what was sent.
 * After an orderly end there is nothing to read; after a crash, what was sent behind the checkpoint.
 * @throws TopicDiffers
 */
export async function checkTopic(check: TopicCheck): Promise<void> {
  const ranges = await rangesToRead(check);
  if (ranges.size > 0) await read(check, ranges);
}

async function rangesToRead({ kafka, topic, offsets, sent }: TopicCheck): Promise<Map<number, Range>> {
  const admin = kafka.admin();
  await admin.connect();
  const found = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const ranges = new Map<number, Range>();
  for (const { partition, low, high } of found) {
    const [start, to, known] = [Number(low), Number(high), offsets[partition]];
    if (known === undefined) {
      if (start < to) ranges.set(partition, { from: start, to });
      continue;
    }
    const where = `the relay's last record in partition ${partition} is at offset ${known}.`;
    if (to <= known) throw new TopicDiffers(topic, `ends at offset ${to}, but ${where} ${wasReplaced}`);
    if (start > known) throw new TopicDiffers(topic, `begins at offset ${start}, but ${where} Was it cut off?`);
    if (to > known + 1) ranges.set(partition, { from: known, to, first: sent.last[partition] });
  }
  return ranges;
}

/** kafkajs reads as a member of a group only: one of its own, which commits nothing. */
async function read(check: TopicCheck, ranges: ReadonlyMap<number, Range>): Promise<void> {
  const { kafka, topic, group, pause } = check;
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
    if (range) await compare(check, batch.partition, range, batch.messages).catch(over.reject);
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
      await over.promise; // what was read last may be what differs
    else if (!pause.stopped) throw new Error(`Kafka hands out nothing of ${topic}.`);
  } finally {
    await consumer.disconnect();
  }
}

async function compare(
  { topic, log }: TopicCheck,
  partition: number,
  { from, to, first }: Range,
  messages: readonly KafkaMessage[],
): Promise<void> {
  const records = messages
    .map((message) => ({ offset: Number(message.offset), record: identityOf(message) }))
    .filter(({ offset }) => offset >= from && offset < to);
  for (const { offset, record } of records) {
    if (offset !== from || first === undefined || record?.position === first) continue;
    const instead = record ? `record ${record.position}` : 'a record of somebody else';
    const there = `has ${instead} at offset ${offset} of partition ${partition}`;
    throw new TopicDiffers(topic, `${there}, where record ${first} was sent. ${wasReplaced}`);
  }
  await agreeWithLog(
    topic,
    log,
    records.flatMap(({ record }) => record ?? []),
  );
}

async function agreeWithLog(topic: string, log: LogReader, records: readonly RecordIdentity[]): Promise<void> {
  const events = await log.at(records.map(({ position }) => position));
  const ofPosition = new Map(events.map((event) => [event.position, event]));
  for (const { position, id, recordedAt } of records) {
    const event = ofPosition.get(position);
    if (event?.eventId === id && event.recordedAt === recordedAt) continue;
    const instead = event ? `event ${event.eventId} of ${event.recordedAt} there` : `nothing there`;
    throw new TopicDiffers(
      topic,
      `has event ${id} of ${recordedAt} at position ${position}, but the log has ${instead} and ends at ${await log.head()}. ` +
        'Was the database restored from an older copy?',
    );
  }
}
