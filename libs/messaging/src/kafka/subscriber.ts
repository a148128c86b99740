import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Stoppable, Subscription } from '../feed.js';
import { type FeedObserver, messageOf } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import { type KafkaPartition, PartitionReader } from './partition-reader.js';
import type { KafkaOptions } from './kafka-options.js';
import { parseProgress } from './progress-record.js';
import { isRefusal } from './refusal.js';
import { type FeedTopics, ensureTopics, groupOf, topicsOf } from './topics.js';

const upkeepMs = 1_000;
/** Every so many upkeeps Kafka is asked where the topics end, and the database where the checkpoints stand. */
const endsEvery = 3;
const heartbeatMs = 1_000;
/** Longest the broker holds a request that has nothing to answer; also how long a stop may have to wait. */
const maxWaitMs = 500;

/** A member of the service's consumer group: receives the partitions it is given into the received log. */
export class Subscriber implements Stoppable {
  /** kafkajs has given up: only a new process can go on. */
  crashed: string | undefined;
  /** What keeps it from following at the moment. */
  problem: string | undefined;
  /** Why it is not known whether the topics still are those that were read. */
  doubt: string | undefined;
  private readonly pause = new Pause();
  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private readonly observe: FeedObserver;
  private readonly sourceOf = new Map<string, string>();
  private readonly progressOf = new Map<string, { source: string; feed: string }>();
  private readonly topics: FeedTopics[];
  /** Progress topic → offset to go on from, not yet told to Kafka. */
  private readonly progressOffsets = new Map<string, string>();
  /** Those assigned to this member at the moment, by topic and partition. */
  private readers = new Map<string, PartitionReader>();
  /** The broker has refused it in the middle, which ends kafkajs' work: to be begun again. */
  private refused = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly subscription: Subscription,
    private readonly options: KafkaOptions,
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
    this.admin = kafka.admin();
    this.listen();
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
    await this.consumer.disconnect();
    await this.admin.disconnect();
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
    await this.reach();
    for (let round = 1; !this.pause.stopped; round++) {
      await this.pause.wait(upkeepMs);
      if (this.refused) await this.reach();
      await this.upkeep();
      if (round % endsEvery > 0) continue;
      await this.lookAtCheckpoints();
      await this.lookAtEnds();
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
    await this.admin.connect();
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

  private async lookAtEnds(): Promise<void> {
    const { consumer } = this.subscription;
    for (const { events } of this.topics) {
      if (this.pause.stopped) return;
      try {
        for (const { partition, high } of await this.admin.fetchTopicOffsets(events)) {
          await this.readers.get(`${events}/${partition}`)?.endsAt(Number(high));
        }
        this.doubt = undefined;
      } catch (error) {
        this.doubt = `${consumer} cannot see where ${events} ends: ${messageOf(error)}`;
      }
    }
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
