import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Stoppable, Subscription } from '../feed.js';
import { type FeedObserver, messageOf } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import type { EndsReader, PartitionEnds } from './broker-watch.js';
import type { Claim } from './claim.js';
import { LagClock } from './lag-clock.js';
import { type KafkaPartition, PartitionReader } from './partition-reader.js';
import type { KafkaOptions } from './kafka-options.js';
import { parseProgress } from './progress-record.js';
import { isRefusal } from './refusal.js';
import { type FeedTopics, ensureTopics, groupOf, topicsOf } from './topics.js';

const upkeepMs = 1_000;
/** Every so many upkeeps the database is asked where the checkpoints stand. */
const checkpointsEvery = 3;
const heartbeatMs = 1_000;
/** Longest the broker holds a request that has nothing to answer; also how long a stop may have to wait. */
const maxWaitMs = 500;

export interface PartitionLag {
  readonly lagRecords: number;
  readonly lagSeconds: number;
}

/** A member of the service's consumer group: receives the partitions it is given into the received log. */
export class Subscriber implements Stoppable, EndsReader {
  /** kafkajs has given up: only a new process can go on. */
  crashed: string | undefined;
  /** What keeps it from following at the moment. */
  problem: string | undefined;
  /** Why it is not known whether the topics still are those that were read. */
  doubt: string | undefined;
  private readonly pause = new Pause();
  private readonly consumer: Consumer;
  private readonly observe: FeedObserver;
  private readonly sourceOf = new Map<string, string>();
  private readonly progressOf = new Map<string, { source: string; feed: string }>();
  private readonly topics: FeedTopics[];
  /** Progress topic → offset to go on from, not yet told to Kafka. */
  private readonly progressOffsets = new Map<string, string>();
  /** Those assigned to this member at the moment, by topic and partition. */
  private readers = new Map<string, PartitionReader>();
  /** Topic and partition → where it begins and ends. */
  private readonly ends = new Map<string, { low: number; high: number; clock: LagClock }>();
  /** The broker has refused it in the middle, which ends kafkajs' work: to be begun again. */
  private refused = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly subscription: Subscription,
    private readonly options: KafkaOptions,
    private readonly claim?: Claim,
  ) {
    const { sessionTimeoutMs = 6_000, observe = {} } = options;
    this.observe = observe;
    this.topics = subscription.sources.map((source) => {
      const topics = topicsOf(source, options);
      this.sourceOf.set(topics.events, source);
      this.progressOf.set(topics.progress, { source, feed: topics.events });
      return topics;
    });
    this.consumer = kafka.consumer({
      groupId: groupOf(subscription.consumer, options),
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, sessionTimeoutMs / 3),
      maxWaitTimeInMs: maxWaitMs,
      allowAutoTopicCreation: false,
      // Whoever stops in the middle of a start would otherwise leave a member behind that starts again for ever.
      retry: {
        ...{ initialRetryTime: 100, maxRetryTime: 2_000, retries: 10 },
        restartOnFailure: () => Promise.resolve(!this.pause.stopped),
      },
    });
    this.listen();
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
    await this.consumer.disconnect();
  }

  private listen(): void {
    const { GROUP_JOIN, CRASH, STOP } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.problem = undefined;
      this.take(payload.memberAssignment);
    });
    this.consumer.on(STOP, () => this.take({}));
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      const { consumer } = this.subscription;
      this.problem = `${consumer} lost Kafka and is trying again: ${error.message}`;
      if (restart || this.pause.stopped) return;
      if (isRefusal(error)) {
        this.refused = true;
        for (const source of this.subscription.sources) this.observe.receiveFailed?.(source, error);
        return;
      }
      this.crashed = `${consumer} follows no more and has to be started again: ${error.message}`;
      this.observe.crashed?.(consumer, error);
    });
  }

  /** The group has dealt out its partitions anew: each starts at its checkpoint, whatever Kafka remembers of it. */
  private take(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const reader of this.readers.values()) reader.close();
    this.readers = new Map();
    for (const [topic, partitions] of Object.entries(assignment)) {
      const source = this.sourceOf.get(topic);
      if (!source) continue;
      for (const partition of partitions) {
        const place: KafkaPartition = { feed: topic, source, partition };
        const reader = new PartitionReader(this.consumer, this.subscription.receivedLog, place, this.observe);
        this.readers.set(`${topic}/${partition}`, reader);
        reader.open();
      }
    }
  }

  private async run(): Promise<void> {
    if (this.claim && !(await this.claim.granted(this.pause))) return;
    await this.reach();
    for (let round = 1; !this.pause.stopped; round++) {
      await this.pause.wait(upkeepMs);
      if (this.refused) await this.reach();
      await this.upkeep();
      if (round % checkpointsEvery === 0) await this.lookAtCheckpoints();
    }
  }

  /** Tries until it is connected, or stopped. */
  private async reach(): Promise<void> {
    this.refused = false;
    for (let attempt = 1; !this.pause.stopped; attempt++) {
      try {
        return await this.connect();
      } catch (error) {
        this.problem = `${this.subscription.consumer} does not reach Kafka: ${messageOf(error)}`;
        for (const source of this.subscription.sources) this.observe.receiveFailed?.(source, error);
        await this.pause.wait(backoffMs(attempt));
      }
    }
  }

  private async connect(): Promise<void> {
    for (const topics of this.topics) await ensureTopics(this.kafka, topics, this.options);
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: this.topics.map(({ events }) => events), fromBeginning: true });
    // Old news is no news.
    await this.consumer.subscribe({ topics: this.topics.map(({ progress }) => progress), fromBeginning: false });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const work = this.progressOf.has(topic)
      ? this.takeProgress(payload)
      : this.readers.get(`${topic}/${partition}`)?.take(payload);
    await whileBeating(work ?? Promise.resolve(), () => payload.heartbeat());
  }

  /** Only the newest counts. Hints: one that cannot be stored now is left to the next. */
  private async takeProgress(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const publisher = this.progressOf.get(batch.topic);
    const progress = parseProgress(batch.messages.at(-1)?.value);
    if (publisher && progress) {
      try {
        await this.subscription.receivedLog.setProgress(publisher.feed, publisher.source, progress);
      } catch (error) {
        this.observe.receiveFailed?.(publisher.source, error);
      }
    }
    payload.resolveOffset(batch.lastOffset());
    this.progressOffsets.set(batch.topic, String(Number(batch.lastOffset()) + 1));
  }

  /**
   * Tells Kafka where the group is, for those who watch its lag, and asks whether an operator has resumed something.
   */
  private async upkeep(): Promise<void> {
    const readers = [...this.readers.values()];
    const heard = [...this.progressOffsets].map(([topic, offset]) => ({ topic, partition: 0, offset }));
    this.progressOffsets.clear();
    const offsets = [...heard, ...readers.flatMap((reader) => reader.offsetToCommit() ?? [])];
    if (offsets.length > 0) {
      await this.consumer.commitOffsets(offsets).catch(() => {
        // A hint for lag monitors only: told again with the next one.
      });
    }
    await Promise.all(readers.map((reader) => reader.resumeIfAllowed()));
  }

  private async lookAtCheckpoints(): Promise<void> {
    // Before the question: whatever is received meanwhile only moves the checkpoints on.
    const readings = [...this.readers.values()].map((reader) => ({ reader, readUpTo: reader.readUpTo }));
    try {
      const stored = await this.subscription.receivedLog.partitions();
      for (const { reader, readUpTo } of readings) {
        const { feed, partition } = reader.place;
        const own = stored.find((one) => one.feed === feed && one.partition === partition);
        await reader.isStoredUpTo(own?.cursor ?? 0, readUpTo);
      }
    } catch (error) {
      for (const source of this.subscription.sources) this.observe.receiveFailed?.(source, error); // asked again the next time
    }
  }

  get topicsToWatch(): readonly string[] {
    return this.claim?.refused === undefined ? this.topics.map(({ events }) => events) : [];
  }

  async endsAt(topic: string, ends: readonly PartitionEnds[]): Promise<void> {
    this.doubt = undefined;
    const now = performance.now();
    for (const { partition, low, high } of ends) {
      const place = `${topic}/${partition}`;
      const { clock } = this.ends.get(place) ?? { clock: new LagClock() };
      clock.sawEnd(high, now);
      this.ends.set(place, { low, high, clock });
      await this.readers.get(place)?.endsAt(high);
    }
  }

  endsUnknown(topic: string, error: unknown): void {
    this.doubt = `${this.subscription.consumer} cannot see where ${topic} ends: ${messageOf(error)}`;
  }

  /** The partitions of the topics it follows, whoever reads them, as far as their ends have been seen. */
  get seenPartitions(): readonly KafkaPartition[] {
    return [...this.ends.keys()].map((place) => {
      const slash = place.lastIndexOf('/');
      const feed = place.slice(0, slash);
      return { feed, source: this.sourceOf.get(feed) ?? '', partition: Number(place.slice(slash + 1)) };
    });
  }

  /** How far the group is behind the end of a partition, as it was seen last; undefined before that. */
  lagOf(feed: string, partition: number, cursor: number): PartitionLag | undefined {
    const seen = this.ends.get(`${feed}/${partition}`);
    if (!seen) return undefined;
    const from = Math.max(cursor, seen.low);
    const lagSeconds = Math.round(seen.clock.secondsBehind(from, performance.now()) * 10) / 10;
    return { lagRecords: Math.max(0, seen.high - from), lagSeconds };
  }
}

/**
 * Keeps the membership while `work` takes its time. A heartbeat that fails (the group rebalances) goes up to kafkajs.
 */
async function whileBeating(work: Promise<void>, beat: () => Promise<void>): Promise<void> {
  let done = false;
  const finished = work.finally(() => (done = true));
  finished.catch(() => undefined); // awaited below, unless a heartbeat fails first
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const beatTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, heartbeatMs)));
    await Promise.race([finished, beatTime]).finally(() => clearTimeout(timer));
    await beat();
    if (done) return finished;
  }
}
