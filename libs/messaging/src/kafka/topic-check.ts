import type { LogReader } from '@guichet/event-sourcing';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { Pause } from '../pause.js';
import { type RecordIdentity, identityOf } from './cloud-event-record.js';
import type { SentOffsets, SentUpTo } from './relay-checkpoint.js';
import { TopicDiffers, wasReplaced } from './sent-offsets.js';
import { type OffsetRange, readRanges } from './topic-ranges.js';

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

interface Range extends OffsetRange {
  /** Position of the record that must lie at `from`. */
  readonly first?: number;
}

/**
 * Compares what a topic has since the checkpoint with the log, before anything is sent: a database restored from an
 * older copy gives positions anew whose records the topic has already, and a topic made anew lacks what was sent.
 * After an orderly end there is nothing to read; after a crash, what was sent behind the checkpoint.
 * @throws TopicDiffers
 */
export async function checkTopic(check: TopicCheck): Promise<void> {
  const ranges = await rangesToRead(check);
  if (ranges.size === 0) return;
  const each = async (partition: number, messages: readonly KafkaMessage[]): Promise<void> => {
    const range = ranges.get(partition);
    if (range) await compare(check, partition, range, messages);
  };
  const { kafka, topic, group, pause } = check;
  await readRanges({ kafka, topic, group, ranges, pause, each });
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
