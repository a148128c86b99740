import type { RecordedEvent } from '@guichet/event-sourcing';
import type { Kafka, Message, Producer, RecordMetadata } from 'kafkajs';
import type { Publication } from '../feed.js';
import { type Pause, backoffMs } from '../pause.js';
import { compressionTypes } from './kafka-client.js';
import type { Compression } from './kafka-options.js';
import type { Lease } from './lease.js';
import { ProgressTeller } from './progress-teller.js';
import { relayBatch } from './relay-batch.js';
import type { RelayCheckpoint, SentOffsets } from './relay-checkpoint.js';
import { offsetsAfter } from './sent-offsets.js';
import type { FeedTopics } from './topics.js';

const pageEvents = 2_000;
/** Longest wait without a wake: another process may have appended. */
const pollMs = 200;

export interface RelaySessionOptions {
  readonly kafka: Kafka;
  readonly publication: Publication;
  readonly topics: FeedTopics;
  readonly partitions: number;
  readonly compression: Compression;
  readonly lease: Lease;
  readonly checkpoint: RelayCheckpoint;
  /** Ends the session when it is stopped. */
  readonly pause: Pause;
  sent(events: number): void;
  failed(error: unknown): void;
  /** How far this relay is was told, or the broker refuses to hear of it. */
  told(refusal?: unknown): void;
}

/** One relay's time as the sender of a topic: from taking the lease until it is lost, or the process stops. */
export class RelaySession {
  private readonly producer: Producer;
  private readonly teller: ProgressTeller;
  /** Read and not yet sent. */
  private waiting: readonly RecordedEvent[] = [];
  private offsets: SentOffsets;

  constructor(private readonly options: RelaySessionOptions) {
    this.producer = options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1, // kafkajs keeps the order of retries only so
      allowAutoTopicCreation: false,
      createPartitioner: () => (args) => args.message.partition ?? 0, // chosen by relayBatch
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    });
    this.offsets = options.checkpoint.offsets;
    this.teller = new ProgressTeller(this.producer, options.topics.progress, (refusal) => options.told(refusal));
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  async run(): Promise<void> {
    const { checkpoint } = this.options;
    let moving: Promise<void> = Promise.resolve();
    try {
      for (let at = checkpoint.sent; this.maySend();) {
        const { messages, to } = await this.nextBatch(at);
        if (to.position === at.position) {
          this.teller.tell(at);
          continue;
        }
        if (messages.length > 0) {
          const confirmed = await this.sendUntilSent(messages);
          if (!confirmed) break;
          this.offsets = offsetsAfter(this.options.topics.events, this.offsets, countsOf(messages), confirmed);
        }
        // The checkpoint follows while the next batch is on its way: it may lag behind, never run ahead.
        await moving;
        moving = checkpoint.advance(to, this.offsets);
        moving.catch(() => undefined); // awaited above or below
        this.teller.tell(to);
        if (messages.length > 0) this.options.sent(messages.length);
        at = to;
      }
    } finally {
      await this.teller.stop();
      await this.producer.disconnect();
    }
    await moving;
  }

  private maySend(): boolean {
    return !this.options.pause.stopped && this.options.lease.held;
  }

  /** What comes after `at`; waits a little when there is nothing, and then answers nothing. */
  private async nextBatch(at: RelayCheckpoint['sent']) {
    const { publication, partitions, pause } = this.options;
    const { log } = publication;
    if (this.waiting.length === 0) {
      const seen = log.wake.seen;
      this.waiting = await log.read(at.position, pageEvents);
      if (this.waiting.length === 0) await pause.waitFor(log.wake, pollMs, seen);
    }
    const batch = relayBatch(this.waiting, at, partitions, (event) => publication.toPublic(event));
    this.waiting = this.waiting.slice(batch.to.position - at.position); // positions are dense
    return batch;
  }

  /**
   * What the broker has confirmed, which is everything; undefined when there is no more right or wish to send. The same
   * producer repeats, so that the broker recognises what it has; an error kafkajs calls final goes up, to start with a
   * new one.
   */
  private async sendUntilSent(messages: readonly Message[]): Promise<readonly RecordMetadata[] | undefined> {
    const { topics, pause, compression } = this.options;
    for (let attempt = 1; this.maySend(); attempt++) {
      try {
        return await this.producer.send({
          topic: topics.events,
          acks: -1,
          compression: compressionTypes[compression],
          messages: [...messages],
        });
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.options.failed(error);
        await pause.wait(backoffMs(attempt));
      }
    }
    return undefined;
  }
}

/** Partition → number of records. */
function countsOf(messages: readonly Message[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { partition = 0 } of messages) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return counts;
}

/** The broker is away, starting or moving; kafkajs has given up for now. */
function isPassing(error: unknown): boolean {
  const { name, retriable } = error as { name?: string; retriable?: boolean };
  return name === 'KafkaJSNumberOfRetriesExceeded' || retriable === true;
}
